/**
 * A mail to a brand's support address becomes a ticket, or a message on one. Every mail is taken once; machines open,
 * reopen and start nothing, and get no answer; a sender gets five answers of ours an hour at most.
 */

import { newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { addEntry } from '../tickets/add-entry.ts'
import { openTicket } from '../tickets/open-ticket.ts'
import { reply } from '../tickets/reply.ts'
import type { TicketRow } from '../tickets/standing.ts'
import type { ReadMessage } from './read-message.ts'

export type Outcome = 'opened' | 'threaded' | 'automatic' | 'bounce' | 'own' | 'broken' | 'too_large'

export type ArrivedMail = {
  readonly raw: Buffer
  readonly mailbox: string
  /** The brand whose address it is. */
  readonly desk: { readonly tenantId: string; readonly tenantPath: string; readonly supportEmail: string }
  /** Undefined when nothing could be made of it. */
  readonly message: ReadMessage | undefined
  readonly fallbackId: string
}

export type TakenMail = {
  readonly outcome: Outcome
  readonly ticketId: string | undefined
  /** Whether its sender is to be told that it arrived. */
  readonly isAnswered: boolean
}

const ANSWERS_MAX = 5
const HOUR_MS = 3_600_000
const RAW_MAX = 25 * 1024 * 1024

/** Takes a mail; undefined when it was taken before. */
export async function takeMail(tx: Tx, clock: Clock, mail: ArrivedMail): Promise<TakenMail | undefined> {
  const { message, desk, mailbox } = mail
  const messageId = message?.messageId ?? mail.fallbackId
  await tx`select pg_advisory_xact_lock(hashtext(${`${mailbox} ${messageId}`}))`
  const [known] = await tx`select 1 from support_mail where mailbox = ${mailbox} and message_id = ${messageId}`
  if (known) return undefined
  const done = message ? await sort(tx, clock, mail, message) : { outcome: 'broken' as const, ticketId: undefined }
  const sender = message?.sender ?? ''
  await tx`
    insert into support_mail
      (id, tenant_id, direction, mailbox, message_id, sender, subject, raw, ticket_id, outcome, at)
    values (${newId(clock)}, ${desk.tenantId}, 'in', ${mailbox}, ${messageId}, ${sender}, ${message?.subject ?? ''},
            ${mail.raw.subarray(0, RAW_MAX)}, ${done.ticketId ?? null}, ${done.outcome}, ${clock.now()})`
  const [answered] = await tx<{ n: number }[]>`
    select count(*)::int as n from support_mail
    where direction = 'out' and sender = ${sender} and at > ${clock.now() - HOUR_MS}`
  const isAnswered = done.outcome === 'opened' && answered!.n < ANSWERS_MAX
  return { ...done, isAnswered }
}

async function sort(
  tx: Tx,
  clock: Clock,
  { desk }: ArrivedMail,
  message: ReadMessage,
): Promise<{ readonly outcome: Outcome; readonly ticketId: string | undefined }> {
  if (message.sender === desk.supportEmail.toLowerCase()) return { outcome: 'own', ticketId: undefined }
  const ticket = await answeredTicket(tx, message)
  if (message.isBounce) {
    if (ticket) {
      const house = { authorTenantId: undefined, authorId: undefined, authorName: '', byStaff: false }
      const key = { ticketId: ticket.id, tenantId: ticket.tenantId }
      await addEntry(tx, clock, key, {
        ...house,
        kind: 'system',
        body: 'A mail of this ticket could not be delivered.',
      })
    }
    return { outcome: 'bounce', ticketId: ticket?.id }
  }
  const who = await senderOf(tx, desk.tenantPath, message.sender)
  if (ticket) return { outcome: 'threaded', ticketId: await thread(tx, clock, { ticket, message, who }) }
  if (message.isAutomatic) return { outcome: 'automatic', ticketId: undefined }
  const opened = await openTicket(tx, clock, {
    tenantId: who?.tenantId ?? desk.tenantId,
    ...(who ? {} : { deskId: desk.tenantId }),
    channel: 'email',
    category: 'troubleshooting',
    severity: undefined,
    subject: message.subject,
    description: message.text || message.subject,
    requester: { id: who?.loginId, name: who?.name ?? message.senderName, email: message.sender },
    contactNumber: '',
    affected: '',
    zone: who?.zone ?? 'America/Toronto',
    attachments: message.attachments,
  })
  return { outcome: 'opened', ticketId: opened.ok ? opened.value.id : undefined }
}

/** The ticket of a mail that it answers, of ours or of anybody's: the nearest reference first. */
async function answeredTicket(tx: Tx, { answers, subject, sender }: ReadMessage): Promise<TicketRow | undefined> {
  const rows = await tx<{ messageId: string; ticketId: string }[]>`
    select message_id as "messageId", ticket_id as "ticketId" from support_mail
    where message_id = any(${[...answers]}::text[]) and ticket_id is not null`
  const byReference = answers.flatMap((id) => rows.find((row) => row.messageId === id) ?? [])[0]?.ticketId
  const number = /#(\d{4,12})\b/.exec(subject)?.[1]
  const columns = `id, tenant_id as "tenantId", desk_id as "deskId", number, audience, subject, state, severity,
    severity_raised as "severityRaised", requester_id as "requesterId", solved_at as "solvedAt"`
  // A number in the subject counts only for whoever asked: a stranger could guess it.
  const [ticket] = await tx<TicketRow[]>`
    select ${tx.unsafe(columns)} from ticket
    where id = ${byReference ?? null}::uuid
       or (${byReference === undefined && number !== undefined} and number = ${BigInt(number ?? 0)}
           and lower(requester_email) = ${sender})
    for update`
  return ticket
}

type Sender = {
  readonly loginId: string
  readonly tenantId: string
  readonly name: string
  readonly zone: string
}

/** Whose login has this address, below a brand. */
async function senderOf(tx: Tx, tenantPath: string, address: string): Promise<Sender | undefined> {
  const [row] = await tx<Sender[]>`
    select login.id as "loginId", login.tenant_id as "tenantId", login.name, login.zone
    from login join tenant on tenant.id = login.tenant_id
    where lower(login.email) = ${address} and login.status = 'active' and starts_with(tenant.path, ${tenantPath})
      and tenant.path <> ${tenantPath}
    order by length(tenant.path) desc, login.id limit 1`
  return row
}

type Threading = { readonly ticket: TicketRow; readonly message: ReadMessage; readonly who: Sender | undefined }

async function thread(tx: Tx, clock: Clock, { ticket, message, who }: Threading): Promise<string> {
  const said = await reply(
    tx,
    clock,
    ticket,
    {
      standing: 'requester',
      id: who?.loginId,
      tenantId: who?.tenantId ?? ticket.tenantId,
      name: who?.name ?? message.senderName,
      zone: who?.zone ?? 'America/Toronto',
      source: undefined,
    },
    {
      kind: 'public',
      body: message.text || message.subject,
      to: undefined,
      lastSeenEntryId: undefined,
      attachments: message.attachments,
      isAutomatic: message.isAutomatic,
    },
  )
  return said.ok ? said.value.ticketId : ticket.id
}

/** Remembers a mail of ours, so that its answer finds the ticket. */
export async function rememberSent(
  tx: Tx,
  clock: Clock,
  sent: {
    readonly tenantId: string
    readonly mailbox: string
    readonly mailId: string
    readonly recipient: string
    readonly subject: string
    readonly ticketId: string
  },
): Promise<void> {
  const { tenantId, mailbox, mailId, recipient, subject, ticketId } = sent
  const messageId = `${mailId}@${mailbox.split('@')[1] ?? ''}`
  await tx`
    insert into support_mail (id, tenant_id, direction, mailbox, message_id, sender, subject, ticket_id, outcome, at)
    values (${newId(clock)}, ${tenantId}, 'out', ${mailbox}, ${messageId}, ${recipient.toLowerCase()},
            ${subject.slice(0, 500)}, ${ticketId}, 'sent', ${clock.now()})
    on conflict (mailbox, message_id) do nothing`
}
