/** A line of the bank becomes a payment of a customer: posted by a person, or by a rule that is named. */

import { newId, ok, type Failure, type Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import type { Actor } from '../../../../platform/transitions/index.ts'
import { noAccount, noSuchLine } from '../errors.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { payerOf } from '../payer.ts'
import { postReceived } from '../post-payment.ts'
import type { PaymentRow } from '../read-payments.ts'
import { payerFingerprint } from './match-line.ts'
import { readLines, type LineRow } from './statement-lines.ts'

export type PostedBy = { readonly actor: Actor; readonly rule: string | undefined }

/** Posts a line to a customer; what a person decides is learned. Done again, it goes on where it stopped. */
export async function postLine(
  parts: PaymentParts,
  wanted: {
    readonly lineId: string
    readonly customerId: string
    readonly invoiceId: string | undefined
    readonly by: PostedBy
  },
): Promise<Result<PaymentRow, Failure>> {
  const { lineId, customerId, invoiceId, by } = wanted
  const made = await inHouse(parts, async (tx): Promise<Result<string, Failure>> => {
    await tx`select 1 from statement_line where id = ${lineId} for update`
    const [line] = await readLines(tx, { id: lineId })
    if (line?.status !== 'open') return noSuchLine
    const payer = await payerOf(tx, customerId)
    if (payer?.currency !== line.currency) return noAccount
    const paymentId = newId(parts.clock)
    const { sellerId, accountId, tenantId } = payer
    const now = parts.clock.now()
    await tx`
      insert into payment
        (id, tenant_id, seller_id, account_id, method, origin, status, amount_micros, currency, invoice_id, reference,
         value_date, created_by, created_at, received_at)
      values
        (${paymentId}, ${tenantId}, ${sellerId}, ${accountId}, ${methodOf(line)}, 'manual', 'received',
         ${line.amountMicros}, ${line.currency}, ${invoiceId ?? null},
         ${(line.reference || line.remittance).slice(0, 140)},
         ${line.bookedOn}::text::date, ${by.actor.id ?? null}, ${now}, ${now})`
    await tx`
      update statement_line set status = 'posted', payment_id = ${paymentId}, decided_by = ${by.actor.id ?? null},
        decided_at = ${now}, reason = ${by.rule?.slice(0, 300) ?? null}
      where id = ${lineId}`
    await meetExpected(tx, { customerId, paymentId, amountMicros: line.amountMicros })
    if (by.actor.id !== undefined) await learn(tx, sellerId, customerId, line)
    return ok(paymentId)
  })
  return made.ok ? postReceived(parts, made.value, by) : made
}

function methodOf({ remittance }: LineRow): 'etransfer' | 'cheque' | 'eft' {
  if (/e-?transfer|interac/i.test(remittance)) return 'etransfer'
  return /\bche(que|ck)\b/i.test(remittance) ? 'cheque' : 'eft'
}

/** "Confirmation teaches the fingerprint; two contradicting confirmations disable it." */
async function learn(tx: Tx, sellerId: string, customerId: string, line: LineRow): Promise<void> {
  const fingerprint = payerFingerprint(line)
  if (fingerprint.length < 2) return
  await tx`
    update payer_fingerprint set contradicted = contradicted + 1
    where tenant_id = ${sellerId} and fingerprint = ${fingerprint} and customer_id <> ${customerId}`
  await tx`
    insert into payer_fingerprint as known (tenant_id, fingerprint, customer_id)
    values (${sellerId}, ${fingerprint}, ${customerId})
    on conflict (tenant_id, fingerprint, customer_id) do update set confirmed = known.confirmed + 1`
}

/** What was announced has arrived. */
async function meetExpected(
  tx: Tx,
  { customerId, paymentId, amountMicros }: { customerId: string; paymentId: string; amountMicros: bigint },
): Promise<void> {
  await tx`
    update expected_payment set status = 'arrived', payment_id = ${paymentId}
    where id = (
      select id from expected_payment
      where customer_id = ${customerId} and status = 'open'
        and (amount_micros is null or amount_micros = ${amountMicros})
      order by created_at limit 1)`
}
