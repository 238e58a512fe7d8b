/** What every process is started with and gives back: the seam between `commands/process.ts` and each `run.ts`. */

import type { Clock, Config, Log, Metrics, RandomBytes } from '../base/index.ts'
import type { Bus } from '../platform/bus/index.ts'

export type ProcessParts = {
  readonly config: Config
  /** URL of the database for this process's role; empty for processes without one (media). */
  readonly databaseUrl: string
  /** Open, under this process's name. */
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly random: RandomBytes
}

export type RunningProcess = {
  /** What it cannot do at present, in short plain words; empty when all is well. */
  notes(): readonly string[]
  /**
   * Ends in order: nothing new is taken, what is running is finished or handed over, everything is closed. Before a
   * restart, what can outlive a process is left for the next one.
   */
  close(end?: 'for good' | 'for a restart'): Promise<void>
}
