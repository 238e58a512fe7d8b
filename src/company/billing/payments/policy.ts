/** How a seller takes and chases money: what stands here, unless it has decided otherwise. */

import type { Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { CardBrand } from './cards/gateway.ts'

/** Days after the due date of the oldest open invoice at which an account comes to a stage. */
export type DunningDays = {
  readonly overdue: number
  readonly reminder: number
  readonly final_notice: number
  readonly restricted: number
  readonly suspended: number
  readonly terminated: number
}

export type PaymentPolicy = {
  readonly acceptedCards: readonly CardBrand[]
  readonly automaticPosting: boolean
  readonly refundLimitMicros: Micros
  readonly transferAnswer: string
  readonly chequeHoldDays: number
  readonly returnedFeeMicros: Micros
  readonly dunningDays: DunningDays
}

/** "Visa, Mastercard, American Express or Visa Debit"; "automatic posting is a brand switch, off by default". */
export const usualPolicy: PaymentPolicy = {
  acceptedCards: ['visa', 'mastercard', 'amex', 'visa_debit'],
  automaticPosting: false,
  refundLimitMicros: 200_000_000n,
  transferAnswer: '',
  chequeHoldDays: 5,
  returnedFeeMicros: 0n,
  dunningDays: { overdue: 1, reminder: 3, final_notice: 10, restricted: 15, suspended: 30, terminated: 60 },
}

/** The policy of a seller. */
export async function policyOf(tx: Tx, sellerId: string): Promise<PaymentPolicy> {
  const [row] = await tx<PaymentPolicy[]>`
    select accepted_cards as "acceptedCards", automatic_posting as "automaticPosting",
           refund_limit_micros as "refundLimitMicros", transfer_answer as "transferAnswer",
           cheque_hold_days as "chequeHoldDays", returned_fee_micros as "returnedFeeMicros",
           dunning_days as "dunningDays"
    from payment_policy where tenant_id = ${sellerId}`
  return row ?? usualPolicy
}

/** Decides it anew. */
export async function setPolicy(
  tx: Tx,
  sellerId: string,
  policy: PaymentPolicy,
  by: { readonly setBy: string; readonly at: number },
): Promise<void> {
  await tx`
    insert into payment_policy
      (tenant_id, accepted_cards, automatic_posting, refund_limit_micros, transfer_answer, cheque_hold_days,
       returned_fee_micros, dunning_days, set_by, set_at)
    values
      (${sellerId}, ${[...policy.acceptedCards]}::text[], ${policy.automaticPosting}, ${policy.refundLimitMicros},
       ${policy.transferAnswer}, ${policy.chequeHoldDays}, ${policy.returnedFeeMicros},
       ${JSON.stringify(policy.dunningDays)}::text::jsonb, ${by.setBy}, ${by.at})
    on conflict (tenant_id) do update set
      accepted_cards = excluded.accepted_cards, automatic_posting = excluded.automatic_posting,
      refund_limit_micros = excluded.refund_limit_micros, transfer_answer = excluded.transfer_answer,
      cheque_hold_days = excluded.cheque_hold_days, returned_fee_micros = excluded.returned_fee_micros,
      dunning_days = excluded.dunning_days, set_by = excluded.set_by, set_at = excluded.set_at`
}
