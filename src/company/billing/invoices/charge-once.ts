/**
 * One-off charges and credits: a fee for work after hours, for a cheque that bounced, a credit for a breach. On the
 * balance at once, on the next invoice as a line; its tax comes with that invoice.
 */

import { assert, newId, type Clock, type Micros } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { BillingPosting } from '../../ledger/index.ts'
import type { PostBilling } from './issue-portion.ts'

export type OneOffCharge = {
  readonly customerId: string
  /** Whole cents before tax; negative is a credit. */
  readonly amountMicros: Micros
  /** As the invoice prints it. */
  readonly description: string
  readonly taxCode: 'telecom' | 'goods' | 'service' | 'none'
  readonly occurredAt: number
  /** What it comes from, such as a ticket. */
  readonly source?: Readonly<Record<string, string>>
  readonly createdBy?: string | undefined
  /** Asking again under the same id charges once. */
  readonly id?: string | undefined
}

/** Writes a charge into the caller's transaction; undefined when the customer has no account. Post it afterwards. */
export async function chargeOnce(tx: Tx, clock: Clock, charge: OneOffCharge): Promise<string | undefined> {
  const { customerId, amountMicros, description, taxCode, occurredAt, source = {}, createdBy } = charge
  assert(amountMicros !== 0n && amountMicros % 10_000n === 0n, 'a one-off charge is whole cents')
  const id = charge.id ?? newId(clock)
  const written = await tx`
    insert into one_off_charge
      (id, tenant_id, account_id, amount_micros, currency, description, tax_code, source, occurred_at, created_by,
       created_at)
    select ${id}, tenant_id, account.id, ${amountMicros}, currency, ${description}, ${taxCode},
           ${JSON.stringify(source)}::text::jsonb, ${occurredAt}, ${createdBy ?? null}, ${clock.now()}
    from account where tenant_id = ${customerId} and kind in ('customer', 'wholesale')
    on conflict (id) do update set posted_at = one_off_charge.posted_at returning id`
  return written.length > 0 ? id : undefined
}

type Unposted = {
  readonly id: string
  readonly accountId: string
  readonly amountMicros: Micros
  readonly description: string
  readonly occurredAt: number
  readonly createdBy: string | null
}

/** Posts one-off charges below a path that are not in the ledger yet; called again until nothing is left. */
export async function postCharges(
  { db, clock, post }: { readonly db: Db; readonly clock: Clock; readonly post: PostBilling },
  tenantPath: string,
): Promise<void> {
  const rows = await db.as(
    { tenantPath },
    (tx) => tx<Unposted[]>`
    select id, account_id as "accountId", amount_micros as "amountMicros", description, occurred_at as "occurredAt",
           created_by as "createdBy"
    from one_off_charge where posted_at is null order by id limit 500`,
  )
  if (rows.length === 0) return
  const posted = await post(
    rows.map((row): BillingPosting => {
      const { id: postingId, accountId, amountMicros: owedMicros, description: reason, occurredAt, createdBy } = row
      const parts = [{ book: 'revenue' as const, owedMicros }]
      return { postingId, accountId, kind: 'charge', parts, occurredAt, reason, createdBy: createdBy ?? undefined }
    }),
  )
  if (posted.length === 0) return
  await db.as(
    { tenantPath },
    (tx) => tx`
    update one_off_charge set posted_at = ${clock.now()} where id = any(${[...posted]}::uuid[])`,
  )
}
