/** Figures of charging for the operator. */

import type { Metrics, Result } from '../../base/index.ts'
import type { Credit } from './credit.ts'
import type { Grant, ReserveFailure } from './protocol.ts'

export type LedgerMeter = {
  /** Counts a decision and hands it on. */
  decided(result: Result<Grant, ReserveFailure>): Result<Grant, ReserveFailure>
  stored(reason: string): void
  batch(items: number, ms: number): void
  /** Where the length of the queue is read. */
  waiting(read: () => number): void
}

/** Registers the figures. */
export function meterLedger(metrics: Metrics, credit: Credit): LedgerMeter {
  const decisions = metrics.counter('dialhouse_charge_decisions_total', 'Reservations asked for, by outcome')
  const records = metrics.counter('dialhouse_charge_records_total', 'Call records stored, by reason of their charge')
  const sizes = metrics.histogram('dialhouse_charge_batch_items', 'Items of a batch', [1, 4, 16, 64, 256, 1000])
  const times = metrics.histogram(
    'dialhouse_charge_batch_ms',
    'Milliseconds of a batch',
    [2, 5, 10, 25, 100, 500, 2000],
  )
  metrics.gauge('dialhouse_charge_reservations', 'Open reservations', () =>
    Iterator.from(credit.reservations()).reduce((n) => n + 1, 0),
  )
  return {
    decided(result) {
      decisions.add(1, { outcome: result.ok ? 'granted' : result.failure.code })
      return result
    },
    stored: (reason) => records.add(1, { reason }),
    batch(items, ms) {
      sizes.observe(items)
      times.observe(ms)
    },
    waiting: (read) => void metrics.gauge('dialhouse_charge_waiting', 'Items that wait for the next batch', read),
  }
}
