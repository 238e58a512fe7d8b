/** What the operations of tickets do. */

import { ok, type Clock } from '../../../base/index.ts'
import { readPage, toPage, type CallerContext, type Handlers } from '../../../platform/http/index.ts'
import { subjectOf, type Caller } from '../../../platform/identity/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { noSuchAttachment, noSuchTicket, notAllowed } from '../errors.ts'
import { noteSla } from '../sla/keep-clocks.ts'
import type { Attachment } from './add-entry.ts'
import { changeTicket } from './change-ticket.ts'
import { handToProvider } from './escalate-ticket.ts'
import { mergeTickets } from './merge-tickets.ts'
import { openTicket } from './open-ticket.ts'
import type { ticketOperations } from './operations.ts'
import { boardOf, queueOf, readTicket } from './read-tickets.ts'
import { moveTicket, reply, type Author } from './reply.ts'
import { lockTicket, standingOf, type TicketRow } from './standing.ts'

const HOUR_MS = 3_600_000

type Made = { readonly name: string; readonly mediaType: string; readonly content: string }

const decoded = (files: readonly Made[] | undefined): Attachment[] =>
  (files ?? []).map((one) => ({ ...one, content: Buffer.from(one.content, 'base64') }))

/** The caller as the author of what he says on a ticket. */
export function authorOf(caller: Caller, ticket: TicketRow, source: string): Author {
  return {
    standing: standingOf(caller, ticket),
    id: subjectOf(caller),
    tenantId: caller.tenantId,
    name: caller.name,
    zone: caller.zone,
    source,
  }
}

/** Runs `act` with a locked ticket and the caller's standing to it; what is not his is not there. */
async function onTicket<T>(
  { caller, source, transaction, note }: CallerContext,
  id: string,
  act: (tx: Tx, ticket: TicketRow, author: Author) => Promise<T>,
): Promise<T | typeof noSuchTicket> {
  return transaction(async (tx) => {
    const ticket = await lockTicket(tx, caller, id)
    if (!ticket) return noSuchTicket
    note({ subjectKind: 'ticket', subjectId: id })
    return act(tx, ticket, authorOf(caller, ticket, source))
  })
}

type Reading = 'listTickets' | 'readTicket' | 'readBoard' | 'readAttachment'

/** What only looks. */
export function ticketReadings(clock: Clock): Pick<Handlers<typeof ticketOperations>, Reading> {
  return {
    async listTickets({ query }, { caller, transaction }) {
      const page = readPage(query, ['number', 'instant', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => queueOf(tx, caller, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.rank, row.queueAt, row.id]))
    },
    async readTicket({ params }, { caller, transaction }) {
      const found = await transaction((tx) => readTicket(tx, caller, params.id))
      if (!found.ok) return found
      const { entries, clocks, samples, links, attachments, needs, ...rest } = found.value
      const lists = { entries: [...entries], clocks: [...clocks], links: [...links], attachments: [...attachments] }
      const shown = samples.map((sample) => ({ ...sample, missing: [...sample.missing] }))
      return ok({ ...rest, ...lists, needs: [...needs], samples: shown })
    },
    async readBoard(_, { caller, transaction }) {
      const board = await transaction((tx) => boardOf(tx, caller, clock.now(), HOUR_MS))
      return ok({ ...board, bySeverity: [...board.bySeverity] })
    },
    readAttachment: ({ params }, { caller, transaction }) =>
      transaction(async (tx) => {
        const ticket = await readTicket(tx, caller, params.ticketId)
        const listed = ticket.ok ? ticket.value.attachments.find((one) => one.id === params.id) : undefined
        if (!listed) return noSuchAttachment
        const [row] = await tx<{ content: Buffer }[]>`select content from ticket_attachment where id = ${params.id}`
        return row ? ok({ fileName: listed.name, bytes: row.content }) : noSuchAttachment
      }),
  }
}

/** What changes something. */
export function ticketWrites(clock: Clock): Omit<Handlers<typeof ticketOperations>, Reading> {
  return {
    openTicket: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const opened = await openTicket(tx, clock, {
          ...body,
          tenantId: body.customerId ?? caller.tenantId,
          severity: body.severity,
          requester: { id: subjectOf(caller), name: caller.name, email: await mailOf(tx, caller) },
          zone: caller.zone,
          attachments: decoded(body.attachments),
        })
        if (!opened.ok) return opened
        const { id, number, needs } = opened.value
        note({ subjectKind: 'ticket', subjectId: id, after: { subject: body.subject, category: body.category } })
        return ok({ id, number, needs: [...needs] })
      }),
    replyToTicket: ({ params, body }, context) =>
      onTicket(context, params.id, (tx, ticket, author) =>
        reply(tx, clock, ticket, author, {
          ...body,
          to: body.to,
          lastSeenEntryId: body.lastSeenEntryId,
          attachments: decoded(body.attachments),
        }),
      ),
    moveTicket: ({ params, body }, context) =>
      onTicket(context, params.id, async (tx, ticket, author) => {
        if (body.to === 'waiting_customer') return notAllowed('write to the customer in the same step')
        const moved = await moveTicket(tx, clock, ticket, { ...body, author })
        if (!moved.ok) return moved
        const key = { ticketId: ticket.id, tenantId: ticket.tenantId }
        await noteSla(tx, clock, key, [{ kind: 'state', at: clock.now(), to: body.to }])
        return ok(undefined)
      }),
    changeTicket: ({ params, body }, context) =>
      onTicket(context, params.id, (tx, ticket, author) => {
        const { mine, ...change } = body
        const me = { id: subjectOf(context.caller), name: context.caller.name }
        return changeTicket(tx, clock, ticket, author, {
          ...change,
          assignee: mine === undefined ? undefined : mine ? me : null,
        })
      }),
    mergeTicket: ({ params, body }, context) =>
      onTicket(context, params.id, async (tx, from, author) => {
        const into = await lockTicket(tx, context.caller, body.intoId)
        return into ? mergeTickets(tx, clock, { from, into, author }) : noSuchTicket
      }),
    handOnTicket: ({ params, body }, context) =>
      onTicket(context, params.id, async (tx, ticket, author) => {
        const handed = await handToProvider(tx, clock, ticket, author, {
          ...body,
          email: await mailOf(tx, context.caller),
        })
        return handed.ok ? ok({ id: handed.value }) : handed
      }),
    rateTicket: ({ params, body }, context) =>
      onTicket(context, params.id, async (tx, ticket, author) => {
        if (author.standing !== 'requester') return notAllowed('only the one who asked says how satisfied he is')
        if (ticket.solvedAt === null) return notAllowed('it is not solved yet')
        await tx`
          update ticket set satisfaction = ${body.stars}, satisfaction_note = ${body.note} where id = ${ticket.id}`
        return ok(undefined)
      }),
  }
}

/** The address of a person's login, as far as his own scope shows it; '' for a program. */
async function mailOf(tx: Tx, { loginId }: Caller): Promise<string> {
  if (loginId === undefined) return ''
  const [row] = await tx<{ email: string }[]>`select email from login where id = ${loginId}`
  return row?.email ?? ''
}
