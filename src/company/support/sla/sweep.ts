/**
 * Looks every few seconds for promises that are broken, warnings that are due, and solved tickets whose days are over.
 * It computes from the instants that are stored, so a stop or a jump of the clock only makes it late, never wrong.
 */

import type { Clock, Log } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import {
  handling,
  jobKind,
  schedule,
  writeEvents,
  type JobHandling,
  type Schedule,
} from '../../../platform/jobs/index.ts'
import { transition } from '../../../platform/transitions/index.ts'
import { ticketMachine } from '../tickets/ticket-machine.ts'
import { between } from './calendar.ts'
import { deskOf } from './desk.ts'
import { noteSla, type TicketKey } from './keep-clocks.ts'

const SWEEP_SECONDS = 15
const BATCH = 200

const sweeping = jobKind<Record<string, never>>('support.sweep', { attempts: 1, timeLimitMs: 60_000 })

/** The provider's schedule. */
export function sweepSchedule(tenantId: string): Schedule {
  return schedule('support-sweep', { everySeconds: SWEEP_SECONDS }, sweeping, { tenantId, payload: {} })
}

type Parts = { readonly db: Db; readonly clock: Clock; readonly log: Log }

/** The job. */
export function sweepHandling(parts: Parts): JobHandling {
  return handling(sweeping, async (_, { signal }) => {
    const { db, clock, log } = parts
    const broken = await db.asService((tx) => overdue(tx, clock.now()))
    for (const key of broken) {
      if (signal.aborted) return
      const noted = await db.asService((tx) => noteSla(tx, clock, key, []))
      if (!noted.ok) log.warn('the clocks of a ticket cannot be computed', { code: noted.failure.code })
    }
    await db.asService((tx) => warn(tx, clock))
    await db.asService((tx) => closeSolved(tx, clock))
  })
}

function overdue(tx: Tx, now: number): Promise<readonly TicketKey[]> {
  return tx<TicketKey[]>`
    select distinct ticket_id as "ticketId", tenant_id as "tenantId" from sla_clock
    where state = 'running' and breached_at is null and due_at < ${now} limit ${BATCH}`
}

type Warning = TicketKey & { readonly metric: string; readonly startedAt: number; readonly severity: string }

/** "delivered only inside the notified team's own calendar, except for critical": at night it waits for the morning. */
async function warn(tx: Tx, clock: Clock): Promise<void> {
  const now = clock.now()
  const due = await tx<Warning[]>`
    select sla_clock.ticket_id as "ticketId", sla_clock.tenant_id as "tenantId", metric, started_at as "startedAt",
           severity
    from sla_clock join ticket on ticket.id = sla_clock.ticket_id
    where sla_clock.state = 'running' and breached_at is null and warn_at <= ${now} limit ${BATCH}`
  for (const { ticketId, tenantId, metric, startedAt, severity } of due) {
    const policy = (await deskOf(tx, tenantId))?.policy
    const isOpen = policy && between(policy.calendar, now, now + 1)
    if (severity !== 'critical' && isOpen && (!isOpen.ok || isOpen.value === 0)) continue
    await writeEvents(tx, clock, [{ tenantId, topic: 'ticket.warning', payload: { id: ticketId, metric, severity } }])
    await tx`
      update sla_clock set warn_at = null
      where ticket_id = ${ticketId} and metric = ${metric} and started_at = ${startedAt}`
    // The next one, at four fifths, is found by computing the clocks again.
    await noteSla(tx, clock, { ticketId, tenantId }, [])
  }
}

/** "solved -> closed: system after 5 business days". */
async function closeSolved(tx: Tx, clock: Clock): Promise<void> {
  const due = await tx<{ id: string; tenantId: string }[]>`
    select id, tenant_id as "tenantId" from ticket where state = 'solved' and close_at <= ${clock.now()}
    order by close_at limit ${BATCH}`
  if (due.length === 0) return
  const actor = { id: undefined, role: 'system' }
  const reason = 'solved five business days ago'
  await transition(tx, clock, { machine: ticketMachine, ids: due.map(({ id }) => id), to: 'closed', actor, reason })
  for (const { id, tenantId } of due) {
    await noteSla(tx, clock, { ticketId: id, tenantId }, [{ kind: 'state', at: clock.now(), to: 'closed' }])
  }
}
