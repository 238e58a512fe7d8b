/** Call records as reports read them: pages by key, totals, the whole range in order, within the caller's scope. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import { ownPersonOf, type Caller } from '../../platform/identity/index.ts'
import type { CallClass, CallDirection } from './protocol.ts'
import { NO_CURRENCY } from './rate-record.ts'
import type { Range } from './range.ts'

export type TransactionRow = {
  readonly id: string
  readonly callId: string
  readonly tenantId: string
  readonly customerName: string
  readonly occurredAt: number
  readonly direction: CallDirection
  readonly class: CallClass
  readonly from: string
  readonly fromName: string
  readonly to: string
  readonly toName: string
  readonly destination: string | null
  readonly durationSeconds: number
  readonly billedSeconds: number
  readonly chargeMicros: Micros
  readonly currency: string
  readonly chargeReason: string
  readonly hangupCause: string
}

export type CallRow = TransactionRow & {
  readonly startedAt: number
  readonly ringingAt: number | null
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly endedBy: 'caller' | 'callee' | 'system'
  readonly sipStatus: number
  readonly sipCallId: string
  readonly estimated: boolean
  readonly carrierId: string | null
  readonly prefix: string | null
  readonly deckVersionId: string | null
  readonly explanation: readonly string[]
  readonly verstat: string | null
  readonly quality: unknown
}

const transactionColumns = `id, call_id as "callId", tenant_id as "tenantId",
  (select name from tenant where tenant.id = cdr.tenant_id) as "customerName", occurred_at as "occurredAt", direction,
  class, from_number as "from", from_name as "fromName", to_number as "to", to_name as "toName",
  destination_name as "destination", duration_seconds as "durationSeconds", billed_seconds as "billedSeconds",
  charge_micros as "chargeMicros", currency, charge_reason as "chargeReason", hangup_cause as "hangupCause"`

const callColumns = `${transactionColumns}, started_at as "startedAt", ringing_at as "ringingAt",
  answered_at as "answeredAt", ended_at as "endedAt", ended_by as "endedBy", sip_status as "sipStatus",
  sip_call_id as "sipCallId", estimated, carrier_id as "carrierId", prefix, version_id as "deckVersionId",
  explanation, verstat, quality`

/** Which records are asked for. */
export type CallFilter = Range & {
  /** Only this person's; null for everybody's in the scope. */
  readonly personId: string | null
  /** Only this customer's; undefined for those of every customer in the scope. */
  readonly customerId?: string | undefined
  readonly direction?: CallDirection | undefined
  readonly class?: CallClass | undefined
  /** Only calls from or to this number. */
  readonly number?: string | undefined
  /** The scope holds a part of the house's customers only: each is looked up by itself. */
  readonly isPart?: boolean
  /** Only what was stored by then, so that rows, totals and file of one moment agree. */
  readonly storedBy: number
}

/** An id that no row has: the person of a phone user whose login names none. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Whose records a caller sees within his scope: a phone user sees his own only. */
export function personFilter(caller: Caller): string | null {
  return caller.role === 'phone_user' ? (ownPersonOf(caller) ?? NOBODY) : null
}

/** Conditions are written down only where they are asked for: each picks another index. */
function matching(tx: Tx, filter: CallFilter) {
  const { from, to, personId, customerId, storedBy, direction, number } = filter
  return tx`occurred_at >= ${from} and occurred_at < ${to} and stored_at <= ${storedBy}
    ${personId === null ? tx`` : tx`and person_id = ${personId}::uuid`}
    ${customerId === undefined ? tx`` : tx`and tenant_id = ${customerId}::uuid`}
    ${direction === undefined ? tx`` : tx`and direction = ${direction}`}
    ${filter.class === undefined ? tx`` : tx`and class = ${filter.class}`}
    ${number === undefined ? tx`` : tx`and (from_number = ${number} or to_number = ${number})`}`
}

/** Days were summed over all calls: whoever asks for some of them counts these. */
const isNarrowed = (filter: CallFilter): boolean =>
  filter.direction !== undefined || filter.class !== undefined || filter.number !== undefined

/**
 * The keys of the newest records of a part of the house: of each customer as many as the page holds, by their index,
 * instead of a walk along everybody's until enough of them are found.
 */
function newestKeys(tx: Tx, filter: CallFilter, after: Position, limit: number) {
  return tx`
    select key.occurred_at, key.id from tenant
    cross join lateral (
      select occurred_at, id from cdr
      where cdr.tenant_id = tenant.id and ${matching(tx, filter)}
        and (occurred_at, id) < (${after[0]}, ${after[1]}::uuid)
      order by occurred_at desc, id desc limit ${limit}) as key
    order by 1 desc, 2 desc limit ${limit}`
}

export type Position = readonly [occurredAt: number, id: string]

/** The newest records first, one more than the page holds. */
export function newestCalls(
  tx: Tx,
  filter: CallFilter,
  page: PageRequest<['instant', 'id']>,
): Promise<readonly TransactionRow[]> {
  const [at, id] = page.after ?? [filter.to, 'ffffffff-ffff-ffff-ffff-ffffffffffff']
  if (filter.isPart && filter.customerId === undefined) {
    return tx<TransactionRow[]>`
      with newest as (${newestKeys(tx, filter, [at, id], page.limit + 1)})
      select ${tx.unsafe(transactionColumns)} from cdr where id in (select id from newest)
      order by occurred_at desc, id desc`
  }
  return tx<TransactionRow[]>`
    select ${tx.unsafe(transactionColumns)} from cdr
    where ${matching(tx, filter)} and (occurred_at, id) < (${at}, ${id}::uuid)
    order by occurred_at desc, id desc limit ${page.limit + 1}`
}

