/** Prices a stored charge again: by the version that was in force at the call, or by a chosen one of the same deck. */

import type { Db } from '../../platform/db/index.ts'
import { loadRateTable } from '../catalog/index.ts'
import type { RateTable } from '../rating/index.ts'
import type { Quote } from './reservation.ts'

/** A call is priced when it is tried; charging hears of a new version a little later. */
const PROMISED_MS = 5000

export type PricedCall = {
  readonly direction: string
  readonly number: string
  readonly startedAt: number
  readonly occurredAt: number
}

export type Version = { readonly id: string; readonly deckId: string; readonly tenantId: string; activatedAt: number }

export type RerateDecks = {
  /** Rows that the call may be priced by, the one of its answer first; empty when the version has none. */
  quotes(deckId: string, call: PricedCall, storedVersionId: string | null): Promise<readonly Quote[]>
}

/** Decks of a rerating, loaded when first needed; `versionId` is the chosen one. */
export async function openDecks(db: Db, versionId: string | undefined): Promise<RerateDecks> {
  const versions = await db.asService(
    (tx) => tx<Version[]>`
      select id, deck_id as "deckId", tenant_id as "tenantId",
             coalesce(activated_at, 'infinity'::timestamptz) as "activatedAt"
      from rate_deck_version where activated_at is not null or id = ${versionId ?? null}::uuid order by activated_at`,
  )
  const ofDeck = Map.groupBy(versions, (version) => version.deckId)
  const chosen = versions.find((version) => version.id === versionId)
  const tables = new Map<string, Promise<RateTable>>()
  const tableOf = ({ id, tenantId }: Version): Promise<RateTable> => {
    const known = tables.get(id)
    if (known) return known
    const loading = db.asService((tx) => loadRateTable(tx, tenantId, id))
    tables.set(id, loading)
    return loading
  }
  const versionFor = (deckId: string, call: PricedCall, stored: string | null): Version | undefined => {
    if (chosen?.deckId === deckId) return chosen
    const own = (ofDeck.get(deckId) ?? []).filter((version) => version.activatedAt !== Infinity)
    const inForce = own.findLast((version) => version.activatedAt <= call.occurredAt) ?? own[0]
    if (!inForce || inForce.id === stored) return inForce
    // The price was promised when the call was tried, and holds.
    const promised = own.findLast((version) => version.activatedAt <= call.startedAt - PROMISED_MS) ?? own[0]
    return promised?.id === stored ? promised : inForce
  }
  return {
    async quotes(deckId, call, stored) {
      const version = versionFor(deckId, call, stored)
      if (!version) return []
      const table = await tableOf(version)
      const direction = call.direction === 'inbound' ? 'inbound' : 'outbound'
      const row = table.match(direction, call.number, call.occurredAt)
      const tried = version === chosen ? undefined : table.match(direction, call.number, call.startedAt)
      return [row, tried].flatMap((one) => (one ? [{ versionId: version.id, row: one }] : []))
    },
  }
}
