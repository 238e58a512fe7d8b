/** Causes that the call's own record names: money, rules, routes, and what the house did itself. */

import type { Cause, Rule } from './finding.ts'

type Named = Pick<Cause, 'code' | 'sentence' | 'where' | 'severity'>

const account = (code: string, sentence: string): Named => ({ code, sentence, where: 'account', severity: 'normal' })
const us = (code: string, sentence: string, severity: Cause['severity'] = 'high'): Named => ({
  code,
  sentence,
  where: 'us',
  severity,
})

/** By the word in the record. */
const named: Readonly<Record<string, Named>> = {
  'ledger.no_credit': account('no_credit', 'The credit limit of the account left nothing for this call.'),
  grant_exhausted: account('credit_ran_out', 'The credit of the account ran out during the call.'),
  'ledger.account_suspended': account('account_suspended', 'The account is suspended: paid calls are refused.'),
  'ledger.destination_blocked': account(
    'destination_blocked',
    'Calls to this destination are blocked for the account.',
  ),
  'ledger.too_many_calls': account('too_many_calls', 'The account had as many calls at once as it may have.'),
  too_many_calls: account('too_many_calls', 'The account had as many calls at once as it may have.'),
  trunk_full: account('trunk_full', 'All channels of the trunk were in use.'),
  no_channel: account('trunk_full', 'All channels of the trunk were in use.'),
  'ledger.no_rate': us('no_rate', 'There is no price for this number in the rate deck.', 'normal'),
  'ledger.below_cost': us('below_cost', 'Every carrier asks more than the call is sold for.', 'normal'),
  no_route: us('no_route', 'There is no route to this number.'),
  'ledger.unavailable': us('charging_away', 'Charging did not answer, so that a paid call could not begin.'),
  media_unavailable: us('media_away', 'Our media process did not answer.'),
  media_lost: us('media_away', 'Our media process was lost during the call.'),
  internal_error: us('internal_error', 'A fault of ours ended the call.'),
  signal_restart: us('our_restart', 'A restart of ours ended the call.', 'normal'),
  shutdown: us('our_restart', 'A restart of ours ended the call.', 'normal'),
  longest_call: us('longest_call', 'The call reached the longest duration that calls may have.', 'low'),
  ended_by_operator: us('ended_by_operator', 'Somebody of the provider ended the call.', 'normal'),
  forward_loop: account('forward_loop', 'Forwarding leads in a circle: each number sends the call on to the other.'),
  transfer_failed: account('transfer_failed', 'The transfer did not reach anybody.'),
}

/** What the record says by itself. */
export const recordRule: Rule = ({ call }) => {
  const found = named[call.hangupCause]
  if (!found) return undefined
  return { ...found, evidence: [`The record ended with ${call.hangupCause}, SIP ${call.sipStatus}.`] }
}

/** A call that was never answered because nobody took it is no fault, but it is an answer. */
export const nobodyRule: Rule = ({ call, messages }) => {
  if (call.answeredAt !== null) return undefined
  const rang = call.ringingAt !== null
  const say = (code: string, sentence: string): Cause => ({
    code,
    sentence,
    where: 'nobody',
    severity: undefined,
    evidence: [`SIP ${call.sipStatus}; ${rang ? 'it rang' : 'it did not ring'}.`],
  })
  switch (call.hangupCause) {
    case 'busy':
      return say('busy', 'The number called was busy.')
    case 'cancelled':
      return rang || messages.length === 0
        ? say('cancelled', 'The caller hung up before anybody answered.')
        : say('cancelled_early', 'The caller hung up before it rang.')
    case 'no_answer':
      return rang ? say('no_answer', 'It rang, and nobody answered.') : undefined
    case 'declined':
      return say('declined', 'The number called declined the call.')
    default:
      return undefined
  }
}
