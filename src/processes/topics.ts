/** What every process answers, whatever else it does, and what the supervisor tells of all of them. */

import { eventTopic, requestTopic } from '../platform/bus/index.ts'
import type { AuditVerdict } from '../platform/identity/index.ts'

export type ProcessHealth = {
  readonly name: string
  readonly pid: number
  readonly status: 'ok' | 'degraded'
  /** Epoch milliseconds of the start. */
  readonly startedAt: number
  /** What a degraded process cannot do, or figures worth a look; short plain words. */
  readonly notes: readonly string[]
}

export const processHealth = requestTopic<Record<string, never>, ProcessHealth>('process.health')
export const processMetrics = requestTopic<Record<string, never>, string>('process.metrics')

export type SupervisedProcess = {
  readonly name: string
  readonly pid: number | undefined
  readonly state: 'starting' | 'running' | 'waiting' | 'stopped'
  readonly startedAt: number | undefined
  readonly restarts: number
  /** How the last run ended: an exit code or a signal name. */
  readonly lastExit: string | undefined
}

export const supervisedProcesses = requestTopic<Record<string, never>, readonly SupervisedProcess[]>(
  'supervisor.processes',
)
/** The demo's control: ends one process as a crash would, so that its restart can be watched. */
export const crashProcess = requestTopic<{ name: string }, { ended: boolean }>('supervisor.crash')

/** Ends one process in order and starts it again: a `signal` leaves its conversations to the next. */
export const restartProcess = requestTopic<{ name: string }, { ordered: boolean }>('supervisor.restart')

/** Where a user of the demo begins: a one-time sign-in link made by the world, empty while there is nothing to see. */
export const readyUrl = requestTopic<Record<string, never>, { url: string }>('world.readyUrl')

/** Whether the audit trail is whole, from office. Reads all of it, so it is asked by people only. */
export const auditVerdict = requestTopic<Record<string, never>, AuditVerdict>('office.audit')

/** Host names under which pages are served, from office: what an Origin may be (RFC 6454). */
export const portalHosts = requestTopic<Record<string, never>, readonly string[]>('office.portalHosts')

/** What happened in the company, after the transaction that it happened in; at least once, known by its id. */
export type OfficeEvent = {
  readonly id: string
  readonly tenantId: string
  readonly topic: string
  readonly payload: unknown
  readonly createdAt: number
}
export const officeEvent = eventTopic<OfficeEvent>('office.event')
