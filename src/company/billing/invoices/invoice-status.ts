/**
 * The life of an invoice: drafted, issued, then paid in one or several parts, or overdue. What was paid may be taken
 * back (a cheque that bounced, a disputed card), so that nothing but `void` is final.
 */

import type { Clock, Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { transition, type Actor, type Machine, type TransitionFailure } from '../../../platform/transitions/index.ts'
import type { InvoiceStatus } from '../tables.ts'

const sellers = ['provider_admin', 'provider_billing', 'partner_admin', 'partner_billing', 'system']

/** The states of an invoice and who moves it between them. */
export const invoiceMachine: Machine<InvoiceStatus> = {
  entity: 'invoice',
  table: 'invoice',
  stateColumn: 'status',
  states: ['draft', 'issued', 'part_paid', 'paid', 'overdue', 'void'],
  initial: ['draft'],
  final: ['void'],
  moves: [
    { from: ['draft', 'part_paid', 'paid'], to: 'issued', by: sellers },
    { from: ['issued', 'paid', 'overdue'], to: 'part_paid', by: sellers },
    { from: ['issued', 'part_paid', 'overdue'], to: 'paid', by: sellers },
    { from: ['issued', 'part_paid', 'paid'], to: 'overdue', by: sellers },
    { from: ['draft', 'issued', 'overdue'], to: 'void', by: sellers },
  ],
}

/** Moves invoices, all or none, in the caller's transaction: with history, audit and event. */
export function moveInvoices(
  tx: Tx,
  clock: Clock,
  move: {
    readonly ids: readonly string[]
    readonly to: InvoiceStatus
    readonly actor: Actor
    readonly reason: string
  },
): Promise<Result<unknown, TransitionFailure>> {
  return transition(tx, clock, { machine: invoiceMachine, ...move })
}
