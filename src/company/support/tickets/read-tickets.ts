/** Tickets as their readers see them: the queue, one ticket with everything about it, the board. */

import { ok, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { PageRequest } from '../../../platform/http/index.ts'
import type { Caller } from '../../../platform/identity/index.ts'
import { noSuchTicket, type TicketFailure } from '../errors.ts'
import { NO_DUE_MS } from '../sla/keep-clocks.ts'
import type { Metric, Severity } from '../sla/policy.ts'
import type { Category, channels } from './open-ticket.ts'
import { ownOnly, standingOf, type Standing } from './standing.ts'
import type { TicketState } from './ticket-machine.ts'

export type ListedTicket = {
  readonly id: string
  readonly number: bigint
  readonly tenantId: string
  readonly customerName: string
  readonly audience: 'customer' | 'partner'
  readonly channel: (typeof channels)[number]
  readonly category: Category
  readonly severity: Severity
  readonly state: TicketState
  readonly subject: string
  readonly requesterName: string
  readonly assigneeName: string | null
  readonly team: string
  readonly createdAt: number
  readonly updatedAt: number
  /** The earliest promise that runs; null where nothing is promised. */
  readonly dueAt: number | null
  readonly isBreached: boolean
}

export type TicketFilter = {
  /** `open` is everything that somebody still has to do something about. */
  readonly state?: TicketState | 'working' | undefined
  readonly severity?: Severity | undefined
  readonly category?: string | undefined
  readonly customerId?: string | undefined
  readonly assignee?: 'me' | 'nobody' | undefined
  readonly team?: string | undefined
  readonly search?: string | undefined
  /** The own desk's queue, everything in scope, or what was asked of the desks above. */
  readonly desk?: 'mine' | 'all' | 'above' | undefined
}

const columns = `ticket.id, ticket.number, ticket.tenant_id as "tenantId", ticket.company as "customerName",
  ticket.audience, ticket.channel, ticket.category, ticket.severity, ticket.state, ticket.subject,
  ticket.requester_name as "requesterName", ticket.assignee_name as "assigneeName", ticket.team,
  ticket.created_at as "createdAt", ticket.updated_at as "updatedAt", ticket.queue_at as "queueAt",
  ticket.severity_rank as rank,
  exists (select from sla_breach where sla_breach.ticket_id = ticket.id) as "isBreached"`

export type QueueRow = ListedTicket & { readonly queueAt: number; readonly rank: number }

/** "responds to support tickets in order of severity", then by what is due first; one more than the page holds. */
export async function queueOf(
  tx: Tx,
  caller: Caller,
  filter: TicketFilter,
  { after, limit }: PageRequest<['number', 'instant', 'id']>,
): Promise<QueueRow[]> {
  const { state = 'working', severity, category, customerId, assignee, team, search } = filter
  const rows = await tx<QueueRow[]>`
    select ${tx.unsafe(columns)} from ticket
    where ${deskOnly(tx, caller, filter.desk)}
      ${state === 'working' ? tx`and ${isWorking(tx)}` : tx`and state = ${state}`}
      ${severity === undefined ? tx`` : tx`and severity = ${severity}`}
      ${category === undefined ? tx`` : tx`and category = ${category}`}
      ${customerId === undefined ? tx`` : tx`and tenant_id = ${customerId}::uuid`}
      ${assignee === 'me' ? tx`and assignee_id = ${caller.loginId ?? null}::uuid` : tx``}
      ${assignee === 'nobody' ? tx`and assignee_id is null` : tx``}
      ${team === undefined ? tx`` : tx`and team = ${team}`}
      ${search === undefined ? tx`` : matching(tx, search)}
      ${ownOnly(tx, caller)}
      ${after ? tx`and (severity_rank, queue_at, id) > (${after[0]}::smallint, ${after[1]}, ${after[2]}::uuid)` : tx``}
    order by severity_rank, queue_at, id limit ${limit + 1}`
  return rows.map((row) => ({ ...row, dueAt: row.queueAt >= NO_DUE_MS ? null : row.queueAt }))
}

/** Somebody still has to do something; in the words of the index. */
const isWorking = (tx: Tx) => tx`state in ('new', 'open', 'waiting_customer', 'waiting_vendor', 'scheduled')`

function deskOnly(tx: Tx, caller: Caller, desk: TicketFilter['desk']) {
  const answers = caller.permissions.has('tickets.work')
  const wanted = desk ?? (answers ? 'mine' : 'all')
  if (wanted === 'mine') return tx`desk_id = ${caller.tenantId}::uuid`
  return wanted === 'above' ? tx`tenant_id = ${caller.tenantId}::uuid` : tx`true`
}

/** A number as it is quoted, or words of subject, company or requester. */
function matching(tx: Tx, search: string) {
  const number = /^#?(\d{1,12})$/.exec(search.trim())?.[1]
  if (number !== undefined) return tx`and number = ${BigInt(number)}`
  return tx`and strpos(lower(subject || ' ' || company || ' ' || requester_name), lower(${search}::text)) > 0`
}

export type Entry = {
  readonly id: string
  readonly kind: 'public' | 'internal' | 'system' | 'call'
  readonly authorName: string
  readonly byStaff: boolean
  readonly body: string
  readonly data: unknown
  readonly createdAt: number
}

export type ClockShown = {
  readonly metric: Metric
  readonly state: 'running' | 'paused' | 'stopped' | 'void'
  readonly startedAt: number
  readonly targetSeconds: number | null
  readonly dueAt: number | null
  readonly stoppedAt: number | null
  readonly breachedAt: number | null
}

export type WholeTicket = ListedTicket & {
  readonly deskId: string
  readonly requesterEmail: string
  readonly contactNumber: string
  readonly affected: string
  readonly needs: readonly string[]
  readonly workaround: string
  readonly fault: 'provider' | 'carrier' | 'customer' | 'third_party' | null
  readonly escalationLevel: number
  readonly satisfaction: number | null
  readonly assigneeId: string | null
  readonly mergedInto: string | null
  readonly standing: Standing
  readonly entries: readonly Entry[]
  readonly clocks: readonly ClockShown[]
  readonly samples: readonly SampleShown[]
  readonly links: readonly { id: string; number: bigint; subject: string; state: TicketState; kind: string }[]
  readonly attachments: readonly { id: string; entryId: string; name: string; mediaType: string; bytes: number }[]
}

export type SampleShown = {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly calledAt: number | null
  readonly missing: readonly string[]
  readonly cdrId: string | null
  readonly finding: unknown
}

/** One ticket, with what its reader may see of it. */
export async function readTicket(tx: Tx, caller: Caller, id: string): Promise<Result<WholeTicket, TicketFailure>> {
  const [row] = await tx<(WholeTicket & { queueAt: number })[]>`
    select ${tx.unsafe(columns)}, desk_id as "deskId", requester_email as "requesterEmail",
           contact_number as "contactNumber", affected, needs, workaround, fault,
           escalation_level as "escalationLevel", satisfaction, assignee_id as "assigneeId", merged_into as "mergedInto"
    from ticket where id = ${id} ${ownOnly(tx, caller)}`
  if (!row) return noSuchTicket
  const standing = standingOf(caller, row)
  const isAsking = standing === 'requester'
  const entries = await tx<Entry[]>`
    select id, kind, author_name as "authorName", by_staff as "byStaff", body, data, created_at as "createdAt"
    from ticket_entry where ticket_id = ${id}
      and (kind in ('public', 'call') or (kind = 'system' and ${!isAsking})
        or (kind = 'internal' and ${!isAsking} and author_tenant_id = ${caller.tenantId}::uuid))
    order by created_at, ticket_entry.id`
  const clocks = await tx<ClockShown[]>`
    select metric, state, started_at as "startedAt", target_seconds as "targetSeconds", due_at as "dueAt",
           stopped_at as "stoppedAt", breached_at as "breachedAt"
    from sla_clock where ticket_id = ${id} order by started_at, metric collate "C"`
  const samples = await tx<SampleShown[]>`
    select id, from_text as "from", to_text as "to", called_at as "calledAt", missing, cdr_id as "cdrId", finding
    from call_sample where ticket_id = ${id} order by created_at, id`
  const links = await tx<WholeTicket['links'][number][]>`
    select ticket.id, ticket.number, ticket.subject, ticket.state, ticket_link.kind
    from ticket_link join ticket on ticket.id = ticket_link.other_id where ticket_link.ticket_id = ${id}
    union
    select ticket.id, ticket.number, ticket.subject, ticket.state, ticket_link.kind
    from ticket_link join ticket on ticket.id = ticket_link.ticket_id where ticket_link.other_id = ${id}
    order by number`
  const attachments = await tx<WholeTicket['attachments'][number][]>`
    select id, entry_id as "entryId", name, media_type as "mediaType", bytes
    from ticket_attachment where ticket_id = ${id} and entry_id = any(${entries.map((one) => one.id)}::uuid[])
    order by id`
  const dueAt = row.queueAt >= NO_DUE_MS ? null : row.queueAt
  return ok({ ...row, dueAt, standing, entries, clocks, samples, links, attachments })
}

export type Board = {
  readonly open: number
  readonly unassigned: number
  readonly breached: number
  readonly dueSoon: number
  readonly bySeverity: readonly { readonly severity: Severity; readonly open: number; readonly breached: number }[]
}

/** What is open at a desk, and what is late or soon will be. */
export async function boardOf(tx: Tx, caller: Caller, now: number, soonMs: number): Promise<Board> {
  const rows = await tx<{ severity: Severity; open: number; unassigned: number; breached: number; soon: number }[]>`
    select severity, count(*)::int as open, count(*) filter (where assignee_id is null)::int as unassigned,
           count(*) filter (where queue_at < ${now})::int as breached,
           count(*) filter (where queue_at >= ${now} and queue_at < ${now + soonMs})::int as soon
    from ticket
    where ${deskOnly(tx, caller, undefined)} and ${isWorking(tx)} ${ownOnly(tx, caller)}
    group by severity, severity_rank order by severity_rank`
  const sum = (pick: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + pick(row), 0)
  return {
    open: sum((row) => row.open),
    unassigned: sum((row) => row.unassigned),
    breached: sum((row) => row.breached),
    dueSoon: sum((row) => row.soon),
    bySeverity: rows.map(({ severity, open, breached }) => ({ severity, open, breached })),
  }
}
