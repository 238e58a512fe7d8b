/** Prices a stored charge again: by the version that was in force at the call, or by a chosen one of the same deck. */

import type { Db } from '../../platform/db/index.ts'
import { loadRateTable } from '../catalog/index.ts'
import { isPlain, type RateDirection, type RateTable } from '../rating/index.ts'
import type { Quote } from './reservation.ts'

/** A call is priced when it is tried; charging hears of a new version a little later. */
const PROMISED_MS = 5000

export type PricedCall = {
  readonly direction: string
  readonly number: string
  readonly startedAt: number
  readonly occurredAt: number
}

type Version = {
  readonly id: string
  readonly deckId: string
  readonly tenantId: string
  readonly activatedAt: number
}

/** A version that prices a charge, and whether it was asked for by name. */
export type PricingVersion = { readonly id: string; readonly table: RateTable; readonly isChosen: boolean }

export type RerateDecks = {
  /** The version for a charge; undefined when its deck never had one. A promise until it was loaded once. */
  versionFor(
    deckId: string,
    call: PricedCall,
    storedVersionId: string | null,
  ): PricingVersion | Promise<PricingVersion> | undefined
}

/** Decks of a rerating, loaded when first needed; `versionId` is the chosen one. */
export async function openDecks(db: Db, versionId: string | undefined): Promise<RerateDecks> {
  const versions = await db.asService(
    (tx) => tx<Version[]>`
      select id, deck_id as "deckId", tenant_id as "tenantId",
             coalesce(activated_at, 'infinity'::timestamptz) as "activatedAt"
      from rate_deck_version where activated_at is not null or id = ${versionId ?? null}::uuid order by activated_at`,
  )
  const chosen = versions.find((version) => version.id === versionId)
  const active = versions.filter((version) => version.activatedAt !== Infinity)
  const ofDeck = Map.groupBy(active, (version) => version.deckId)
  const loaded = new Map<string, PricingVersion>()
  const load = async ({ id, tenantId }: Version): Promise<PricingVersion> => {
    const table = await db.asService((tx) => loadRateTable(tx, tenantId, id))
    const version = { id, table, isChosen: id === chosen?.id }
    loaded.set(id, version)
    return version
  }
  const find = (deckId: string, call: PricedCall, stored: string | null): Version | undefined => {
    if (chosen?.deckId === deckId) return chosen
    const own = ofDeck.get(deckId) ?? []
    const inForce = own.findLast((version) => version.activatedAt <= call.occurredAt) ?? own[0]
    if (!inForce || inForce.id === stored) return inForce
    // The price was promised when the call was tried, and holds.
    const promised = own.findLast((version) => version.activatedAt <= call.startedAt - PROMISED_MS) ?? own[0]
    return promised?.id === stored ? promised : inForce
  }
  return {
    versionFor(deckId, call, stored) {
      const version = find(deckId, call, stored)
      return version && (loaded.get(version.id) ?? load(version))
    },
  }
}

/** The direction of a stored call, as decks have it. */
export function deckDirection(direction: string): RateDirection {
  return direction === 'inbound' ? 'inbound' : 'outbound'
}

/**
 * What the call may be priced by, the row of its answer first; empty when the version has none. A row alone counts as
 * it was when the call was tried, too; where time has a say the answer decides.
 */
export function quotesOf({ id, table, isChosen }: PricingVersion, call: PricedCall): readonly Quote[] {
  const direction = deckDirection(call.direction)
  const row = table.match(direction, call.number, call.occurredAt)
  const rates = table.isPlain ? undefined : table.rates(direction, call.number)
  if (rates && !isPlain(rates)) return row ? [{ versionId: id, row, rates }] : []
  const tried = isChosen ? undefined : table.match(direction, call.number, call.startedAt)
  return [row, tried].flatMap((one) => (one ? [{ versionId: id, row: one }] : []))
}
