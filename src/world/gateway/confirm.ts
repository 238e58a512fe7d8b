/** What becomes of an intent when somebody confirms it with a card, and the events that tell of it. */

import type { CardOutcome } from './cards.ts'
import { disputeJson, intentJson, type GatewayState, type StoredIntent, type StoredMethod } from './objects.ts'

const declines: Readonly<Record<Exclude<CardOutcome, 'approved'>, { code: string; message: string }>> = {
  insufficient_funds: { code: 'card_declined', message: 'The card has insufficient funds.' },
  lost_card: { code: 'card_declined', message: 'The card was declined.' },
  stolen_card: { code: 'card_declined', message: 'The card was declined.' },
  do_not_honor: { code: 'card_declined', message: 'The card was declined.' },
  expired_card: { code: 'expired_card', message: 'The card has expired.' },
  processing_error: { code: 'processing_error', message: 'An error occurred while the card was processed.' },
}

/** Moves an intent on; `isAnswered`: the cardholder has just confirmed it at his bank. */
export function confirmIntent(
  state: GatewayState,
  intent: StoredIntent,
  method: StoredMethod,
  isAnswered: boolean,
): void {
  const { card } = method
  const isSetup = intent.object === 'setup_intent'
  intent.error = undefined
  const mustConfirm =
    !isAnswered && (card.authenticate === 'always' || (card.authenticate === 'first' && !method.isAuthenticated))
  if (mustConfirm && !(isSetup && method.isAuthenticated)) {
    if (intent.offSession) {
      refuseIntent(state, intent, method, {
        code: 'authentication_required',
        declineCode: 'authentication_required',
        message: 'The cardholder has to confirm this payment.',
      })
      return
    }
    intent.status = 'requires_action'
    state.emit(`${intent.object}.requires_action`, intentJson(intent, method))
    return
  }
  // A card that will be refused when it is charged can be stored: the bank is only asked for money then.
  if (!isSetup && method.outcome !== 'approved') {
    const { code, message } = declines[method.outcome]
    refuseIntent(state, intent, method, {
      code,
      declineCode: code === 'card_declined' ? method.outcome : undefined,
      message,
    })
    return
  }
  intent.status = 'succeeded'
  if (intent.customer !== null) method.customer = intent.customer
  if (!isSetup) intent.chargeId = state.nextId('ch')
  state.emit(`${intent.object}.succeeded`, intentJson(intent, method))
  if (!isSetup && card.isDisputed) openDispute(state, intent)
}

/** The bank, or the cardholder, says no. */
export function refuseIntent(
  state: GatewayState,
  intent: StoredIntent,
  method: StoredMethod,
  error: NonNullable<StoredIntent['error']>,
): void {
  intent.status = 'requires_payment_method'
  intent.error = error
  state.emit(
    `${intent.object}.${intent.object === 'setup_intent' ? 'setup' : 'payment'}_failed`,
    intentJson(intent, method),
  )
}

/** The cardholder says that he did not make a payment: the money is taken back until it is decided. */
function openDispute(state: GatewayState, intent: StoredIntent): void {
  if (intent.chargeId === null) return
  const { id, amount, currency, chargeId: charge } = intent
  const dispute = { id: state.nextId('dp'), intent: id, charge, amount, currency, status: 'needs_response' } as const
  state.disputes.set(dispute.id, { ...dispute })
  state.emit('charge.dispute.created', disputeJson(dispute))
}
