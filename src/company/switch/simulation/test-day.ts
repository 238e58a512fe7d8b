/**
 * A day of a small phone company, drawn from a seed: people dial, answer late or never, put each other on hold, give
 * calls away and hang up; datagrams are lost, doubled and overtaken; credit ends in the middle of calls; charging and
 * media come and go; the switch dies in the middle of anything.
 */

import assert from 'node:assert/strict'
import { seededRandom } from '../../../base/index.ts'
import type { LegId } from '../../../network/sip/index.ts'
import type { ReserveFailure } from '../../ledger/index.ts'
import { HOUSE, openBench, sdpFrom, type Bench, type Behaviour, type Peer, type Phone } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'
import { openForkingProxy } from './test-forking-proxy.ts'

const STEP_MS = 20

export type Attempt = {
  readonly sipCallId: string
  readonly legId: LegId
  readonly phone: Phone
  readonly number: string
  readonly startedAt: number
  answeredAt: number | undefined
  /** When the caller's phone knew that it was over. */
  endedAt: number | undefined
  /** Its caller tried to give it away: it may go on without him, and have more records. */
  isGiven: boolean
}

export type Day = {
  readonly bench: Bench
  readonly dice: Dice
  readonly phones: readonly Phone[]
  readonly carriers: readonly Peer[]
  readonly attempts: Attempt[]
  /** Those that their callers do not know to be over. */
  open: Attempt[]
  readonly crashes: number[]
  readonly callsPerSecond: number
}

type Dice = {
  readonly below: (end: number) => number
  readonly chance: (ratio: number) => boolean
  readonly one: <T>(of: readonly T[]) => T
}

function diceOf(seed: number): Dice {
  const random = seededRandom(seed)
  const below = (size: number): number => Buffer.from(random(4)).readUInt32LE() % size
  return { below, chance: (ratio) => below(100_000) < ratio * 100_000, one: (of) => of[below(of.length)]! }
}

/** Each phone and where it is: Bob has three, of which one rings after the others; a colleague elsewhere has two. */
const desks = [
  ['acme201', 1, ''],
  ['acme202', 2, ';q=0.9'],
  ['acme202', 3, ';q=0.9'],
  ['acme202', 4, ';q=0.2'],
  ['beta201', 5, ''],
  ['beta201', 6, ''],
] as const

async function begin(seed: number, callsPerSecond: number): Promise<Day> {
  const bench = await openBench(sampleRows, { seed, session: { seconds: 100, minSeconds: 90 } })
  const phones: Phone[] = []
  for (const [user, last, q] of desks) {
    const phone = await bench.phone(user, `192.0.2.${last}`)
    assert.equal(await phone.register(36_000, [], q), 200)
    phones.push(phone)
  }
  const carriers: Peer[] = []
  for (const port of [7001, 7003, 7102, 7202]) carriers.push(await bench.peer({ address: '127.0.0.1', port }))
  // Behind the second carrier two telephones ring for every call.
  const both = carriers.slice(2).map((peer) => peer.address)
  await openForkingProxy(bench.network, { address: '127.0.0.1', port: 7002 }, both)
  bench.network.setConditions({ lossRatio: 0.04, duplicateRatio: 0.02, delayMs: 5, jitterMs: 30 })
  return { bench, dice: diceOf(seed), phones, carriers, attempts: [], open: [], crashes: [], callsPerSecond }
}

const numbers = ['201', '202', '12125550100', '+442079460000', '+16045550101', '911', '*43', '+14165550103']
const behaviours: readonly Behaviour[] = [
  'answer',
  'answer',
  'answer',
  'ring',
  'ring',
  'busy',
  'fail',
  'early',
  'silent',
]
const refusals: readonly (ReserveFailure['code'] | undefined)[] = [undefined, 'ledger.no_credit', undefined]

function dial({ bench, dice, phones, attempts, open }: Day): void {
  const phone = dice.one(phones)
  const number = dice.one(numbers)
  const legId = phone.dial(number)
  const sipCallId = phone.sip.callIdOf(legId)!
  const startedAt = bench.clock.now()
  const attempt: Attempt = {
    sipCallId,
    legId,
    phone,
    number,
    startedAt,
    answeredAt: undefined,
    endedAt: undefined,
    isGiven: false,
  }
  attempts.push(attempt)
  open.push(attempt)
}

