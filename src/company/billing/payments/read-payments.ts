/** Payments as rows; row-level security decides whose. */

import type { Currency, Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { PageRequest } from '../../../platform/http/index.ts'
import type { PaymentStatus } from './payment-status.ts'

export type PaymentMethodKind = 'card' | 'etransfer' | 'eft' | 'cheque' | 'debit' | 'other'

export type PaymentRow = {
  readonly id: string
  readonly tenantId: string
  readonly customerName: string
  readonly sellerId: string
  readonly accountId: string
  readonly method: PaymentMethodKind
  readonly origin: 'manual' | 'automatic'
  readonly status: PaymentStatus
  readonly amountMicros: Micros
  readonly currency: Currency
  readonly invoiceId: string | null
  readonly methodId: string | null
  readonly attempt: number
  readonly intentRef: string | null
  readonly declineKind: 'hard' | 'soft' | 'action' | null
  readonly declineCode: string | null
  readonly declineText: string | null
  readonly reference: string
  readonly valueDate: string | null
  readonly postedRule: string | null
  readonly postedBy: string | null
  readonly refundedMicros: Micros
  readonly reversedWhy: string | null
  readonly createdAt: number
  readonly receivedAt: number | null
  readonly postedAt: number | null
  /** `Visa •••• 4242`; null of bank money. */
  readonly cardBrand: string | null
  readonly cardLast4: string | null
}

const columns = `payment.id, payment.tenant_id as "tenantId", tenant.name as "customerName",
  payment.seller_id as "sellerId", payment.account_id as "accountId", payment.method, payment.origin, payment.status,
  payment.amount_micros as "amountMicros", payment.currency, payment.invoice_id as "invoiceId",
  payment.method_id as "methodId", payment.attempt, payment.intent_ref as "intentRef",
  payment.decline_kind as "declineKind", payment.decline_code as "declineCode", payment.decline_text as "declineText",
  payment.reference, payment.value_date as "valueDate", payment.posted_rule as "postedRule",
  payment.posted_by as "postedBy", payment.refunded_micros as "refundedMicros",
  payment.reversed_why as "reversedWhy", payment.created_at as "createdAt", payment.received_at as "receivedAt",
  payment.posted_at as "postedAt", card.brand as "cardBrand", card.last4 as "cardLast4"`

const source = `payment join tenant on tenant.id = payment.tenant_id
  left join payment_method as card on card.id = payment.method_id and card.tenant_id = payment.tenant_id`

export type PaymentFilter = {
  readonly customerId?: string | undefined
  readonly status?: PaymentStatus | undefined
  readonly method?: PaymentMethodKind | undefined
}

/** The newest first, one more than the page holds. */
export function listPayments(
  tx: Tx,
  { customerId, status, method }: PaymentFilter,
  { after, limit }: PageRequest<['instant', 'id']>,
): Promise<readonly PaymentRow[]> {
  return tx<PaymentRow[]>`
    select ${tx.unsafe(columns)} from ${tx.unsafe(source)}
    where true
      ${customerId === undefined ? tx`` : tx`and payment.tenant_id = ${customerId}`}
      ${status === undefined ? tx`` : tx`and payment.status = ${status}`}
      ${method === undefined ? tx`` : tx`and payment.method = ${method}`}
      ${after ? tx`and (payment.created_at, payment.id) < (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by payment.created_at desc, payment.id desc limit ${limit + 1}`
}

/** One payment; `lock` keeps others from moving it meanwhile. */
export async function readPayment(tx: Tx, id: string, lock = false): Promise<PaymentRow | undefined> {
  if (lock) await tx`select 1 from payment where id = ${id} for update`
  const [found] = await tx<PaymentRow[]>`
    select ${tx.unsafe(columns)} from ${tx.unsafe(source)} where payment.id = ${id}`
  return found
}

/** The payment to a seller of an intent of its card processor. */
export async function paymentOfIntent(tx: Tx, sellerId: string, intentRef: string): Promise<string | undefined> {
  const [found] = await tx<{ id: string }[]>`
    select id from payment where intent_ref = ${intentRef} and seller_id = ${sellerId}`
  return found?.id
}
