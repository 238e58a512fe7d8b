/** One bad day after the other, each from a new seed, for some seconds of this machine's time. */

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { secureRandom } from '../../../base/index.ts'
import { checkDay } from './test-check-day.ts'
import { liveThrough } from './test-day.ts'

const size = { minutes: 1, callsPerSecond: 20 }

const cpuSeconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000_000

/** Lives through days until so many seconds of CPU are used; a given seed is lived through alone. */
export async function liveForSeconds(t: TestContext, seconds: number, given?: string): Promise<void> {
  const before = process.cpuUsage()
  let [calls, crashes, spent] = [0, 0, 0]
  do {
    const seed = Number(given ?? Buffer.from(secureRandom(4)).readUInt32LE())
    const day = await liveThrough(seed, size)
    checkDay(day, seed)
    const answered = day.attempts.filter((attempt) => attempt.answeredAt !== undefined).length
    assert.ok(answered > 50, `the day was too quiet to prove anything (seed ${seed})`)
    t.diagnostic(`seed ${seed}: ${day.attempts.length} calls, ${answered} answered, ${day.crashes.length} crashes`)
    calls += day.attempts.length
    crashes += day.crashes.length
    spent = cpuSeconds(process.cpuUsage(before))
  } while (given === undefined && spent < seconds)
  t.diagnostic(`${calls} calls, ${crashes} crashes, ${Math.round(calls / spent)} calls a second of CPU`)
}
