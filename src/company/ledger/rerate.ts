/**
 * Rerating: "Never update. Write reversal + new charge; dry run first". `office` asks for one in the table `rerate`,
 * `charge` works them off one after the other, also those that a former process left.
 */

import { assert, messageOf } from '../../base/index.ts'
import type { Engine } from './engine.ts'
import { openDecks } from './rerate-prices.ts'
import { readZones, revisionsOf, type Rerating } from './rerate-portion.ts'
import type { RerateResult } from './rerate-protocol.ts'
import { portionsOf, type Rerate } from './rerate-records.ts'
import { createTally } from './rerate-tally.ts'
import type { Revision } from './revision.ts'

/** Charges that are made again in one transaction: calls in progress wait for no more. */
const BATCH = 250
const LOOK_MS = 60_000

export type Rerates = {
  /** Works off what was asked for; resolves when nothing is left. */
  look(): Promise<void>
  close(): Promise<void>
}

/** Looks at once when asked to, and every minute. */
export function workOffRerates(engine: Engine): Rerates {
  const { clock, log } = engine
  let [isClosed, isAsked] = [false, false]
  let working: Promise<void> | undefined
  const workOff = async (): Promise<void> => {
    do {
      isAsked = false
      try {
        for (let next = await nextRerate(engine); next && !isClosed; next = await nextRerate(engine)) {
          await workOn(engine, next, () => isClosed)
        }
      } catch (error) {
        log.warn('a rerating waits', { error: messageOf(error) })
      }
    } while (isAsked && !isClosed)
    working = undefined
  }
  const look = (): Promise<void> => {
    if (!engine.terms.isReady() || isClosed) return Promise.resolve()
    if (working) isAsked = true
    return (working ??= workOff())
  }
  const timer = clock.every(LOOK_MS, () => void look())
  return {
    look,
    async close() {
      isClosed = true
      timer.stop()
      await working
    },
  }
}

async function nextRerate({ db }: Engine): Promise<Rerate | undefined> {
  const [next] = await db.asService(
    (tx) => tx<Rerate[]>`
      select id, tenant_id as "tenantId", customer_id as "customerId", deck_id as "deckId", version_id as "versionId",
             from_at as "fromAt", to_at as "toAt", reason, state, created_by as "createdBy"
      from rerate where state in ('asked', 'applying') order by created_at limit 1`,
  )
  return next
}

async function workOn(engine: Engine, rerate: Rerate, isStopped: () => boolean): Promise<void> {
  const { clock, db } = engine
  const began = clock.monotonic()
  const result = await runRerate(engine, rerate, isStopped)
  // Stopped half-way: the next process goes on, and finds what is made again already in order.
  if (!result) return
  const state = rerate.state === 'asked' ? 'previewed' : 'applied'
  await db.asService(
    (tx) => tx`
      update rerate set state = ${state}, result = ${tx.json(stored(result))}, finished_at = ${clock.now()}
      where id = ${rerate.id}`,
  )
  const { records, differences } = result
  engine.log.info('calls were priced again', { state, records, differences, ms: clock.monotonic() - began })
}

/** Prices everything again, and with `applying` makes the charges that differ; undefined when it was stopped. */
async function runRerate(
  engine: Engine,
  rerate: Rerate,
  isStopped: () => boolean = () => false,
): Promise<RerateResult | undefined> {
  const decks = await openDecks(engine.db, rerate.versionId ?? undefined)
  const [tally, zones, at] = [createTally(), await readZones(engine), engine.clock.now()]
  const rerating: Rerating = { engine, rerate, decks, tally, zones, at }
  for await (const portion of portionsOf(engine.db, rerate)) {
    if (isStopped()) return undefined
    const revisions = await revisionsOf(rerating, portion)
    if (rerate.state === 'applying') await makeAgain(engine, revisions)
  }
  return tally.result()
}

/** In batches that end with a whole record: all levels of a call change together. */
async function makeAgain({ commit }: Engine, revisions: readonly Revision[]): Promise<void> {
  let batch: Revision[] = []
  for (const [at, revision] of revisions.entries()) {
    batch.push(revision)
    const isWhole = revisions[at + 1]?.cdrId !== revision.cdrId
    if (!isWhole || (batch.length < BATCH && at + 1 < revisions.length)) continue
    await commit.add({ kind: 'revise', revisions: batch })
    batch = []
  }
  assert(batch.length === 0, 'every revision is in a batch')
}

/** Amounts as texts: JSON has no integers of this size. */
function stored(result: RerateResult) {
  const texts = <Row extends { oldMicros: bigint; newMicros: bigint }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, oldMicros: String(row.oldMicros), newMicros: String(row.newMicros) }))
  return { ...result, totals: texts(result.totals), largest: texts(result.largest) }
}
