/** Opens a ticket: one object whatever door it came in by. */

import { newId, ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { enqueue, writeEvents } from '../../../platform/jobs/index.ts'
import { considering } from '../emergency/paging.ts'
import { noteSamples } from '../diagnosis/note-samples.ts'
import { noSuchTenant } from '../errors.ts'
import { between } from '../sla/calendar.ts'
import { deskOf, type Desk } from '../sla/desk.ts'
import { NO_DUE_MS, noteSla } from '../sla/keep-clocks.ts'
import type { Severity } from '../sla/policy.ts'
import { addEntry, addNotice, type Attachment } from './add-entry.ts'
import { askFor, missingOf, type Need } from './intake.ts'
import { suggestSeverity } from './suggest-severity.ts'

export const channels = ['portal', 'email', 'phone', 'voicemail', 'chat', 'monitor', 'watch', 'billing'] as const
export const categories = [
  'configuration',
  'troubleshooting',
  'billing',
  'porting',
  'emergency_address',
  'limit_review',
  'login',
  'bug',
  'other',
] as const
export type Category = (typeof categories)[number]

export type NewTicket = {
  /** Who needs help: a customer, or a partner. */
  readonly tenantId: string
  readonly channel: (typeof channels)[number]
  readonly category: Category
  readonly severity: Severity | undefined
  readonly subject: string
  readonly description: string
  readonly requester: { readonly id: string | undefined; readonly name: string; readonly email: string }
  readonly contactNumber: string
  readonly affected: string
  readonly zone: string
  readonly attachments?: readonly Attachment[]
  /** The seller who answers, where it is not the one above who asks. */
  readonly deskId?: string
  /** Asked by a program or by the house itself: nobody is asked back. */
  readonly isAutomatic?: boolean
}

export type OpenedTicket = {
  readonly id: string
  readonly number: bigint
  readonly entryId: string
  readonly needs: readonly Need[]
}

/** Categories in which a sample of a call tells most. */
const aboutCalls: readonly Category[] = ['troubleshooting', 'bug']

/** Writes the ticket with its first entry, its clocks, what was found of its samples, and what it still needs. */
export async function openTicket(
  tx: Tx,
  clock: Clock,
  wanted: NewTicket,
): Promise<Result<OpenedTicket, { readonly code: 'support.no_such_customer'; readonly message: string }>> {
  const desk = await deskOf(tx, wanted.tenantId)
  const [tenant] = await tx<{ name: string; code: string | null }[]>`
    select tenant.name, customer.account_code as code
    from tenant left join customer on customer.tenant_id = tenant.id where tenant.id = ${wanted.tenantId}`
  if (!desk || !tenant) return noSuchTenant
  const now = clock.now()
  const id = newId(clock)
  const key = { ticketId: id, tenantId: wanted.tenantId }
  const suggestion = suggestSeverity(`${wanted.subject}\n${wanted.description}`)
  const severity = wanted.severity ?? suggestion.severity
  const affected = wanted.affected || (tenant.code ?? '')
  const [row] = await tx<{ number: bigint }[]>`
    insert into ticket
      (id, tenant_id, desk_id, audience, channel, category, severity, state, subject, requester_id, requester_name,
       requester_email, company, contact_number, affected, created_at, updated_at, queue_at)
    values
      (${id}, ${wanted.tenantId}, ${wanted.deskId ?? desk.deskId}, ${desk.audience}, ${wanted.channel},
       ${wanted.category}, ${severity},
       'new', ${wanted.subject}, ${wanted.requester.id ?? null}, ${wanted.requester.name}, ${wanted.requester.email},
       ${tenant.name}, ${wanted.contactNumber}, ${affected}, ${now}, ${now}, ${NO_DUE_MS})
    returning number`
  const entryId = await addEntry(tx, clock, key, {
    kind: 'public',
    authorTenantId: wanted.tenantId,
    authorId: wanted.requester.id,
    authorName: wanted.requester.name,
    byStaff: false,
    body: wanted.description,
    data: { suggestion },
    attachments: wanted.attachments ?? [],
  })
  const samples = await noteSamples(tx, clock, key, {
    entryId,
    text: `${wanted.subject}\n${wanted.description}`,
    zone: wanted.zone,
  })
  const clocks = await noteSla(tx, clock, key, [{ kind: 'created', at: now, severity }])
  if (!clocks.ok) {
    // A promise that cannot be computed never keeps somebody from asking for help; the desk is told.
    await addNotice(tx, clock, key, { kind: 'system', body: `No due time: ${clocks.failure.message}.` })
  }
  const missing = wanted.isAutomatic
    ? []
    : missingOf({
        name: wanted.requester.name,
        company: tenant.name,
        contactNumber: wanted.contactNumber,
        email: wanted.requester.email,
        affected,
        description: wanted.description,
        isAboutCalls: aboutCalls.includes(wanted.category),
        samples,
      })
  const wakes = desk.pageOn === 'voicemail' ? isEmergencySubject(wanted.subject) : severity === 'critical'
  if (wakes && isClosed(desk, now)) {
    await enqueue(tx, clock, considering, { tenantId: wanted.tenantId, payload: { ticketId: id } })
  }
  await askBack(tx, clock, key, { missing, samples, desk, subject: wanted.subject })
  await writeEvents(tx, clock, [
    { tenantId: wanted.tenantId, topic: 'ticket.opened', payload: { id, severity, channel: wanted.channel } },
  ])
  return ok({ id, number: row!.number, entryId, needs: missing })
}

type AskBack = {
  readonly missing: readonly Need[]
  readonly samples: readonly { readonly missing: readonly string[] }[]
  readonly desk: Desk
  readonly subject: string
}

async function askBack(
  tx: Tx,
  clock: Clock,
  key: { readonly ticketId: string; readonly tenantId: string },
  { missing, samples, desk, subject }: AskBack,
): Promise<void> {
  if (missing.length > 0) {
    await tx`update ticket set needs = ${[...missing]}::text[] where id = ${key.ticketId}`
    await addNotice(tx, clock, key, { kind: 'public', body: askFor(missing, samples), data: { asks: missing } })
  }
  if (isEmergencySubject(subject) && desk.pageOn === 'voicemail' && isClosed(desk, clock.now())) {
    // "If you do not call and leave a message your ticket will not be escalated."
    const line = desk.emergencyNumber === '' ? 'the after-hours line' : desk.emergencyNumber
    await addNotice(tx, clock, key, {
      kind: 'public',
      body:
        `This ticket alone does not alert the on-call technician. Please call ${line}, press 8 and leave a detailed ` +
        'message: it alerts the technician, who then retrieves this ticket.',
      data: { notPaged: true },
    })
  }
}

/** "open a ticket with the word "EMERGENCY" on the subject line". */
function isEmergencySubject(subject: string): boolean {
  return /\bEMERGENCY\b/i.test(subject)
}

/** Whether nobody is at the desk now. */
function isClosed({ policy }: Desk, now: number): boolean {
  if (!policy) return false
  const open = between(policy.calendar, now, now + 1)
  return open.ok && open.value === 0
}
