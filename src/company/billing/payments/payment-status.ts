/**
 * The life of a payment. A card's: created, perhaps confirmed by its holder, received, posted; a bank's begins as
 * received ("received, being posted"). What was posted may be disputed, refunded, or taken back by the bank.
 */

import type { Clock, Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { transition, type Actor, type Machine, type TransitionFailure } from '../../../platform/transitions/index.ts'

export type PaymentStatus =
  | 'created'
  | 'action'
  | 'processing'
  | 'failed'
  | 'canceled'
  | 'received'
  | 'posted'
  | 'disputed'
  | 'reversed'
  | 'refunded'

const sellers = ['provider_admin', 'provider_billing', 'partner_admin', 'partner_billing', 'system']
const system = ['system']

/** The states of a payment and who moves it between them. */
export const paymentMachine: Machine<PaymentStatus> = {
  entity: 'payment',
  table: 'payment',
  stateColumn: 'status',
  states: [
    'created',
    'action',
    'processing',
    'failed',
    'canceled',
    'received',
    'posted',
    'disputed',
    'reversed',
    'refunded',
  ],
  initial: ['created', 'received'],
  final: ['failed', 'canceled', 'reversed', 'refunded'],
  moves: [
    { from: ['created'], to: 'action', by: system },
    { from: ['created', 'action'], to: 'processing', by: system },
    { from: ['created', 'action', 'processing'], to: 'failed', by: system },
    { from: ['created', 'action', 'received'], to: 'canceled', by: sellers },
    { from: ['created', 'action', 'processing'], to: 'received', by: system },
    { from: ['received', 'disputed'], to: 'posted', by: sellers },
    { from: ['posted'], to: 'disputed', by: system },
    { from: ['posted', 'disputed'], to: 'reversed', by: sellers },
    { from: ['posted'], to: 'refunded', by: sellers },
  ],
}

export const systemActor: Actor = { id: undefined, role: 'system' }

/** Moves one payment in the caller's transaction. */
export function movePayment(
  tx: Tx,
  clock: Clock,
  move: { readonly id: string; readonly to: PaymentStatus; readonly reason: string; readonly actor?: Actor },
): Promise<Result<unknown, TransitionFailure>> {
  const { id, to, reason, actor = systemActor } = move
  return transition(tx, clock, { machine: paymentMachine, ids: [id], to, actor, reason: reason.slice(0, 1000) })
}
