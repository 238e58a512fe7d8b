/** The ways in which billing refuses. */

import { fail, formatMicros } from '../../base/index.ts'

export const noSuchInvoice = fail('billing.no_such_invoice', 'there is no invoice with this id')
export const notADraft = fail('billing.not_a_draft', 'it was issued; a credit note takes it back')
export const noSeller = fail('billing.no_seller', 'only providers and partners bill somebody')
export const noSuchRun = fail('billing.no_such_run', 'there is no billing run with this id')
export const noAccount = fail('billing.no_account', 'the customer has no account to charge')
export const notIssued = fail(
  'billing.not_issued',
  'only an invoice that was issued can be credited; discard the draft',
)

/** A run for a day that has not begun yet. */
export function notOver(day: string) {
  return fail('billing.not_over', `periods that end on ${day} are not over yet`)
}

/** More would be given back than the invoice still has. */
export function creditTooLarge(leftMicros: bigint) {
  return fail('billing.credit_too_large', `at most ${formatMicros(leftMicros)} before taxes is left to give back`)
}
export const noSuchSubscription = fail('billing.no_such_subscription', 'there is no line with this id that still runs')

/** An end in the past: what was used was used. */
export function badEnd(today: string) {
  return fail('billing.bad_end', `a line ends today (${today}) or later`)
}
