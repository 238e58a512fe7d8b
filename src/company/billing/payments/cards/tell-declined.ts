/** The mail after an automatic charge was refused: when it is tried again, or what its holder has to do. */

import { newToken } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { mailDeclined, paymentInfoPath } from '../notices.ts'
import type { PaymentParts } from '../parts.ts'
import { payerOf } from '../payer.ts'
import type { PaymentRow } from '../read-payments.ts'
import { openSession } from './pay-session.ts'
import { nextAttempt } from './retry-plan.ts'

const LINK_DAYS = 14

/** Tells of a refusal, in the transaction that notes it. */
export async function tellDeclined(parts: PaymentParts, tx: Tx, payment: PaymentRow): Promise<void> {
  const { clock, random } = parts
  const payer = await payerOf(tx, payment.tenantId)
  const [invoice] = await tx<{ number: string }[]>`select number from invoice where id = ${payment.invoiceId}`
  if (!payer || !invoice) return
  const [first] = await tx<{ at: number; attempts: number }[]>`
    select min(created_at) as at, count(*)::int as attempts from payment
    where invoice_id = ${payment.invoiceId} and method_id = ${payment.methodId} and origin = 'automatic'
      and status = 'failed'`
  const kind = payment.declineKind ?? 'soft'
  const next = kind === 'soft' ? nextAttempt(first!.at, first!.attempts, payer.zone) : undefined
  let path = paymentInfoPath
  if (kind === 'action') {
    const token = newToken(random)
    const terms = { purpose: 'pay' as const, invoiceId: payment.invoiceId, amountMicros: payment.amountMicros }
    await openSession(tx, clock, { payer, token, ...terms, isLink: true, createdBy: null, days: LINK_DAYS })
    path = `/pay/${token}`
  }
  await mailDeclined(parts, tx, {
    tenantId: payment.tenantId,
    number: invoice.number,
    amountMicros: payment.amountMicros,
    currency: payment.currency,
    kind,
    text: payment.declineText ?? 'the bank gave no reason',
    nextOn: next?.on,
    path,
  })
}
