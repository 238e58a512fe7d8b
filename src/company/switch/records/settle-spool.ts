/**
 * Hands finished calls from the spool to `charge` until each is stored; resending is harmless there. Before the
 * first, `charge` is told which reservations of a former process the spool knows: what was reserved and never
 * answered is in no spool, and would be set aside for a quarter of an hour.
 */

import type { Clock, Log, Timer } from '../../../base/index.ts'
import type { CdrRecord } from '../../ledger/index.ts'
import type { ChargingPort } from './charging-port.ts'
import type { Spool } from './spool.ts'

const BATCH = 256
const AGAIN_MS = 500
/** Calls that end in the same moment go together: one message, one commit. */
const GATHER_MS = 20

export type SpoolSettler = {
  /** There is something new to hand over. */
  wake(): void
  /** Tries until the spool is empty or `timeoutMs` have passed. */
  drain(timeoutMs: number): Promise<void>
  stop(): void
}

type SettlingOptions = {
  readonly spool: Spool
  readonly charging: ChargingPort
  readonly clock: Clock
  readonly log: Log
  /** Told of records that are stored, before the spool forgets them. */
  readonly onStored?: (records: readonly CdrRecord[]) => Promise<void>
}

/** Starts handing over; one batch is on its way at a time. */
export function startSettling(options: SettlingOptions): SpoolSettler {
  const { spool, charging, clock, log, onStored } = options
  let running = false
  /** Somebody woke us since the last look at the spool: a record that comes while we stop looking is not overlooked. */
  let isAsked = false
  let again: Timer | undefined
  let stopped = false
  const startedAt = clock.now()
  let isTold = false

  const retry = (): void => {
    // What was asked meanwhile is done then, not at once: charging is away.
    isAsked = false
    again?.stop()
    again = clock.after(AGAIN_MS, wake)
  }
  const tellOnce = async (): Promise<boolean> => {
    if (isTold) return true
    const ids = [...spool.leftOpen.map((open) => open.record), ...spool.closed(Infinity)]
    const cdrIds = new Set(ids.filter((record) => record.reserved).map((record) => record.id))
    isTold = (await charging.freeForgotten({ startedAt, cdrIds: [...cdrIds] })).ok
    return isTold
  }
  const handOver = async (): Promise<void> => {
    if (!(await tellOnce())) return retry()
    for (let records = spool.closed(BATCH); records.length > 0 && !stopped; records = spool.closed(BATCH)) {
      const stored = await charging.settle(records)
      if (!stored.ok || stored.value.length === 0) return retry()
      const ids = new Set(stored.value)
      await onStored?.(records.filter((record) => ids.has(record.id)))
      await spool.append({ kind: 'stored', ids: stored.value })
    }
  }
  const work = async (): Promise<void> => {
    while (isAsked && !stopped) {
      isAsked = false
      try {
        await handOver()
      } catch (error) {
        log.error('finished calls could not be handed over; they stay in the spool', { error })
        retry()
      }
    }
    // In one breath with the last look at `isAsked`: nobody can ask between the two and be forgotten.
    running = false
  }
  const wake = (): void => {
    isAsked = true
    if (running || stopped) return
    running = true
    clock.after(GATHER_MS, () => void work())
  }
  return {
    wake,
    async drain(timeoutMs) {
      const deadline = clock.monotonic() + timeoutMs
      while (spool.closed(1).length > 0 && clock.monotonic() < deadline) {
        wake()
        await new Promise<void>((resolve) => void clock.after(20, resolve))
      }
    },
    stop() {
      stopped = true
      again?.stop()
    },
  }
}