/** What a caller does with a call of his: most talk and hang up. */
function useCall({ dice }: Day, attempt: Attempt): void {
  const { phone, legId } = attempt
  if (dice.chance(0.1)) phone.sip.reinvite(legId, `${sdpFrom(phone.address.address)}a=sendonly\r\n`)
  else if (dice.chance(0.05)) {
    attempt.isGiven = true
    const headers = [['Refer-To', `<sip:${dice.one(numbers)}@${HOUSE.address}>`]] as const
    phone.sip.request(legId, 'REFER', { headers }, () => {})
  } else phone.sip.hangup(legId)
}

/** One step of the outside world: somebody dials, somebody answers or hangs up, something breaks. */
function act(day: Day): void {
  const { bench, dice, phones, carriers, open, callsPerSecond } = day
  const often = (callsPerSecond * STEP_MS) / 1000
  const everybody = [...phones, ...carriers]
  for (let left = often; left > 0; left--) {
    if (dice.chance(Math.min(1, left))) dial(day)
    if (open.length > 0 && dice.chance(Math.min(1, left))) useCall(day, dice.one(open))
    const callee = dice.one(everybody)
    if (callee.lastLeg !== '' && dice.chance(Math.min(0.4, left))) callee.sip.hangup(callee.lastLeg)
    const late = dice.one(everybody)
    const isRinging = late.behaviour === 'ring' || late.behaviour === 'early'
    if (isRinging && dice.chance(Math.min(0.5, left))) {
      late.sip.answer(late.lastLeg, 200, { sdp: sdpFrom(late.address.address) })
    }
  }
  if (dice.chance(0.02)) dice.one(everybody).behaviour = dice.one(behaviours)
  const { charging, media } = bench
  if (dice.chance(charging.isAway ? 0.02 : 0.001)) charging.isAway = !charging.isAway
  if (dice.chance(0.005)) charging.grantSeconds = 5 + dice.below(60)
  if (dice.chance(0.005)) charging.isFinal = dice.chance(0.5)
  if (dice.chance(charging.refusal ? 0.05 : 0.002)) charging.refusal = dice.one(refusals)
  if (dice.chance(media.isAway ? 0.02 : 0.001)) media.isAway = !media.isAway
}

function observe(day: Day): void {
  const now = day.bench.clock.now()
  let isOver = false
  for (const attempt of day.open) {
    const { phone, legId } = attempt
    if (attempt.answeredAt === undefined && phone.heard.has(legId)) attempt.answeredAt = now
    if (!phone.ends.has(legId)) continue
    attempt.endedAt = now
    isOver = true
  }
  if (isOver) day.open = day.open.filter((attempt) => attempt.endedAt === undefined)
}

/** All calm down and hang up; what is left must be nothing. */
async function calmDown(day: Day): Promise<void> {
  const { bench, phones, carriers } = day
  bench.network.setConditions({ delayMs: 1 })
  Object.assign(bench.charging, { isAway: false, refusal: undefined })
  bench.media.isAway = false
  for (const { phone, legId } of day.open) phone.sip.hangup(legId)
  await bench.pass(1000)
  observe(day)
  for (let waited = 0; waited < 240; waited++) {
    for (const peer of [...phones, ...carriers]) {
      for (const legId of [peer.lastLeg, ...peer.heard.keys()]) if (!peer.ends.has(legId)) peer.sip.hangup(legId)
    }
    bench.clock.advance(1000)
    await bench.pass(10)
    observe(day)
  }
}

async function die({ bench, dice, crashes }: Day): Promise<void> {
  crashes.push(bench.clock.now())
  await bench.crash()
  bench.clock.advance(dice.below(3000))
  await bench.restart()
}

/** Lives through a day, and lets it calm down. */
export async function liveThrough(seed: number, size: { minutes: number; callsPerSecond: number }): Promise<Day> {
  const day = await begin(seed, size.callsPerSecond)
  for (let step = 0; step < (size.minutes * 60_000) / STEP_MS; step++) {
    act(day)
    day.bench.clock.advance(STEP_MS)
    await day.bench.pass(0)
    observe(day)
    if (day.dice.chance(0.001)) await die(day)
  }
  await calmDown(day)
  return day
}
