/**
 * What a refused charge means: whether it may be tried again. Networks forbid further attempts after some codes (Visa's
 * category 1, Mastercard's advice 03 and 21), and charge for them.
 */

import type { Decline } from '../../company/billing/index.ts'

/** The bank will never pay: the card is gone, closed, stopped or not allowed. */
const hard: ReadonlySet<string> = new Set([
  'expired_card',
  'fraudulent',
  'incorrect_number',
  'invalid_account',
  'invalid_number',
  'lost_card',
  'merchant_blacklist',
  'new_account_information_available',
  'no_action_taken',
  'not_permitted',
  'pickup_card',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'security_violation',
  'stolen_card',
  'stop_payment_order',
  'transaction_not_allowed',
])

/** Only the cardholder can go on: he confirms at his bank. */
const action: ReadonlySet<string> = new Set([
  'authentication_required',
  'payment_intent_authentication_failure',
  'setup_intent_authentication_failure',
])

/** Reads a refusal. `code` is the processor's, `declineCode` the bank's reason where it gives one. */
export function declineOf(code: string, declineCode: string | undefined, message: string): Decline {
  const reason = declineCode ?? code
  const kind = action.has(reason) || action.has(code) ? 'action' : hard.has(reason) || hard.has(code) ? 'hard' : 'soft'
  return { kind, code: reason, message }
}
