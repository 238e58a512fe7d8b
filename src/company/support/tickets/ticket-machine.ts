/** The life of a ticket as data: new, open, waiting, solved, closed; spam and merged aside. */

import type { Machine } from '../../../platform/transitions/index.ts'

export const ticketStates = [
  'new',
  'open',
  'waiting_customer',
  'waiting_vendor',
  'scheduled',
  'solved',
  'closed',
  'spam',
  'merged',
] as const
export type TicketState = (typeof ticketStates)[number]

const staff = ['agent', 'supervisor']
const everybody = [...staff, 'requester', 'system']
const working: readonly TicketState[] = ['new', 'open', 'waiting_customer', 'waiting_vendor', 'scheduled']

const except = (left: TicketState): readonly TicketState[] => working.filter((state) => state !== left)

/** Who moves: `requester` asked for help, `agent` answers, `supervisor` leads the desk, `system` is the house. */
export const ticketMachine: Machine<TicketState> = {
  entity: 'ticket',
  table: 'ticket',
  stateColumn: 'state',
  states: ticketStates,
  initial: ['new'],
  final: [],
  moves: [
    { from: [...except('open'), 'solved', 'closed'], to: 'open', by: everybody },
    { from: except('waiting_customer'), to: 'waiting_customer', by: staff },
    { from: except('waiting_vendor'), to: 'waiting_vendor', by: staff },
    { from: except('scheduled'), to: 'scheduled', by: staff },
    { from: working, to: 'solved', by: [...staff, 'requester'] },
    { from: ['solved'], to: 'closed', by: ['system', 'requester', ...staff] },
    { from: [...working, 'solved'], to: 'spam', by: staff },
    { from: [...working, 'solved'], to: 'merged', by: staff },
    // "undo within 24 h by supervisor".
    { from: ['spam', 'merged'], to: 'open', by: ['supervisor'] },
  ],
}
