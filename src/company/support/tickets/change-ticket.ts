/** Changes what is known of a ticket: severity, category, who works on it and workaround. */

import { ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { notAllowed, type ReplyFailure } from '../errors.ts'
import { noteSla } from '../sla/keep-clocks.ts'
import { rankOf, type Severity } from '../sla/policy.ts'
import type { SlaEvent } from '../sla/run-clocks.ts'
import { addEntry } from './add-entry.ts'
import type { Category } from './open-ticket.ts'
import type { Author } from './reply.ts'
import type { TicketRow } from './standing.ts'

export type TicketChange = {
  readonly severity?: Severity | undefined
  readonly category?: Category | undefined
  readonly assignee?: { readonly id: string; readonly name: string } | null | undefined
  readonly team?: string | undefined
  /** What works meanwhile; with it a Critical or High ticket becomes Normal. */
  readonly workaround?: string | undefined
  readonly reason?: string | undefined
}

/** Applies a change; what a requester may not do is refused. */
export async function changeTicket(
  tx: Tx,
  clock: Clock,
  ticket: TicketRow,
  author: Author,
  change: TicketChange,
): Promise<Result<void, ReplyFailure>> {
  const allowed = mayChange(ticket, author, change)
  if (!allowed.ok) return allowed
  const now = clock.now()
  const key = { ticketId: ticket.id, tenantId: ticket.tenantId }
  const events: SlaEvent[] = []
  let { severity } = ticket
  if (change.workaround !== undefined && rankOf(ticket.severity) <= 2 && change.severity === undefined) {
    // "High and Critical tickets that have been initially resolved but may still require a permanent solution ... will
    // be set to this priority."
    severity = 'normal'
    events.push({ kind: 'workaround', at: now })
  } else if (change.severity !== undefined && change.severity !== ticket.severity) {
    severity = change.severity
    events.push({ kind: 'severity', at: now, severity })
  }
  const raised = author.standing === 'requester' && rankOf(severity) < rankOf(ticket.severity)
  await tx`
    update ticket set
      severity = ${severity}, severity_raised = severity_raised or ${raised},
      updated_at = ${now}, version = version + 1,
      category = coalesce(${change.category ?? null}, category), team = coalesce(${change.team ?? null}, team),
      workaround = coalesce(${change.workaround ?? null}, workaround),
      assignee_id = case when ${change.assignee === undefined} then assignee_id
                    else ${change.assignee?.id ?? null}::uuid end,
      assignee_name = case when ${change.assignee === undefined} then assignee_name
                      else ${change.assignee?.name ?? null}::text end
    where id = ${ticket.id}`
  const told = wordsOf(ticket, change, severity)
  if (told !== '') {
    await addEntry(tx, clock, key, {
      kind: 'system',
      authorTenantId: author.tenantId,
      authorId: author.id,
      authorName: author.name,
      byStaff: author.standing !== 'requester',
      body: told,
    })
  }
  await noteSla(tx, clock, key, events)
  return ok(undefined)
}

function mayChange(ticket: TicketRow, { standing }: Author, change: TicketChange): Result<void, ReplyFailure> {
  const isLower = change.severity !== undefined && rankOf(change.severity) > rankOf(ticket.severity)
  if (standing === 'requester') {
    const others = [change.category, change.assignee, change.team, change.workaround]
    if (others.some((value) => value !== undefined) || isLower) return notAllowed('this is for those who answer')
    if (ticket.severityRaised) return notAllowed('it was raised once already; ask the desk to look at its severity')
  }
  if (isLower && (change.reason ?? '').trim() === '') return notAllowed('say why its severity becomes lower')
  return ok(undefined)
}

function wordsOf(ticket: TicketRow, change: TicketChange, severity: Severity): string {
  const parts = [
    ...(severity === ticket.severity ? [] : [`Severity ${ticket.severity} → ${severity}`]),
    ...(change.workaround ? [`Workaround: ${change.workaround}`] : []),
    ...(change.category ? [`Category: ${change.category}`] : []),
    ...(change.assignee === undefined
      ? []
      : [change.assignee ? `Assigned to ${change.assignee.name}` : 'Not assigned']),
    ...(change.team === undefined ? [] : [`Team: ${change.team || 'none'}`]),
    ...(change.reason ? [change.reason] : []),
  ]
  return parts.join('. ')
}
