/**
 * Rerating: "Never update. Write reversal + new charge; dry run first". `office` asks for one in the table `rerate`,
 * `charge` works them off one after the other, also those that a former process left.
 */

import { messageOf } from '../../base/index.ts'
import type { Engine } from './engine.ts'
import { isFaultOfAnItem } from './group-commit.ts'
import { openDecks } from './rerate-prices.ts'
import { NeverRerated, readZones, revisionsOf, type Rerating } from './rerate-portion.ts'
import type { RerateResult } from './rerate-protocol.ts'
import { portionsOf, type Rerate } from './rerate-records.ts'
import { createTally } from './rerate-tally.ts'
import type { Revision } from './revision.ts'

/** Records whose charges are made again in one transaction: calls in progress wait for no more. */
const BATCH = 250
const LOOK_MS = 60_000

export type Rerates = {
  /** Works off what was asked for; resolves when nothing is left. */
  look(): Promise<void>
  close(): Promise<void>
}

/** Looks at once when asked to, and every minute. */
export function workOffRerates(engine: Engine): Rerates {
  const { clock } = engine
  let [isClosed, isAsked] = [false, false]
  let working: Promise<void> | undefined
  const workOff = async (): Promise<void> => {
    do {
      isAsked = false
      await workOffAll(engine, () => isClosed)
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

/** Each of those that wait once, the oldest first: one that cannot go on now does not keep the others waiting. */
async function workOffAll(engine: Engine, isClosed: () => boolean): Promise<void> {
  try {
    for (const next of await waitingRerates(engine)) {
      if (isClosed()) return
      try {
        await workOn(engine, next, isClosed)
      } catch (error) {
        if (!isClosed() && isForEver(error)) await fail(engine, next, error)
        else engine.log.warn('a rerating waits', { rerateId: next.id, error: messageOf(error) })
      }
    }
  } catch (error) {
    engine.log.warn('reratings wait', { error: messageOf(error) })
  }
}

function isForEver(error: unknown): boolean {
  return error instanceof NeverRerated || isFaultOfAnItem(error)
}

async function waitingRerates({ db }: Engine): Promise<readonly Rerate[]> {
  return db.asService(
    (tx) => tx<Rerate[]>`
      select id, tenant_id as "tenantId", customer_id as "customerId", deck_id as "deckId", version_id as "versionId",
             from_at as "fromAt", to_at as "toAt", reason, state, created_by as "createdBy"
      from rerate where state in ('asked', 'applying') order by created_at, id`,
  )
}

/** What it did stays done; whoever asked reads why it did not do the rest. */
async function fail({ db, clock, log }: Engine, { id }: Rerate, error: unknown): Promise<void> {
  const failure = messageOf(error).slice(0, 500)
  log.error('a rerating failed', { rerateId: id, error: failure })
  await db.asService(
    (tx) => tx`
      update rerate set state = 'failed', failure = ${failure}, finished_at = ${clock.now()} where id = ${id}`,
  )
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
  const faults: unknown[] = []
  for await (const portion of portionsOf(engine.db, rerate)) {
    if (isStopped()) return undefined
    const revisions = await revisionsOf(rerating, portion)
    if (rerate.state === 'applying') await makeAgain(engine, revisions, faults)
  }
  if (faults.length === 0) return tally.result()
  throw new NeverRerated(`${faults.length} records could not be written: ${messageOf(faults[0])}`)
}

/** In batches that end with a whole record: all levels of a call change together. */
async function makeAgain(engine: Engine, revisions: readonly Revision[], faults: unknown[]): Promise<void> {
  const records = [...Map.groupBy(revisions, (one) => one.cdrId).values()]
  for (let from = 0; from < records.length; from += BATCH) {
    await reviseRecords(engine, records.slice(from, from + BATCH), faults)
  }
}

/** A record that cannot be written keeps none of the others from it: found by halving, and told of. */
async function reviseRecords(
  engine: Engine,
  records: readonly (readonly Revision[])[],
  faults: unknown[],
): Promise<void> {
  try {
    await engine.commit.add({ kind: 'revise', revisions: records.flat() })
  } catch (thrown) {
    if (!isFaultOfAnItem(thrown)) throw thrown
    if (records.length === 1) return void faults.push(thrown)
    const half = records.length >> 1
    await reviseRecords(engine, records.slice(0, half), faults)
    await reviseRecords(engine, records.slice(half), faults)
  }
}

/** Amounts as texts: JSON has no integers of this size. */
function stored(result: RerateResult) {
  const texts = <Row extends { oldMicros: bigint; newMicros: bigint }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, oldMicros: String(row.oldMicros), newMicros: String(row.newMicros) }))
  return { ...result, totals: texts(result.totals), largest: texts(result.largest) }
}
