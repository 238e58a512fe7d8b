/**
 * How a balance comes about: what earlier periods left, charges since the cut-off, payments and corrections. The parts
 * sum to the balance. Invoices are not there yet: what is owed from before the cut-off stands in their place.
 */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { totalsOf } from './read-calls.ts'

export type BalanceParts = {
  readonly accountId: string
  readonly currency: string
  /** Beginning of the open period: the calendar month in the customer's zone. */
  readonly since: number
  readonly zone: string
  readonly earlierMicros: Micros
  readonly calls: number
  readonly chargesMicros: Micros
  readonly paymentsMicros: Micros
  readonly adjustmentsMicros: Micros
  readonly balanceMicros: Micros
  readonly creditLimitMicros: Micros
}

type Head = {
  readonly tenantId: string
  readonly currency: string
  readonly creditLimitMicros: Micros
  readonly zone: string
  readonly balanceMicros: Micros
}

/** A batch may be stored between two statements: then they are asked again. */
const TRIES = 5

/** The parts of a customer's balance at an instant; undefined when the caller sees no such account. */
export async function explainBalance(tx: Tx, accountId: string, at: number): Promise<BalanceParts | undefined> {
  let head = await readHead(tx, accountId)
  for (let tries = 0; head && tries < TRIES; tries++) {
    const { tenantId, currency, zone, creditLimitMicros, balanceMicros } = head
    const since = beginningOfMonth(at, zone)
    const filter = { from: since, to: at + 1, personId: null, customerId: tenantId, storedBy: at }
    const totals = await totalsOf(tx, filter)
    const money = await readMoney(tx, tenantId, since)
    const after = await readHead(tx, accountId)
    if (after?.balanceMicros !== balanceMicros && tries < TRIES - 1) {
      head = after
      continue
    }
    const chargesMicros = totals.charges.find((one) => one.currency === currency)?.chargeMicros ?? 0n
    const { paymentsMicros, adjustmentsMicros } = money
    const earlierMicros = balanceMicros - chargesMicros - adjustmentsMicros + paymentsMicros
    const account = { accountId, currency, since, zone, balanceMicros, creditLimitMicros }
    return { ...account, calls: totals.count, chargesMicros, paymentsMicros, adjustmentsMicros, earlierMicros }
  }
  return undefined
}

function beginningOfMonth(at: number, zone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  return today.with({ day: 1 }).toZonedDateTime(zone).epochMilliseconds
}

async function readHead(tx: Tx, accountId: string): Promise<Head | undefined> {
  const [head] = await tx<Head[]>`
    select account.tenant_id as "tenantId", account.currency, account.credit_limit_micros as "creditLimitMicros",
           coalesce(customer.zone, 'UTC') as zone, coalesce(balance.balance_micros, 0) as "balanceMicros"
    from account
    left join customer on customer.tenant_id = account.tenant_id
    left join account_balance as balance on balance.account_id = account.id
    where account.id = ${accountId} and account.kind = 'customer'`
  return head
}

type Money = { readonly paymentsMicros: Micros; readonly adjustmentsMicros: Micros }

async function readMoney(tx: Tx, tenantId: string, since: number): Promise<Money> {
  const [row] = await tx<Money[]>`
    select coalesce(-sum(entry.amount_micros) filter (where posting.kind = 'payment'), 0)::bigint as "paymentsMicros",
           coalesce(sum(entry.amount_micros) filter (where posting.kind <> 'payment'), 0)::bigint as "adjustmentsMicros"
    from posting
    join ledger_entry as entry on entry.posting_id = posting.id and entry.tenant_id = posting.tenant_id
    where posting.tenant_id = ${tenantId} and posting.kind <> 'usage' and posting.kind <> 'rerate'
      and posting.posted_at >= ${since}`
  return row!
}
