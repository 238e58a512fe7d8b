/**
 * "Pre-authorised monthly payments": every open invoice of somebody with a mandate is charged once, and again by the
 * retry plan. Run twice, or killed in the middle: one charge for an invoice, since each attempt is a row of its own.
 */

import type { Micros } from '../../../../base/index.ts'
import { invoicesOf, unappliedOf } from '../allocation/open-invoices.ts'
import { applyCredit } from '../allocation/allocate.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { payerOf } from '../payer.ts'
import { advancePayment } from './advance-payment.ts'
import { createPayment } from './create-payment.ts'
import { cardOf } from './methods.ts'
import { ATTEMPTS_MAX, isWithinCaps, nextAttempt } from './retry-plan.ts'

type Tried = {
  readonly invoiceId: string
  readonly status: string
  readonly declineKind: 'hard' | 'soft' | 'action' | null
  readonly createdAt: number
  readonly attempt: number
}

export type AutopayRun = { readonly customers: number; readonly charged: number }

/** Charges whatever is due now, of everybody with a mandate. */
export async function runAutopay(parts: PaymentParts): Promise<AutopayRun> {
  const tenants = await inHouse(
    parts,
    (tx) => tx<{ tenantId: string }[]>`
      select distinct mandate.tenant_id as "tenantId"
      from mandate
      join payment_method as method on method.id = mandate.method_id and method.kind = 'card'
      join invoice on invoice.tenant_id = mandate.tenant_id
      where mandate.ended_at is null and invoice.status in ('issued', 'part_paid', 'overdue')`,
  )
  let charged = 0
  for (const { tenantId } of tenants) charged += await chargeOpenInvoices(parts, tenantId)
  return { customers: tenants.length, charged }
}

/** Charges the invoices of one customer that are due to be charged; gives how many charges were asked for. */
export async function chargeOpenInvoices(parts: PaymentParts, tenantId: string): Promise<number> {
  const due = await inHouse(parts, async (tx) => {
    const { clock } = parts
    const payer = await payerOf(tx, tenantId)
    if (!payer) return []
    await tx`select 1 from account where id = ${payer.accountId} for update`
    const card = await cardOf(tx, tenantId)
    if (!card?.mandate) return []
    if ((await unappliedOf(tx, payer.accountId)).length > 0) await applyCredit(tx, clock, payer)
    const invoices = await invoicesOf(tx, payer.accountId)
    const tries = await tx<Tried[]>`
      select invoice_id as "invoiceId", status, decline_kind as "declineKind", created_at as "createdAt", attempt
      from payment
      where tenant_id = ${tenantId} and origin = 'automatic' and method_id = ${card.id} order by created_at`
    const [underWay] = await tx<{ ids: string[] | null }[]>`
      select array_agg(invoice_id) as ids from payment
      where tenant_id = ${tenantId} and invoice_id is not null
        and status in ('created', 'action', 'processing', 'received')`
    const made: string[] = []
    const attemptsAt = tries.map(({ createdAt }) => createdAt)
    for (const { id: invoiceId, openMicros } of invoices) {
      if (underWay?.ids?.includes(invoiceId)) continue
      const of = tries.filter((one) => one.invoiceId === invoiceId)
      if (!isDue(of, payer.zone, clock.now()) || !isWithinCaps(card.brand, attemptsAt, clock.now())) continue
      const amountMicros: Micros = openMicros
      const attempt = of.length + 1
      const terms = { payer, amountMicros, invoiceId, methodId: card.id, attempt, createdBy: null }
      const id = await createPayment(tx, clock, { ...terms, origin: 'automatic' })
      if (id === undefined) continue
      made.push(id)
      attemptsAt.push(clock.now())
    }
    return made
  })
  for (const id of due) await advancePayment(parts, id)
  return due.length
}

/** The first attempt is due at once; the others by the plan, and none after a hard decline or one to be confirmed. */
function isDue(tries: readonly Tried[], zone: string, now: number): boolean {
  const failed = tries.filter(({ status }) => status === 'failed')
  // What was taken and went back (a refund, a dispute) is not taken again by itself: a person decides.
  if (failed.length < tries.length) return false
  if (failed.length === 0) return true
  if (failed.some(({ declineKind }) => declineKind !== 'soft') || failed.length >= ATTEMPTS_MAX) return false
  const next = nextAttempt(failed[0]!.createdAt, failed.length, zone)
  return next !== undefined && next.at <= now
}
