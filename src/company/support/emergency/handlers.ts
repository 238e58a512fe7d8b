/** What the operations of help after hours do. */

import { fail, newId, ok, type Clock } from '../../../base/index.ts'
import type { CallerContext, Handlers } from '../../../platform/http/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { noSuchTicket, notAllowed } from '../errors.ts'
import { logWork, settleFee, type FeePort } from '../fees/settle-fee.ts'
import { authorOf } from '../tickets/handlers.ts'
import { lockTicket, standingOf, type TicketRow } from '../tickets/standing.ts'
import type { emergencyOperations } from './operations.ts'

export type EmergencyParts = { readonly clock: Clock; readonly chargeFee: FeePort }

const LIMIT = 100

type Shown = {
  readonly id: string
  readonly state: 'paging' | 'acknowledged' | 'resolved'
  readonly callerNumber: string
  readonly callerName: string
  readonly heardAt: number
  readonly acknowledgedBy: string | null
  readonly ticketId: string | null
  readonly pages: number
}

/** The handlers. */
export function emergencyHandlers({ clock, chargeFee }: EmergencyParts): Handlers<typeof emergencyOperations> {
  return {
    async emergencies(_, { transaction }) {
      const items = await transaction(
        (tx) => tx<Shown[]>`
          select id, state, caller_number as "callerNumber", caller_name as "callerName", heard_at as "heardAt",
                 acknowledged_by as "acknowledgedBy", ticket_id as "ticketId",
                 (select count(*)::int from page_attempt where incident_id = oncall_incident.id) as pages
          from oncall_incident order by heard_at desc, id limit ${LIMIT}`,
      )
      return ok({ items: [...items] })
    },
    acknowledgeEmergency: ({ params }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        note({ subjectKind: 'emergency', subjectId: params.id })
        const { count } = await tx`
          update oncall_incident set state = 'acknowledged', acknowledged_by = ${caller.name}, next_page_at = null
          where id = ${params.id} and state = 'paging'`
        return count === 0 ? fail('support.no_such_emergency', 'nobody is paged for this any more') : ok(undefined)
      }),
    setOnCall: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const { tenantId } = caller
        if (body.extensionId !== null) {
          const [line] = await tx`select 1 from extension where id = ${body.extensionId}`
          if (!line) return fail('support.no_such_line', 'there is no extension with this id')
          await tx`
            insert into oncall_line (tenant_id, extension_id) values (${tenantId}, ${body.extensionId})
            on conflict (tenant_id) do update set extension_id = excluded.extension_id`
        }
        await tx`delete from oncall_person where tenant_id = ${tenantId} and position > ${body.people.length}`
        for (const [at, { name, email }] of body.people.entries()) {
          await tx`
            insert into oncall_person (id, tenant_id, position, name, email)
            values (${newId(clock)}, ${tenantId}, ${at + 1}, ${name}, ${email})
            on conflict (tenant_id, position) do update set name = excluded.name, email = excluded.email`
        }
        note({ subjectKind: 'on_call', after: { people: body.people.length } })
        return ok(undefined)
      }),
    logWork: ({ params, body }, context) =>
      onDesk(context, params.id, (tx, ticket) =>
        logWork(tx, clock, ticket, authorOf(context.caller, ticket, context.source), body),
      ),
    settleFee: ({ params, body }, context) =>
      onDesk(context, params.id, async (tx, ticket) => {
        const [own] = await tx`
          select 1 from work_log where ticket_id = ${ticket.id} and technician_id = ${context.caller.loginId ?? null}`
        // "a fee waiver is not given by the technician who logged the work".
        if (own) return notAllowed('another person than the technician who logged the work says whose fault it was')
        await tx`update ticket set fault = ${body.fault} where id = ${ticket.id}`
        const author = authorOf(context.caller, ticket, context.source)
        const feeMicros = await settleFee(tx, clock, chargeFee, { ticket, author })
        context.note({
          subjectKind: 'ticket',
          subjectId: ticket.id,
          after: { fault: body.fault, feeMicros: String(feeMicros) },
          reason: body.reason,
        })
        return ok({ feeMicros })
      }),
  }
}

/** Runs `act` with a ticket that the caller answers. */
async function onDesk<T>(
  { caller, transaction }: CallerContext,
  id: string,
  act: (tx: Tx, ticket: TicketRow) => Promise<T>,
): Promise<T | typeof noSuchTicket> {
  return transaction(async (tx) => {
    const ticket = await lockTicket(tx, caller, id)
    return ticket && standingOf(caller, ticket) !== 'requester' ? act(tx, ticket) : noSuchTicket
  })
}
