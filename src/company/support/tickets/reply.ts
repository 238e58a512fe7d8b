/** Somebody says something: the state, the clocks and what is still needed follow from who it was. */

import { fail, newId, ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { enqueue, writeEvents } from '../../../platform/jobs/index.ts'
import { transition, type Actor } from '../../../platform/transitions/index.ts'
import { noteSamples } from '../diagnosis/note-samples.ts'
import { telling } from '../mail/tell-kind.ts'
import { needsText, notAllowed, staleReply, tooLate, type ReplyFailure } from '../errors.ts'
import { endOfBusinessDay } from '../sla/calendar.ts'
import { deskOf } from '../sla/desk.ts'
import { noteSla } from '../sla/keep-clocks.ts'
import type { SlaEvent } from '../sla/run-clocks.ts'
import { addEntry, type Attachment } from './add-entry.ts'
import { openTicket } from './open-ticket.ts'
import type { Standing, TicketRow } from './standing.ts'
import { ticketMachine, type TicketState } from './ticket-machine.ts'

export type Author = {
  readonly standing: Standing
  readonly id: string | undefined
  readonly tenantId: string
  readonly name: string
  readonly zone: string
  readonly source: string | undefined
}

export type Reply = {
  readonly kind: 'public' | 'internal' | 'call'
  readonly body: string
  /** Also moves the ticket. */
  readonly to: TicketState | undefined
  /** The last public entry that the writer had read. */
  readonly lastSeenEntryId: string | undefined
  readonly attachments?: readonly Attachment[]
  /** Of a machine: it is kept, but starts, stops and reopens nothing. */
  readonly isAutomatic?: boolean
  readonly data?: unknown
}

const REOPEN_MS = 14 * 86_400_000

/** Adds a message, a note or a logged call. Returns the entry's id, and the ticket that it went to. */
export async function reply(
  tx: Tx,
  clock: Clock,
  ticket: TicketRow,
  author: Author,
  wanted: Reply,
): Promise<Result<{ readonly entryId: string; readonly ticketId: string }, ReplyFailure>> {
  const byStaff = author.standing !== 'requester'
  if (!byStaff && wanted.kind !== 'public') return notAllowed('notes are for those who answer')
  if (wanted.to === 'waiting_customer' && wanted.kind !== 'public') return needsText
  const newer = wanted.lastSeenEntryId === undefined ? [] : await newerThan(tx, ticket.id, wanted.lastSeenEntryId)
  if (newer.length > 0) return staleReply(newer)
  const now = clock.now()
  if (!byStaff && ticket.solvedAt !== null && !wanted.isAutomatic) {
    // "a customer message within 14 days of solving reopens the same ticket even if closed; later it opens a linked
    // one".
    if (now - ticket.solvedAt > REOPEN_MS) return followUp(tx, clock, ticket, author, wanted)
  }
  const key = { ticketId: ticket.id, tenantId: ticket.tenantId }
  const entryId = await addEntry(tx, clock, key, {
    kind: wanted.kind,
    authorTenantId: author.tenantId,
    authorId: author.id,
    authorName: author.name,
    byStaff,
    body: wanted.body,
    data: wanted.data,
    attachments: wanted.attachments ?? [],
  })
  if (wanted.isAutomatic) return ok({ entryId, ticketId: ticket.id })
  if (!byStaff) await noteSamples(tx, clock, key, { entryId, text: wanted.body, zone: author.zone })
  const events: SlaEvent[] =
    wanted.kind === 'internal' ? [] : [{ kind: byStaff ? 'staff_message' : 'customer_message', at: now }]
  const to = nextState(ticket, byStaff, wanted)
  if (to !== undefined) {
    const moved = await moveTicket(tx, clock, ticket, { to, author, reason: byStaff ? 'answered' : 'a message came' })
    if (!moved.ok) return moved
    events.push({ kind: 'state', at: now, to })
  }
  if (!byStaff) await tx`update ticket set needs = '{}' where id = ${ticket.id}`
  await noteSla(tx, clock, key, events)
  if (wanted.kind === 'public') {
    const payload = { id: ticket.id, entryId, byStaff }
    if (byStaff) await enqueue(tx, clock, telling, { tenantId: ticket.tenantId, payload: { entryId } })
    await writeEvents(tx, clock, [{ tenantId: ticket.tenantId, topic: 'ticket.answered', payload }])
  }
  return ok({ entryId, ticketId: ticket.id })
}

/** "new -> open: first staff touch, or customer reply"; "any waiting -> open: customer message". */
function nextState({ state }: TicketRow, byStaff: boolean, { to, kind }: Reply): TicketState | undefined {
  if (to !== undefined) return to === state ? undefined : to
  if (kind === 'internal') return undefined
  if (byStaff) return state === 'new' ? 'open' : undefined
  return ['new', 'open', 'spam', 'merged'].includes(state) ? undefined : 'open'
}

async function newerThan(tx: Tx, ticketId: string, seenId: string): Promise<{ id: string; authorName: string }[]> {
  return tx<{ id: string; authorName: string }[]>`
    select entry.id, entry.author_name as "authorName" from ticket_entry seen
    join ticket_entry entry on entry.ticket_id = seen.ticket_id
      and (entry.created_at, entry.id) > (seen.created_at, seen.id)
    where seen.id = ${seenId} and seen.ticket_id = ${ticketId} and entry.kind in ('public', 'call')
    order by entry.created_at, entry.id`
}

async function followUp(
  tx: Tx,
  clock: Clock,
  ticket: TicketRow,
  author: Author,
  { body, attachments = [] }: Reply,
): Promise<Result<{ readonly entryId: string; readonly ticketId: string }, ReplyFailure>> {
  const [old] = await tx<{ category: 'other'; contactNumber: string; affected: string; email: string }[]>`
    select category, contact_number as "contactNumber", affected, requester_email as email
    from ticket where id = ${ticket.id}`
  const opened = await openTicket(tx, clock, {
    tenantId: ticket.tenantId,
    channel: 'portal',
    category: old!.category,
    severity: undefined,
    subject: ticket.subject,
    description: body,
    requester: { id: author.id, name: author.name, email: old!.email },
    contactNumber: old!.contactNumber,
    affected: old!.affected,
    zone: author.zone,
    attachments,
  })
  if (!opened.ok) return tooLate
  await linkTickets(tx, clock, { ticketId: opened.value.id, tenantId: ticket.tenantId }, ticket.id, 'follow_up')
  return ok({ entryId: opened.value.entryId, ticketId: opened.value.id })
}

/** Writes a link from one ticket to another; writing it twice writes it once. */
export async function linkTickets(
  tx: Tx,
  clock: Clock,
  from: { readonly ticketId: string; readonly tenantId: string },
  otherId: string,
  kind: 'merged' | 'related' | 'escalated' | 'follow_up',
): Promise<void> {
  await tx`
    insert into ticket_link (id, tenant_id, ticket_id, other_id, kind, created_at)
    values (${newId(clock)}, ${from.tenantId}, ${from.ticketId}, ${otherId}, ${kind}, ${clock.now()})
    on conflict (ticket_id, other_id, kind) do nothing`
}

export type MoveTicket = { readonly to: TicketState; readonly author: Author; readonly reason: string }

/** Moves a ticket by the machine, with what follows for its dates; the caller notes it for the clocks. */
export async function moveTicket(
  tx: Tx,
  clock: Clock,
  ticket: Pick<TicketRow, 'id' | 'tenantId'>,
  { to, author, reason }: MoveTicket,
): Promise<Result<void, ReplyFailure>> {
  const actor: Actor = {
    id: author.id,
    role: author.standing,
    ...(author.source === undefined ? {} : { sourceAddress: author.source }),
  }
  const moved = await transition(tx, clock, { machine: ticketMachine, ids: [ticket.id], to, actor, reason })
  if (!moved.ok) return fail('support.not_allowed', moved.failure.message)
  const now = clock.now()
  const closeAt = to === 'solved' ? await closingOf(tx, ticket, now) : undefined
  await tx`
    update ticket set updated_at = ${now}, version = version + 1, close_at = ${closeAt ?? null},
      solved_at = case when ${to} = 'solved' then ${now}::timestamptz when ${to} = 'closed' then solved_at else null end
    where id = ${ticket.id}`
  return ok(undefined)
}

const CLOSES_AFTER_DAYS = 5
const DAY_MS = 86_400_000

/** The end of the fifth business day; of the seventh day where the desk's hours say nothing. */
async function closingOf(tx: Tx, { tenantId }: Pick<TicketRow, 'tenantId'>, now: number): Promise<number> {
  const policy = (await deskOf(tx, tenantId))?.policy
  const end = policy && endOfBusinessDay(policy.calendar, now, CLOSES_AFTER_DAYS)
  return end?.ok ? end.value : now + 7 * DAY_MS
}