/** The oldest records first, after a position: the order of a file. */
export function oldestCalls(
  tx: Tx,
  filter: CallFilter,
  page: { readonly after: Position | undefined; readonly limit: number },
): Promise<readonly TransactionRow[]> {
  const [at, id] = page.after ?? [filter.from - 1, NOBODY]
  return tx<TransactionRow[]>`
    select ${tx.unsafe(transactionColumns)} from cdr
    where ${matching(tx, filter)} and (occurred_at, id) > (${at}, ${id}::uuid)
    order by occurred_at, id limit ${page.limit}`
}

export type Totals = {
  readonly count: number
  readonly durationSeconds: number
  readonly charges: readonly { readonly currency: string; readonly chargeMicros: Micros }[]
}

const DAY_MS = 86_400_000

type SummedDays = { readonly from: number; readonly to: number }

/** The whole days (UTC) of a range that are summed already; undefined when there are none. */
async function summedDays(tx: Tx, { from, to, personId }: CallFilter): Promise<SummedDays | undefined> {
  if (personId !== null) return undefined
  const [row] = await tx<{ until: number | null }[]>`select dialhouse_calls_summed_until() as until`
  const first = Math.ceil(from / DAY_MS) * DAY_MS
  const end = Math.min(Math.floor(to / DAY_MS) * DAY_MS, row?.until ?? 0)
  return end > first ? { from: first, to: end } : undefined
}

function totalsByDay(tx: Tx, days: SummedDays, customerId: string | undefined) {
  return tx`
    select currency, calls as count, duration_seconds as seconds, charge_micros as charge from cdr_day
    where day >= (${days.from}::timestamptz at time zone 'UTC')::date
      and day < (${days.to}::timestamptz at time zone 'UTC')::date
      ${customerId === undefined ? tx`` : tx`and tenant_id = ${customerId}::uuid`}`
}

function totalsByCall(tx: Tx, filter: CallFilter) {
  return tx`
    select currency, count(*) as count, sum(duration_seconds)::bigint as seconds, sum(charge_micros)::bigint as charge
    from cdr where ${matching(tx, filter)} group by currency`
}

/**
 * "Its totals count rows by their assigned invoice period": a call that was stored too late for its own counts where
 * its invoice has it, so that the sum of a month is the usage of its invoice.
 */
function totalsOfLate(tx: Tx, { from, to, personId, customerId, storedBy }: CallFilter) {
  return tx`
    select currency, sum(sign) as count, sum(sign * duration_seconds)::bigint as seconds,
           sum(sign * charge_micros)::bigint as charge
    from (
      select cdr.currency, duration_seconds, charge_micros,
             case when billed.at >= ${from} and billed.at < ${to} then 1 else 0 end
             - case when occurred_at >= ${from} and occurred_at < ${to} then 1 else 0 end as sign
      from cdr
      left join customer on customer.tenant_id = cdr.tenant_id
      cross join lateral (
        select assigned_period::timestamp at time zone coalesce(customer.zone, 'UTC') as at) as billed
      where assigned_period is not null and stored_at <= ${storedBy}
        ${personId === null ? tx`` : tx`and person_id = ${personId}::uuid`}
        ${customerId === undefined ? tx`` : tx`and cdr.tenant_id = ${customerId}::uuid`}) as late
    where sign <> 0 group by currency`
}

/** Sums over everything that the filter lets through, whatever the page: finished days are read, the rest counted. */
export async function totalsOf(tx: Tx, filter: CallFilter): Promise<Totals> {
  const days = isNarrowed(filter) ? undefined : await summedDays(tx, filter)
  const parts = days
    ? tx`${totalsByDay(tx, days, filter.customerId)}
      union all (${totalsByCall(tx, { ...filter, to: days.from })})
      union all (${totalsByCall(tx, { ...filter, from: days.to })})`
    : totalsByCall(tx, filter)
  const rows = await tx<{ currency: string; count: bigint; seconds: bigint; charge: bigint }[]>`
    select currency, sum(count)::bigint as count, sum(seconds)::bigint as seconds, sum(charge)::bigint as charge
    from (${parts} union all (${totalsOfLate(tx, filter)})) as part
    group by currency having sum(count) > 0 order by currency`
  return {
    count: rows.reduce((sum, row) => sum + Number(row.count), 0),
    durationSeconds: rows.reduce((sum, row) => sum + Number(row.seconds), 0),
    charges: rows
      .filter((row) => row.currency !== NO_CURRENCY)
      .map((row) => ({ currency: row.currency, chargeMicros: row.charge })),
  }
}

/** One record, whole; undefined when the caller may not see it. */
export async function readCall(tx: Tx, id: string, personId: string | null): Promise<CallRow | undefined> {
  const [row] = await tx<CallRow[]>`
    select ${tx.unsafe(callColumns)} from cdr
    where id = ${id} and (${personId}::uuid is null or person_id = ${personId}::uuid)`
  return row
}
