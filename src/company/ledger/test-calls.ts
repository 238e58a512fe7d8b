/**
 * Many calls at once on little credit, for tests of the ceiling: a switch that asks, talks, asks for more, and sends
 * its records until they are stored, whatever dies meanwhile. Shared by the suite and by test/long.
 */

import assert from 'node:assert/strict'
import { systemClock, type Micros, type RandomBytes, type Result } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { checkLedger } from './check-ledger.ts'
import type { CdrRecord, Grant, ReserveRequest } from './protocol.ts'
import { callRecord, reserveRequest, type TestChain } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

/** Charging as a switch sees it, whoever is behind it; undefined when nobody answered. */
export type Asked = {
  reserve(request: ReserveRequest): Promise<Result<Grant> | undefined>
  confirm(cdrId: string, answeredAt: number): Promise<Result<true> | undefined>
  extend(cdrId: string, elapsedSeconds: number): Promise<Result<Grant> | undefined>
  settle(records: readonly CdrRecord[]): Promise<readonly string[] | undefined>
}

export type Lived = { readonly records: readonly CdrRecord[]; readonly granted: number; readonly refused: number }

/** A number below `most`, from random bytes. */
export function picker(random: RandomBytes): (most: number) => number {
  return (most) => {
    const [high = 0, low = 0] = random(2)
    return (high * 256 + low) % Math.max(1, Math.floor(most))
  }
}

/**
 * Runs `calls` calls at once, each to its end: none talks longer than a grant that is on disk, as the switch's own
 * timer sees to. Returns the records when all of them are stored.
 */
export async function liveThrough(
  asked: Asked,
  chain: Pick<TestChain, 'customer'>,
  options: { readonly calls: number; readonly pick: (most: number) => number; readonly spreadMs: number },
): Promise<Lived> {
  const { pick, calls, spreadMs } = options
  let granted = 0
  let refused = 0
  const call = async (): Promise<CdrRecord> => {
    await pause(pick(spreadMs))
    const request = reserveRequest(chain.customer)
    const unanswered = callRecord(chain.customer, 0, { id: request.cdrId, answeredAt: undefined, reserved: false })
    const leave = await asked.reserve(request)
    if (!leave?.ok) {
      refused += 1
      return unanswered
    }
    await pause(pick(spreadMs / 4))
    if (!(await asked.confirm(request.cdrId, request.at))?.ok) return unanswered
    granted += 1
    let { grantedSeconds, final } = leave.value
    for (let more = pick(4); more > 0 && !final; more--) {
      const answer = await asked.extend(request.cdrId, Math.floor(grantedSeconds * 0.8))
      if (!answer?.ok) break
      grantedSeconds = answer.value.grantedSeconds
      final = answer.value.final
    }
    const seconds = 1 + pick(grantedSeconds)
    return callRecord(chain.customer, Math.min(seconds, grantedSeconds), { id: request.cdrId })
  }
  const records = await Promise.all(Array.from({ length: calls }, () => call().then((one) => deliver(asked, one))))
  return { records, granted, refused }
}

/** Sends a record until it is stored, and sometimes once more. */
async function deliver(asked: Asked, record: CdrRecord): Promise<CdrRecord> {
  for (let tries = 0; tries < 3000; tries++) {
    if ((await asked.settle([record]))?.includes(record.id)) {
      await asked.settle([record])
      return record
    }
    await pause(20)
  }
  return assert.fail('a record was never stored')
}

/** Micros that a call of some seconds costs the customer, the sub-partner and the partner of the test chain. */
function pricesOf(seconds: number): readonly Micros[] {
  if (seconds === 0) return [0n, 0n, 0n]
  const minutes = BigInt(Math.ceil(seconds / 60))
  // 0.09 a minute by the second.
  return [minutes * 350_000n, minutes * 180_000n, (BigInt(seconds) * 90_000n * 2n + 60n) / 120n]
}

/** The books are right, every record is there once, every level owes what its records cost, and none too much. */
export async function assertSettled(
  db: Db,
  chain: TestChain,
  lived: Lived,
  limits: readonly Micros[],
): Promise<readonly Micros[]> {
  assert.deepEqual(await db.asService(checkLedger), [])
  const stored = await db.asService((tx) => tx<{ id: string }[]>`select id from cdr`)
  assert.deepEqual(new Set(stored.map((row) => row.id)), new Set(lived.records.map((one) => one.id)))
  assert.equal(stored.length, lived.records.length)
  const left = await db.asService(
    (tx) => tx`select cdr_id from reservation union all select cdr_id from reservation_level`,
  )
  assert.deepEqual([...left], [])
  const owed: Micros[] = []
  for (const [level, { accountId }] of [chain.customer, ...chain.levels].entries()) {
    const [row] = await db.asService(
      (tx) => tx<{ micros: Micros }[]>`
        select balance_micros as micros from account_balance where account_id = ${accountId}`,
    )
    const expected = lived.records.reduce((sum, { answeredAt, endedAt }) => {
      const seconds = answeredAt === undefined ? 0 : Math.ceil((endedAt - answeredAt) / 1000)
      return sum + pricesOf(seconds)[level]!
    }, 0n)
    assert.equal(row?.micros ?? 0n, expected, `level ${level}`)
    // docs/loss-bound.md: nobody talked past a grant, so nothing is owed beyond the limit.
    assert(expected <= limits[level]!, `level ${level} owes ${expected}`)
    owed.push(expected)
  }
  return owed
}
