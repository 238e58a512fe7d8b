/** The ways in which payments refuse. */

import { fail } from '../../../base/index.ts'

export const noSuchPayment = fail('payments.no_such_payment', 'there is no payment with this id')
export const noAccount = fail('payments.no_account', 'this customer has no account to pay into')
export const noGateway = fail('payments.no_gateway', 'this brand takes no cards; pay by one of the other ways')
export const noCard = fail('payments.no_card', 'no card is stored; enter one first')
export const linkGone = fail('payments.link_gone', 'this page was used or is too old; open a new one')
export const badAmount = fail('payments.bad_amount', 'the amount is zero, negative, or no whole number of cents')
export const nothingDue = fail('payments.nothing_due', 'nothing of this invoice is open')
export const notPosted = fail('payments.not_posted', 'only a payment that was posted can be changed like this')
export const tooMuch = fail('payments.too_much', 'more than is left of this payment')
export const secondPerson = fail('payments.second_person', 'a refund of this size needs a second person')
export const noSuchRefund = fail('payments.no_such_refund', 'there is no refund with this id that waits')
export const noSuchLine = fail('payments.no_such_line', 'there is no open line with this id')
export const duplicateFile = fail('payments.duplicate_file', 'this very file was imported before; nothing was changed')
export const noMapping = fail('payments.no_mapping', 'there is no mapping with this id')
export const noDebits = fail('payments.no_debits', 'nobody with a mandate for debits owes anything')
export const badAccount = fail('payments.bad_account', 'this is no account number that debits can be made from')
export const noBatch = fail('payments.no_batch', 'choose cheques in one currency that were not deposited yet')
export const heldBefore = fail('payments.held_before', 'this account was held once already, and has not paid since')
export const ledgerAway = fail('payments.ledger_away', 'charging does not answer; the payment is kept and posted later')
export const gatewayAway = fail(
  'payments.gateway_away',
  'the card processor does not answer; nothing was charged twice',
)

export const stillOpen = fail('payments.still_open', 'the payment has not ended yet; it is looked at again')

/** Its brand does not take this scheme. */
export function brandRefused(brand: string) {
  return fail('payments.brand_refused', `cards of this kind (${brand}) are not taken here`, { brand })
}

/** The bank said no; `text` is for the cardholder. */
export function declined(text: string, code: string) {
  return fail('payments.declined', text, { code })
}

/** The card networks forbid more attempts with this card for now. */
export function tooManyAttempts(network: string) {
  return fail('payments.too_many_attempts', 'this card was tried too often; use another one, or wait', { network })
}
