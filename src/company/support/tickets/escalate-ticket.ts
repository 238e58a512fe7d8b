/**
 * "Tickets escalate up the tree": a partner hands a customer's ticket to the provider as a linked ticket of his own.
 * Notes do not cross; what the provider reads is what the partner writes.
 */

import { ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { notAllowed, type ReplyFailure } from '../errors.ts'
import type { Severity } from '../sla/policy.ts'
import { addNotice } from './add-entry.ts'
import { openTicket, type Category } from './open-ticket.ts'
import { linkTickets, type Author } from './reply.ts'
import type { TicketRow } from './standing.ts'

export type HandOver = { readonly summary: string; readonly email: string; readonly contactNumber: string }

/** Opens the linked ticket of the desk with whoever answers the desk; returns its id. */
export async function handToProvider(
  tx: Tx,
  clock: Clock,
  ticket: TicketRow,
  author: Author,
  { summary, email, contactNumber }: HandOver,
): Promise<Result<string, ReplyFailure>> {
  if (author.standing === 'requester' || author.tenantId !== ticket.deskId || ticket.audience !== 'customer') {
    return notAllowed('only the partner who answers a ticket can hand it on')
  }
  const [row] = await tx<{ category: Category; affected: string }[]>`
    select category, affected from ticket where id = ${ticket.id}`
  const opened = await openTicket(tx, clock, {
    tenantId: ticket.deskId,
    channel: 'portal',
    category: row!.category,
    severity: ticket.severity satisfies Severity,
    subject: ticket.subject,
    description: summary,
    requester: { id: author.id, name: author.name, email },
    contactNumber,
    affected: row!.affected,
    zone: author.zone,
  })
  if (!opened.ok) return notAllowed('there is nobody above to hand it to')
  const key = { ticketId: ticket.id, tenantId: ticket.tenantId }
  await linkTickets(tx, clock, key, opened.value.id, 'escalated')
  await linkTickets(tx, clock, { ticketId: opened.value.id, tenantId: ticket.deskId }, ticket.id, 'escalated')
  await addNotice(tx, clock, key, { kind: 'system', body: 'Handed on to the provider.' })
  return ok(opened.value.id)
}
