/** What somebody is to a ticket: the one who asked for help, or one of those who answer. */

import { isStaff, subjectOf, type Caller } from '../../../platform/identity/index.ts'
import type { Tx } from '../../../platform/db/index.ts'

export type Standing = 'agent' | 'supervisor' | 'requester'

/** A ticket's key, locked for a change. */
export type TicketRow = {
  readonly id: string
  readonly tenantId: string
  readonly deskId: string
  readonly number: bigint
  readonly audience: 'customer' | 'partner'
  readonly subject: string
  readonly state: string
  readonly severity: 'critical' | 'high' | 'normal' | 'low'
  readonly severityRaised: boolean
  readonly requesterId: string | null
  readonly solvedAt: number | null
}

/** Partners answer their own customers, the provider's people everybody; whoever asked stays the one who asked. */
export function standingOf(caller: Caller, { deskId }: Pick<TicketRow, 'deskId'>): Standing {
  const answers = caller.permissions.has('tickets.work') && (caller.tenantId === deskId || isStaff(caller.role))
  if (!answers) return 'requester'
  return caller.permissions.has('support.manage') ? 'supervisor' : 'agent'
}

/** A ticket that the caller may see, locked; a phone user sees his own only. */
export async function lockTicket(tx: Tx, caller: Caller, id: string): Promise<TicketRow | undefined> {
  const [row] = await tx<TicketRow[]>`
    select id, tenant_id as "tenantId", desk_id as "deskId", number, audience, subject, state, severity,
           severity_raised as "severityRaised", requester_id as "requesterId", solved_at as "solvedAt"
    from ticket where id = ${id} ${ownOnly(tx, caller)} for update`
  return row
}

/** The condition that narrows a phone user to what he asked himself. */
export function ownOnly(tx: Tx, caller: Caller) {
  return caller.role === 'phone_user' ? tx`and requester_id = ${subjectOf(caller)}::uuid` : tx``
}
