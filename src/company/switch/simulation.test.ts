/**
 * Bad days, drawn from a seed: datagrams are lost, doubled and late, phones answer or do not, hang up when they
 * like, charging comes and goes, and the switch dies in the middle of anything. Whatever happens, every answered
 * call leaves exactly one record for each customer in it, never longer than the call really was.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secureRandom, seededRandom } from '../../base/index.ts'
import type { LegId } from '../../network/sip/index.ts'
import { openBench, type Bench, type Behaviour, type Peer, type Phone } from './test-bench.ts'
import { sampleRows } from './testing.ts'

const MINUTES = 4
const STEP_MS = 20

type Attempt = {
  readonly sipCallId: string
  readonly legId: LegId
  readonly phone: Phone
  readonly number: string
  readonly startedAt: number
  answeredAt: number | undefined
  /** When the caller's phone knew that it was over. */
  endedAt: number | undefined
}

type Day = { readonly bench: Bench; readonly phones: readonly Phone[]; readonly carriers: readonly Peer[] }

type Dice = { readonly below: (end: number) => number; readonly chance: (ratio: number) => boolean }

function diceOf(seed: number): Dice {
  const random = seededRandom(seed)
  const below = (size: number): number => Buffer.from(random(4)).readUInt32LE() % size
  return { below, chance: (ratio) => below(10_000) < ratio * 10_000 }
}

async function begin(seed: number): Promise<Day> {
  const bench = await openBench(sampleRows, { seed })
  const users = ['acme201', 'acme202', 'beta201']
  const phones: Phone[] = []
  for (const [at, user] of users.entries()) {
    const phone = await bench.phone(user, `192.0.2.${at + 1}`)
    assert.equal(await phone.register(), 200)
    phones.push(phone)
  }
  const carriers: Peer[] = []
  for (const port of [7001, 7002, 7003]) carriers.push(await bench.peer({ address: '127.0.0.1', port }))
  bench.network.setConditions({ lossRatio: 0.04, duplicateRatio: 0.02, delayMs: 5, jitterMs: 30 })
  return { bench, phones, carriers }
}

const numbers = ['201', '202', '12125550100', '+442079460000', '+16045550101', '911', '*43', '+14165550103']
const behaviours: readonly Behaviour[] = [
  'answer',
  'answer',
  'answer',
  'answer',
  'ring',
  'busy',
  'fail',
  'early',
  'silent',
]

/** One step of the outside world: somebody dials, somebody hangs up, something breaks. */
function act(day: Day, dice: Dice, attempts: Attempt[]): void {
  const { bench, phones, carriers } = day
  const now = bench.clock.now()
  if (dice.chance(0.02)) {
    const phone = phones[dice.below(phones.length)]!
    const number = numbers[dice.below(numbers.length)]!
    const legId = phone.dial(number)
    const sipCallId = phone.sip.callIdOf(legId)!
    attempts.push({ sipCallId, legId, phone, number, startedAt: now, answeredAt: undefined, endedAt: undefined })
  }
  if (dice.chance(0.02) && attempts.length > 0) {
    const { phone, legId } = attempts[dice.below(attempts.length)]!
    phone.sip.hangup(legId)
  }
  if (dice.chance(0.01)) {
    const callee = [...phones, ...carriers][dice.below(phones.length + carriers.length)]!
    if (callee.lastLeg) callee.sip.hangup(callee.lastLeg)
  }
  if (dice.chance(0.01)) {
    const peer = [...phones, ...carriers][dice.below(phones.length + carriers.length)]!
    peer.behaviour = behaviours[dice.below(behaviours.length)]!
  }
  if (dice.chance(bench.charging.isAway ? 0.02 : 0.001)) bench.charging.isAway = !bench.charging.isAway
  if (dice.chance(0.002)) bench.charging.grantSeconds = 5 + dice.below(60)
  if (dice.chance(bench.media.isAway ? 0.02 : 0.001)) bench.media.isAway = !bench.media.isAway
}

function observe(bench: Bench, attempts: readonly Attempt[]): void {
  for (const attempt of attempts) {
    const { phone, legId } = attempt
    if (attempt.answeredAt === undefined && phone.heard.has(legId)) attempt.answeredAt = bench.clock.now()
    if (attempt.endedAt === undefined && phone.ends.has(legId)) attempt.endedAt = bench.clock.now()
  }
}

