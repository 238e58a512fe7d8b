/** Joins two tickets about one thing: what was said moves on by a link, the clocks of the absorbed one are void. */

import { ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { notAllowed, type ReplyFailure } from '../errors.ts'
import { noteSla } from '../sla/keep-clocks.ts'
import { addNotice } from './add-entry.ts'
import { linkTickets, moveTicket, type Author } from './reply.ts'
import type { TicketRow } from './standing.ts'

/** Merges `from` into `into`; only tickets of one tenant can be one. */
export async function mergeTickets(
  tx: Tx,
  clock: Clock,
  { from, into, author }: { readonly from: TicketRow; readonly into: TicketRow; readonly author: Author },
): Promise<Result<void, ReplyFailure>> {
  if (from.id === into.id || from.tenantId !== into.tenantId) {
    return notAllowed('only two tickets of one customer can be merged')
  }
  const moved = await moveTicket(tx, clock, from, { to: 'merged', author, reason: `merged into ${into.number}` })
  if (!moved.ok) return moved
  const key = { ticketId: from.id, tenantId: from.tenantId }
  await tx`update ticket set merged_into = ${into.id} where id = ${from.id}`
  await linkTickets(tx, clock, key, into.id, 'merged')
  await noteSla(tx, clock, key, [{ kind: 'state', at: clock.now(), to: 'merged' }])
  await addNotice(tx, clock, key, { kind: 'public', body: `This ticket goes on as ${into.number}.` })
  const other = { ticketId: into.id, tenantId: into.tenantId }
  await addNotice(tx, clock, other, { kind: 'system', body: `Ticket ${from.number} was merged into this one.` })
  return ok(undefined)
}
