/** Stored records of a rerating, in portions by time, each with its charges on every level as they are in force. */

import type { Currency, Micros } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { CallClass } from './protocol.ts'
import { freeReasons } from './rate-record.ts'

export type Rerate = {
  readonly id: string
  readonly tenantId: string
  readonly customerId: string | null
  readonly deckId: string | null
  readonly versionId: string | null
  readonly fromAt: number
  readonly toAt: number
  readonly reason: string
  readonly state: 'asked' | 'previewed' | 'applying' | 'applied' | 'failed'
  readonly createdBy: string | null
}

export type StoredRecord = {
  readonly id: string
  readonly tenantId: string
  readonly accountId: string
  readonly direction: string
  readonly class: CallClass
  readonly number: string
  readonly startedAt: number
  readonly occurredAt: number
  readonly durationSeconds: number
  readonly chargeMicros: Micros
  readonly currency: Currency
  readonly versionId: string | null
  readonly isForgotten: boolean
  readonly hasPlan: boolean
}

export type StoredCharge = {
  readonly cdrId: string
  readonly level: number
  readonly accountId: string
  readonly tenantId: string
  readonly chargeMicros: Micros
  readonly currency: Currency
  readonly versionId: string | null
}

export type Portion = {
  readonly records: readonly StoredRecord[]
  /** Charges of levels above the customer. */
  readonly above: ReadonlyMap<string, readonly StoredCharge[]>
  /** Charges in force that are not what the record shows, by record and level. */
  readonly revised: ReadonlyMap<string, Micros>
}

const PORTION = 5000

/** All that may be priced again. */
export async function* portionsOf(db: Db, rerate: Rerate): AsyncGenerator<Portion> {
  let after: { at: number; id: string } | undefined
  for (;;) {
    const position = after
    const records = await db.asService((tx) => recordsAfter(tx, rerate, position))
    if (records.length > 0) yield await db.asService((tx) => withCharges(tx, records))
    const last = records.at(-1)
    if (records.length < PORTION || !last) return
    after = { at: last.occurredAt, id: last.id }
  }
}

function recordsAfter(tx: Tx, rerate: Rerate, after: { at: number; id: string } | undefined): Promise<StoredRecord[]> {
  const { customerId, deckId, fromAt, toAt } = rerate
  return tx<StoredRecord[]>`
    select id, tenant_id as "tenantId", account_id as "accountId", direction, class, to_number as number,
           started_at as "startedAt", occurred_at as "occurredAt", duration_seconds as "durationSeconds",
           charge_micros as "chargeMicros", currency, version_id as "versionId",
           anonymised_at is not null as "isForgotten",
           plan is not null or exists (
             select from cdr_component where cdr_id = cdr.id and item_id is not null) as "hasPlan"
    from cdr
    where occurred_at >= ${after?.at ?? fromAt} and occurred_at < ${toAt}
      ${after ? tx`and (occurred_at, id) > (${after.at}::timestamptz, ${after.id}::uuid)` : tx``}
      ${customerId === null ? tx`` : tx`and tenant_id = ${customerId}`}
      ${deckId === null ? tx`` : tx`and ${ofDeck(tx, deckId)}`}
      and account_id is not null and answered_at is not null and charge_reason <> all(${[...freeReasons]}::text[])
    order by occurred_at, id limit ${PORTION}`
}

/** Records that the customer or somebody above him pays by this deck. */
function ofDeck(tx: Tx, deckId: string) {
  return tx`(account_id in (select id from account where rate_deck_id = ${deckId}) or exists (
    select from cdr_charge as line join account on account.id = line.account_id
    where line.cdr_id = cdr.id and account.rate_deck_id = ${deckId}))`
}

async function withCharges(tx: Tx, records: readonly StoredRecord[]): Promise<Portion> {
  const ids = records.map((record) => record.id)
  const [charges, revisions] = await Promise.all([
    tx<StoredCharge[]>`
      select cdr_id as "cdrId", level, account_id as "accountId", tenant_id as "tenantId",
             charge_micros as "chargeMicros", currency, version_id as "versionId"
      from cdr_charge where cdr_id = any(${ids}::uuid[]) order by cdr_id, level`,
    tx<{ cdrId: string; level: number; newMicros: Micros }[]>`
      select distinct on (cdr_id, level) cdr_id as "cdrId", level, new_micros as "newMicros"
      from cdr_revision where cdr_id = any(${ids}::uuid[]) order by cdr_id, level, id desc`,
  ])
  const revised = new Map(revisions.map((one) => [`${one.cdrId} ${one.level}`, one.newMicros]))
  return { records, above: Map.groupBy(charges, (one) => one.cdrId), revised }
}
