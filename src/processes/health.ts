/** The questions that every process answers on the bus. */

import type { Clock, Metrics } from '../base/index.ts'
import type { Bus } from '../platform/bus/index.ts'
import { processHealth, processMetrics } from './topics.ts'

/** Serves health and metrics; `notes` says what the process cannot do at present, empty when all is well. */
export function serveHealth(bus: Bus, clock: Clock, metrics: Metrics, notes: () => readonly string[]): void {
  const startedAt = clock.now()
  bus.serve(processHealth, () => {
    const now = notes()
    return { name: bus.name, pid: process.pid, status: now.length ? 'degraded' : 'ok', startedAt, notes: now }
  })
  bus.serve(processMetrics, () => metrics.text())
}