/** All calm down and hang up; what is left must be nothing. */
async function calmDown(day: Day, attempts: readonly Attempt[]): Promise<void> {
  const { bench, phones, carriers } = day
  bench.network.setConditions({ delayMs: 1 })
  bench.charging.isAway = false
  bench.media.isAway = false
  for (const { phone, legId } of attempts) phone.sip.hangup(legId)
  await bench.pass(1000)
  observe(bench, attempts)
  for (let waited = 0; waited < 240; waited++) {
    for (const peer of [...phones, ...carriers]) peer.sip.hangup(peer.lastLeg)
    bench.clock.advance(1000)
    await bench.pass(10)
    observe(bench, attempts)
  }
}

function check({ bench }: Day, attempts: readonly Attempt[], crashes: readonly number[], seed: number): void {
  const told = (text: string): string => `${text} (seed ${seed})`
  assert.deepEqual(bench.house().liveCalls(), [], told('no call is left'))
  assert.equal(bench.media.calls.size, 0, told('no media is left'))
  const records = Map.groupBy(bench.cdrs(), (cdr) => cdr.sipCallId)
  for (const attempt of attempts) {
    const cdrs = records.get(attempt.sipCallId) ?? []
    const parties = attempt.number === '+16045550101' && attempt.phone.user.startsWith('acme') ? 2 : 1
    const isInside = attempt.number === '+14165550103' && attempt.phone.user.startsWith('beta') ? 2 : parties
    if (attempt.answeredAt !== undefined) {
      // A phone repeats its INVITE after the crash that cut its 911 while it was dialled: that is a call of its own.
      const whole = cdrs.filter((cdr) => cdr.class !== 'emergency' || cdr.answeredAt !== undefined)
      // Without a relay, nobody but the dead switch saw a 911's answer that was on its way to the caller.
      const isUnseen = crashes.some((at) => at >= attempt.startedAt && at <= attempt.answeredAt!)
      const kept = whole.length === 0 && isUnseen ? cdrs.slice(0, 1) : whole
      assert.equal(kept.length, isInside, told(`records of a call of ${attempt.phone.user} to ${attempt.number}`))
      for (const cdr of whole)
        assert.notEqual(cdr.answeredAt, undefined, told('an answered call is recorded as answered'))
    }
    for (const cdr of cdrs) {
      if (cdr.answeredAt === undefined) continue
      assert.ok(cdr.answeredAt >= attempt.startedAt, told('answered after it began'))
      // A conversation outlives crashes; one that could not be carried on ended with one of them at the latest.
      const crash = crashes.findLast((at) => at >= cdr.startedAt)
      // A caller who cancels while the answer is on its way to him knows of no call: his BYE takes its time.
      const slackMs = attempt.answeredAt === undefined ? 32_000 : 0
      const lastAt = cdr.hangupCause === 'signal_restart' ? crash : attempt.endedAt
      assert.ok(
        lastAt !== undefined && cdr.endedAt <= lastAt + slackMs,
        told(`${cdr.hangupCause}: ended no later than it did`),
      )
    }
  }
}

test('F1 bad days lose no record, double none, and bill no second that was not talked', async (t) => {
  const given = process.env['DIALHOUSE_TEST_SEED']
  for (let round = 0; round < (given === undefined ? 3 : 1); round++) {
    const seed = Number(given ?? Buffer.from(secureRandom(4)).readUInt32LE())
    t.diagnostic(`seed ${seed}`)
    const dice = diceOf(seed)
    const day = await begin(seed)
    const attempts: Attempt[] = []
    const crashes: number[] = []
    for (let step = 0; step < (MINUTES * 60_000) / STEP_MS; step++) {
      act(day, dice, attempts)
      day.bench.clock.advance(STEP_MS)
      await day.bench.pass(0)
      if (dice.chance(0.001)) {
        observe(day.bench, attempts)
        crashes.push(day.bench.clock.now())
        await day.bench.crash()
        day.bench.clock.advance(dice.below(3000))
        await day.bench.restart()
      }
      observe(day.bench, attempts)
    }
    await calmDown(day, attempts)
    check(day, attempts, crashes, seed)
    const answered = attempts.filter((attempt) => attempt.answeredAt !== undefined).length
    t.diagnostic(`${attempts.length} calls, ${answered} answered, ${crashes.length} crashes`)
    assert.ok(answered > 10, `the day was too quiet to prove anything (seed ${seed})`)
  }
})
