/**
 * The relay: hands on the events of the outbox after their transactions, in order, at least once.
 * Receivers know an event by its id.
 */

import { messageOf, type Clock, type Log, type Timer } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import { OUTBOX_CHANNEL, type NewEvent } from './write-events.ts'

export type OutboxEvent = NewEvent & { readonly id: string; readonly sequence: bigint; readonly createdAt: number }

const BATCH = 500
const LONGEST_SLEEP_MS = 10_000
const FIRST_RETRY_MS = 200

export type OutboxRelay = {
  start(): Promise<void>
  /** Hands on everything that is there; returns how many there were. */
  relay(): Promise<number>
  stop(): Promise<void>
}

export type OutboxRelayOptions = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  /** Takes one event; when it throws, this event and those after it come again. */
  readonly deliver: (event: OutboxEvent) => void | Promise<void>
}

/**
 * One batch, delivered and marked in one transaction. Events of one thing are in order, for whoever
 * wrote the later one had to wait for the row; of two processes only one relays at a time.
 */
async function relayBatch(tx: Tx, { clock, deliver }: OutboxRelayOptions): Promise<{ done: number; failed?: unknown }> {
  const [lock] = await tx<{ held: boolean }[]>`select pg_try_advisory_xact_lock(hashtext('outbox_event')) as held`
  if (!lock?.held) return { done: 0 }
  const events = await tx<OutboxEvent[]>`
    select id, sequence, tenant_id as "tenantId", topic, payload, created_at as "createdAt"
    from outbox_event where published_at is null order by sequence limit ${BATCH}`
  const delivered: string[] = []
  let failed: unknown
  for (const event of events) {
    try {
      await deliver(event)
      delivered.push(event.id)
    } catch (thrown) {
      failed = thrown
      break
    }
  }
  await tx`update outbox_event set published_at = ${clock.now()} where id = any(${delivered}::uuid[])`
  return { done: delivered.length, failed }
}

/** A relay that follows the outbox by notification, and looks by itself every ten seconds. */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { db, clock, log } = options
  let isStopped = false
  let isAsked = false
  let working: Promise<void> | undefined
  let sleep: Timer | undefined
  let retryMs = FIRST_RETRY_MS

  const relay = async (): Promise<number> => {
    let total = 0
    for (let done = BATCH; done === BATCH && !isStopped; total += done) {
      const batch = await db.asService((tx) => relayBatch(tx, options))
      if (batch.failed !== undefined) throw new Error(`an event was not taken: ${messageOf(batch.failed)}`)
      done = batch.done
    }
    return total
  }
  const work = async (): Promise<void> => {
    let sleepMs = LONGEST_SLEEP_MS
    while (isAsked && !isStopped) {
      isAsked = false
      try {
        await relay()
        retryMs = FIRST_RETRY_MS
      } catch (error) {
        log.error('the outbox could not be handed on', { error })
        sleepMs = retryMs
        retryMs = Math.min(retryMs * 2, LONGEST_SLEEP_MS)
      }
    }
    working = undefined
    sleep?.stop()
    if (!isStopped) sleep = clock.after(sleepMs, wake)
  }
  const wake = (): void => {
    if (isStopped) return
    isAsked = true
    working ??= work()
  }
  return {
    relay,
    async start() {
      await db.listen(OUTBOX_CHANNEL, wake)
      wake()
    },
    async stop() {
      isStopped = true
      sleep?.stop()
      await working
    },
  }
}
