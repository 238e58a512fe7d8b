/** The ways in which charging refuses and the ledger fails its callers. */

import { fail, type Failure } from '../../base/index.ts'

export const unknownAccount = fail('ledger.unknown_account', 'there is no such account')
export const suspended = fail('ledger.account_suspended', 'the account is suspended: paid calls are refused')
export const noCredit = fail('ledger.no_credit', 'what is left of the credit does not pay for the first block')
export const quotaUsed = fail(
  'ledger.quota_used',
  "the plan's volume for this destination is used up, and it ends there",
)
export const noRate = fail('ledger.no_rate', 'the rate deck has no price for this destination')
export const blocked = fail('ledger.destination_blocked', 'the rate deck blocks this destination')
export const belowCost = fail('ledger.below_cost', 'every carrier asks more for this destination than it is sold for')
export const noReservation = fail('ledger.no_reservation', 'there is no open reservation for this call')
export const unavailable = fail('ledger.unavailable', 'nothing can be made durable at this moment; try again')
/** Nobody answered in time, so whether it was done is not known; `reason` is the code of the bus. */
export function chargeSilent(reason: string) {
  return fail('ledger.unavailable', 'charging does not answer', { reason })
}

export const noSuchAccount = fail('ledger.no_such_account', 'there is no such account')
export const badAmount = fail('ledger.bad_amount', 'the amount is zero, has the wrong sign, or is absurdly large')
export const postingIdTaken = fail(
  'ledger.posting_id_taken',
  'this postingId belongs to another posting; choose a new one',
)
export const badDate = fail('ledger.bad_date', 'a payment is dated between the year 2000 and tomorrow')
export const chargeAway = fail('ledger.charge_away', 'the ledger does not answer at this moment; try again with the id')

/** A limit of the account's list is used up; its name is for the provider's people. */
export function overLimit(limit: string) {
  return fail('ledger.over_limit', 'a limit of the account does not leave enough for the first block', { limit })
}

/** The refusal of an account above the customer's: which one is for the provider's people. */
export function refusedBy<F extends Failure>(failure: F, accountId: string): { ok: false; failure: F } {
  return { ok: false, failure: { ...failure, details: { ...failure.details, accountId } } }
}

/** Limits that contradict themselves. */
export function badLimit(what: string) {
  return fail('ledger.bad_limit', what)
}

/** The account has as many paid calls as it may have at once. */
export function tooManyCalls(callsMax: number) {
  return fail('ledger.too_many_calls', `the account may have ${callsMax} paid calls at once`, { callsMax })
}

export const noSuchCustomer = fail('ledger.no_such_customer', 'there is no customer with this id')
export const noBrand = fail('ledger.no_brand', 'this provider has no brand yet; create it first')
export const noSuchCall = fail('ledger.no_such_call', 'there is no call record with this id')
export const noSuchRerate = fail('ledger.no_such_rerate', 'there is no rerating with this id')
export const rerateNotReady = fail('ledger.rerate_not_ready', 'only a rerating that was previewed can be applied, once')
export const providerOnly = fail('ledger.provider_only', "charges are made again by the provider's people alone")
export const badRerate = fail(
  'ledger.bad_rerate',
  'name a customer or a deck, not both, and a version of a deck of this house',
)

/** A bound of a range that cannot be read, or a range that ends before it begins. */
export function badRange(what: string) {
  return fail('ledger.bad_range', `${what}; write 2026-10-01, 2026-10-01T09:30, or an instant with its offset`)
}
