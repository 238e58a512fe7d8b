/**
 * "The voicemail left on the after hours line is what alerts the on call technician": a message begins an incident,
 * which pages until somebody acknowledges it, and is matched with the EMERGENCY ticket of whoever called.
 */

import { newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { noteSla } from '../sla/keep-clocks.ts'
import { addNotice } from '../tickets/add-entry.ts'

export type HeardMessage = {
  readonly messageId: string
  /** Of the mailbox that it was left in. */
  readonly extensionId: string
  readonly callerNumber: string
  readonly callerName: string
  readonly heardAt: number
}

/** A matching ticket is opened up to an hour before the message, and up to two hours after it. */
const BEFORE_MS = 60 * 60_000
const AFTER_MS = 120 * 60_000

/** Begins an incident when the mailbox is the emergency line's; hearing a message twice begins one. */
export async function hearMessage(tx: Tx, clock: Clock, message: HeardMessage): Promise<string | undefined> {
  const [line] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from oncall_line where extension_id = ${message.extensionId}`
  if (!line) return undefined
  const [made] = await tx<{ id: string }[]>`
    insert into oncall_incident
      (id, tenant_id, state, caller_number, caller_name, message_id, heard_at, next_page_at)
    values (${newId(clock)}, ${line.tenantId}, 'paging', ${message.callerNumber.slice(0, 60)},
            ${message.callerName.slice(0, 200)}, ${message.messageId}, ${message.heardAt}, ${clock.now()})
    on conflict (message_id) do nothing returning id`
  if (made) await matchIncident(tx, clock, made.id)
  return made?.id
}

type Incident = { readonly tenantId: string; readonly callerNumber: string; readonly heardAt: number }
type Candidate = { readonly id: string; readonly tenantId: string; readonly contactNumber: string }

const tailOf = (number: string): string => number.replaceAll(/\D/g, '').slice(-10)

/** Looks for the ticket of an incident: by the number that called; where none is known, because there is only one. */
async function matchIncident(tx: Tx, clock: Clock, incidentId: string): Promise<void> {
  const [incident] = await tx<Incident[]>`
    select tenant_id as "tenantId", caller_number as "callerNumber", heard_at as "heardAt"
    from oncall_incident where id = ${incidentId} and ticket_id is null for update`
  if (!incident) return
  const candidates = await tx<Candidate[]>`
    select id, tenant_id as "tenantId", contact_number as "contactNumber" from ticket
    where desk_id = ${incident.tenantId} and audience = 'partner' and subject ~* '\\yEMERGENCY\\y'
      and created_at between ${incident.heardAt - BEFORE_MS} and ${incident.heardAt + AFTER_MS}
      and not exists (select from oncall_incident where oncall_incident.ticket_id = ticket.id)
    order by created_at`
  const tail = tailOf(incident.callerNumber)
  const byNumber = candidates.filter(({ contactNumber }) => tail !== '' && tailOf(contactNumber) === tail)
  // A ticket that names another number is another partner's emergency.
  const silent = candidates.filter(({ contactNumber }) => tail === '' || tailOf(contactNumber) === '')
  const found = byNumber[0] ?? (silent.length === 1 ? silent[0] : undefined)
  if (!found) return
  await tx`update oncall_incident set ticket_id = ${found.id} where id = ${incidentId}`
  const key = { ticketId: found.id, tenantId: found.tenantId }
  await addNotice(tx, clock, key, {
    kind: 'public',
    body: 'Your message on the after-hours line was matched with this ticket. The on-call technician has been alerted.',
    data: { incidentId },
  })
  // "around the clock from it".
  await noteSla(tx, clock, key, [{ kind: 'voicemail', at: clock.now() }])
}

/** A ticket that may concern an incident: a late EMERGENCY is matched; a customer's Critical one pages by itself. */
export async function considerTicket(tx: Tx, clock: Clock, ticketId: string): Promise<void> {
  const [ticket] = await tx<{ deskId: string; audience: string; severity: string; number: string; name: string }[]>`
    select desk_id as "deskId", audience, severity, contact_number as number, requester_name as name
    from ticket where id = ${ticketId}`
  if (!ticket) return
  if (ticket.audience === 'customer') {
    if (ticket.severity !== 'critical') return
    await tx`
      insert into oncall_incident
        (id, tenant_id, state, caller_number, caller_name, ticket_id, heard_at, next_page_at)
      values (${newId(clock)}, ${ticket.deskId}, 'paging', ${ticket.number}, ${ticket.name}, ${ticketId},
              ${clock.now()}, ${clock.now()})
      on conflict do nothing`
    return
  }
  const waiting = await tx<{ id: string }[]>`
    select id from oncall_incident
    where tenant_id = ${ticket.deskId} and ticket_id is null and heard_at > ${clock.now() - AFTER_MS}
    order by heard_at desc`
  for (const { id } of waiting) await matchIncident(tx, clock, id)
}
