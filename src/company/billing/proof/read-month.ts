/** The calls of a month in each customer's zone, a portion at a time. */

import type { Tx } from '../../../platform/db/index.ts'

export type MonthBounds = {
  /** `YYYY-MM`. */
  readonly month: string
  readonly from: string
  /** The first day after it. */
  readonly to: string
}

/** The days of a month. */
export function boundsOf(month: string): MonthBounds {
  const first = Temporal.PlainDate.from(`${month}-01`)
  return { month, from: first.toString(), to: first.add({ months: 1 }).toString() }
}

/** Months of UTC in which calls of a local month may lie. */
export function monthsAround(month: string): readonly string[] {
  const first = Temporal.PlainYearMonth.from(month)
  return [first.subtract({ months: 1 }), first, first.add({ months: 1 })].map(String)
}

export type ProvedCall = {
  readonly id: string
  readonly tenantId: string
  readonly accountId: string | null
  readonly personId: string | null
  readonly callId: string
  readonly direction: 'outbound' | 'inbound' | 'internal'
  readonly from: string
  readonly fromName: string
  readonly to: string
  readonly toName: string
  readonly startedAt: number
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly endedBy: 'caller' | 'callee' | 'system'
  readonly hangupCause: string
  readonly sipStatus: number
  readonly sipCallId: string
  readonly carrierId: string | null
  readonly anonymisedAt: number | null
  readonly occurredAt: number
  readonly chargeMicros: bigint
  readonly currency: string
  readonly accountCurrency: string | null
  readonly assignedPeriod: string | null
  readonly storedAt: number
}

const PORTION = 1000

/** All of them in the order of their ids; each portion in a transaction of its own. */
export async function* callsOfMonth(
  transaction: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>,
  { from, to }: MonthBounds,
): AsyncGenerator<readonly ProvedCall[]> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const last = after
    const rows = await transaction((tx) => portion(tx, from, to, last))
    if (rows.length > 0) yield rows
    if (rows.length < PORTION) return
    after = rows.at(-1)!.id
  }
}

function portion(tx: Tx, from: string, to: string, after: string) {
  return tx<ProvedCall[]>`
    select cdr.id, cdr.tenant_id as "tenantId", account_id as "accountId", person_id as "personId",
           call_id as "callId", direction, from_number as "from", from_name as "fromName", to_number as "to",
           to_name as "toName", started_at as "startedAt", answered_at as "answeredAt", ended_at as "endedAt",
           ended_by as "endedBy", hangup_cause as "hangupCause", sip_status as "sipStatus",
           sip_call_id as "sipCallId", carrier_id as "carrierId", anonymised_at as "anonymisedAt",
           occurred_at as "occurredAt", charge_micros as "chargeMicros", cdr.currency,
           account.currency as "accountCurrency", assigned_period as "assignedPeriod", stored_at as "storedAt"
    from cdr
    left join customer on customer.tenant_id = cdr.tenant_id
    left join account on account.id = cdr.account_id
    where cdr.id > ${after}
      and cdr.occurred_at >= (${from}::text::date - 1)::timestamp at time zone 'UTC'
      and cdr.occurred_at < (${to}::text::date + 1)::timestamp at time zone 'UTC'
      and cdr.occurred_at >= ${from}::text::timestamp at time zone coalesce(customer.zone, 'UTC')
      and cdr.occurred_at < ${to}::text::timestamp at time zone coalesce(customer.zone, 'UTC')
    order by cdr.id limit ${PORTION}`
}
