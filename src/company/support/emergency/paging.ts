/** Pages whoever is on call until somebody acknowledges: again every five minutes, the next person every ten. */

import { newId, type Clock } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { handling, jobKind, schedule, type JobHandling, type Schedule } from '../../../platform/jobs/index.ts'
import { considerTicket } from './incident.ts'

const AGAIN_MS = 5 * 60_000
const NEXT_PERSON_MS = 10 * 60_000
const LOOK_SECONDS = 15
const BATCH = 50

/** What a page says. */
export type Page = {
  /** The desk. */
  readonly tenantId: string
  readonly to: { readonly name: string; readonly address: string }
  readonly callerNumber: string
  readonly callerName: string
  readonly heardAt: number
  readonly ticket: { readonly number: bigint; readonly subject: string; readonly company: string } | undefined
}

export type PagingParts = {
  readonly db: Db
  readonly clock: Clock
  /** Sends a page in the caller's transaction. */
  readonly sendPage: (tx: Tx, page: Page) => Promise<void>
}

const paging = jobKind<Record<string, never>>('support.page', { attempts: 1 })

/** Put aside with a ticket that may be an emergency: the house looks, for the ticket's owner sees no incidents. */
export const considering = jobKind<{ ticketId: string }>('support.consider')

/** The provider's schedule. */
export function pagingSchedule(tenantId: string): Schedule {
  return schedule('support-page', { everySeconds: LOOK_SECONDS }, paging, { tenantId, payload: {} })
}

/** The jobs. */
export function pagingHandlings(parts: PagingParts): readonly JobHandling[] {
  const { db, clock } = parts
  return [
    handling(paging, () => db.asService((tx) => pageDue(tx, parts))),
    handling(considering, async ({ ticketId }) => {
      await db.asService(async (tx) => {
        await considerTicket(tx, clock, ticketId)
        await pageDue(tx, parts)
      })
    }),
  ]
}

type Due = Omit<Page, 'to' | 'ticket'> & {
  readonly id: string
  readonly since: number
  readonly number: bigint | null
  readonly subject: string | null
  readonly company: string | null
}

/** Pages for every incident that waits, and says when to do it again. */
export async function pageDue(tx: Tx, { clock, sendPage }: Pick<PagingParts, 'clock' | 'sendPage'>): Promise<void> {
  const now = clock.now()
  const due = await tx<Due[]>`
    select oncall_incident.id, oncall_incident.tenant_id as "tenantId", caller_number as "callerNumber",
           caller_name as "callerName", heard_at as "heardAt", number, subject, company,
           coalesce((select min(at) from page_attempt where incident_id = oncall_incident.id), ${now}) as since
    from oncall_incident left join ticket on ticket.id = ticket_id
    where oncall_incident.state = 'paging' and next_page_at <= ${now}
    order by next_page_at limit ${BATCH} for update of oncall_incident skip locked`
  for (const incident of due) {
    const people = await tx<{ name: string; email: string }[]>`
      select name, email from oncall_person where tenant_id = ${incident.tenantId} order by position`
    const turn = Math.floor((now - incident.since) / NEXT_PERSON_MS)
    const person = people[turn % Math.max(1, people.length)]
    if (person) {
      const { number, subject, company } = incident
      const ticket = number === null ? undefined : { number, subject: subject!, company: company! }
      await sendPage(tx, { ...incident, to: { name: person.name, address: person.email }, ticket })
      await tx`
        insert into page_attempt (id, tenant_id, incident_id, person_name, at)
        values (${newId(clock)}, ${incident.tenantId}, ${incident.id}, ${person.name}, ${now})`
    }
    await tx`update oncall_incident set next_page_at = ${now + AGAIN_MS} where id = ${incident.id}`
  }
}
