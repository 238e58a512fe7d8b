/** What office does without being asked: jobs with their schedules, mail, the events of the outbox, the seal. */

import type { Clock, Log, RandomBytes, Timer } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { createOutboxRelay, createWorker, type JobHandling, type Worker } from '../../platform/jobs/index.ts'
import { startAuditSealer } from '../../platform/identity/index.ts'
import { billingSchedule, paymentSchedules } from '../../company/billing/index.ts'
import { forgetCallsSchedule, sumDaysSchedule } from '../../company/ledger/index.ts'
import { setUpKnowledge, pagingSchedule, setUpSupport, sweepSchedule } from '../../company/support/index.ts'
import { officeEvent } from '../topics.ts'
import type { Brands } from './brands.ts'
import { tellOfEmergencies } from './emergency-notice.ts'
import { forgettingSchedule } from './forgetting.ts'

export type BackgroundParts = {
  readonly db: Db
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly brands: Brands
  readonly handlings: readonly JobHandling[]
}

export type Background = {
  /** Whether it works yet: it waits for the database, and for a provider whose schedules it can keep. */
  isWorking(): boolean
  close(): Promise<void>
}

const RETRY_MS = 1000
/** What support begins with; edited as rows afterwards. */
const firstSupport = { zone: 'America/Toronto', currency: 'USD', emergencyNumber: '' }

/** Begins as soon as it can, and says nothing until then: the notes of the process do. */
export function startBackground(parts: BackgroundParts): Background {
  const { db, bus, clock, log, random, brands, handlings } = parts
  const relay = createOutboxRelay({ db, clock, log, deliver: (event) => bus.publish(officeEvent, event) })
  const sealer = startAuditSealer({ db, clock, log })
  tellOfEmergencies({ db, bus, clock, log, brands })
  let worker: Worker | undefined
  let isClosed = false
  let starting: Promise<void> | undefined
  let again: Timer | undefined
  const start = async (): Promise<void> => {
    const provider = brands.provider()
    if (provider !== undefined) {
      const made = createWorker({
        db,
        clock,
        log,
        random,
        name: bus.name,
        handlings,
        schedules: [
          forgettingSchedule(provider),
          forgetCallsSchedule(provider),
          sumDaysSchedule(provider),
          billingSchedule(provider),
          ...paymentSchedules(provider),
          sweepSchedule(provider),
          pagingSchedule(provider),
        ],
      })
      try {
        await db.asService(async (tx) => {
          await setUpSupport(tx, clock, { tenantId: provider, ...firstSupport })
          await setUpKnowledge(tx, clock, provider)
        })
        await made.start()
        worker = made
        await relay.start()
        return
      } catch (thrown) {
        await made.stop()
        log.warn('jobs cannot be done yet; trying again', { error: thrown })
      }
    }
    if (!isClosed) again = clock.after(RETRY_MS, () => void (starting = start()))
  }
  starting = start()
  return {
    isWorking: () => worker !== undefined,
    async close() {
      isClosed = true
      again?.stop()
      await starting
      again?.stop()
      await worker?.stop()
      await relay.stop()
      await sealer.close()
    },
  }
}
