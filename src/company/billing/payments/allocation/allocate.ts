/** Writes what a payment pays, takes it back line by line, and lets each invoice's state follow. */

import { newId, type Clock, type Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import type { Actor } from '../../../../platform/transitions/index.ts'
import { moveInvoices } from '../../invoices/invoice-status.ts'
import { systemActor } from '../payment-status.ts'
import { invoicesOf, unappliedOf } from './open-invoices.ts'
import { spread, type Share } from './spread.ts'

type Writing = {
  readonly tenantId: string
  readonly accountId: string
  readonly actor?: Actor
  readonly reason?: string
}

async function insertShares(
  tx: Tx,
  clock: Clock,
  paymentId: string,
  shares: readonly (Share & { readonly reversesId?: string })[],
  { tenantId, actor = systemActor, reason = '' }: Writing,
): Promise<void> {
  if (shares.length === 0) return
  await tx`
    insert into allocation
      (id, tenant_id, payment_id, invoice_id, amount_micros, reverses_id, reason, created_by, created_at)
    select id, ${tenantId}, ${paymentId}, invoice_id, amount, reverses_id, ${reason}, ${actor.id ?? null},
           ${clock.now()}
    from unnest(
      ${shares.map(() => newId(clock))}::uuid[], ${shares.map((one) => one.invoiceId)}::uuid[],
      ${shares.map((one) => String(one.amountMicros))}::text[]::bigint[],
      ${shares.map((one) => one.reversesId ?? null)}::uuid[]
    ) as line (id, invoice_id, amount, reverses_id)`
}

/** Spreads what is left of a payment over what is open; the rest stays as unapplied credit. */
export async function allocatePayment(
  tx: Tx,
  clock: Clock,
  payment: Writing & { readonly id: string; readonly namedId: string | null | undefined },
): Promise<readonly Share[]> {
  await lockAccount(tx, payment.accountId)
  const left = (await unappliedOf(tx, payment.accountId)).find(({ id }) => id === payment.id)?.leftMicros ?? 0n
  const shares = spread(left, await invoicesOf(tx, payment.accountId), payment.namedId)
  await insertShares(tx, clock, payment.id, shares, payment)
  await settleInvoices(tx, clock, payment)
  return shares
}

/** Lets credit that lies unapplied pay what has become open since. */
export async function applyCredit(tx: Tx, clock: Clock, account: Writing): Promise<void> {
  await lockAccount(tx, account.accountId)
  for (const { id, leftMicros } of await unappliedOf(tx, account.accountId)) {
    const shares = spread(leftMicros, await invoicesOf(tx, account.accountId), undefined)
    if (shares.length === 0) break
    await insertShares(tx, clock, id, shares, account)
  }
  await settleInvoices(tx, clock, account)
}

/** Takes back `amountMicros` of what a payment pays, the newest first: each by a line of the opposite amount. */
export async function unallocate(
  tx: Tx,
  clock: Clock,
  payment: Writing & { readonly id: string; readonly amountMicros: Micros },
): Promise<void> {
  await lockAccount(tx, payment.accountId)
  let left = payment.amountMicros
  for (const line of await linesInForce(tx, payment.id)) {
    if (left <= 0n) break
    const { id, invoiceId, amountMicros } = line
    const shares = [{ invoiceId, amountMicros: -amountMicros, reversesId: id }]
    // A part of a line goes back as a whole line, and what stays is written anew.
    const stays = amountMicros > left ? amountMicros - left : 0n
    await insertShares(tx, clock, payment.id, shares, payment)
    if (stays > 0n) await insertShares(tx, clock, payment.id, [{ invoiceId, amountMicros: stays }], payment)
    left -= amountMicros - stays
  }
  await settleInvoices(tx, clock, payment)
}

/** Moves a payment to other invoices: "wrong account or invoice: reallocate with a reversal pair, never edit". */
export async function reallocate(
  tx: Tx,
  clock: Clock,
  payment: Writing & { readonly id: string; readonly invoiceId: string },
): Promise<readonly Share[]> {
  await lockAccount(tx, payment.accountId)
  for (const { id, invoiceId, amountMicros } of await linesInForce(tx, payment.id)) {
    await insertShares(tx, clock, payment.id, [{ invoiceId, amountMicros: -amountMicros, reversesId: id }], payment)
  }
  return allocatePayment(tx, clock, { ...payment, namedId: payment.invoiceId })
}

type Line = { readonly id: string; readonly invoiceId: string; readonly amountMicros: Micros }

function linesInForce(tx: Tx, paymentId: string): Promise<readonly Line[]> {
  return tx<Line[]>`
    select id, invoice_id as "invoiceId", amount_micros as "amountMicros" from allocation as line
    where payment_id = ${paymentId} and reverses_id is null
      and not exists (select from allocation where reverses_id = line.id)
    order by created_at desc, id desc`
}

/** One at a time for an account: two payments must not pay the same invoice. */
async function lockAccount(tx: Tx, accountId: string): Promise<void> {
  await tx`select 1 from account where id = ${accountId} for update`
}

/** The state of each invoice is what is open of it, and whether it was due. */
export async function settleInvoices(tx: Tx, clock: Clock, { accountId, actor, reason }: Writing): Promise<void> {
  const now = clock.now()
  const wanted = (await invoicesOf(tx, accountId, true)).map((one) => {
    const { openMicros, totalMicros, dueAt } = one
    if (openMicros <= 0n) return { ...one, to: 'paid' as const }
    if (dueAt < now) return { ...one, to: 'overdue' as const }
    return { ...one, to: openMicros < totalMicros ? ('part_paid' as const) : ('issued' as const) }
  })
  for (const to of ['paid', 'part_paid', 'overdue', 'issued'] as const) {
    const ids = wanted.filter((one) => one.to === to && one.status !== to).map(({ id }) => id)
    if (ids.length === 0) continue
    // Nothing overdue goes back to issued: its due day has passed.
    await moveInvoices(tx, clock, {
      ids,
      to,
      actor: actor ?? systemActor,
      reason: reason || 'what is open of it changed',
    })
  }
}
