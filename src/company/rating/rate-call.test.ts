/** Calls under plans: worked examples, thresholds, clock changes, and what is true of every call. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMicros, parseNanos } from '../../base/index.ts'
import { affordableCall } from './affordable-call.ts'
import { explainCharge } from './explain-charge.ts'
import { openCounters } from './plan-periods.ts'
import { countChanges, type Counter, type Discount, type PlanTerms, type Quota } from './plan-terms.ts'
import { rateCall, type RatingTerms } from './rate-call.ts'
import type { RateRow } from './rate-row.ts'
import { plainTariff, type Tariff } from './tariff.ts'

const zone = 'America/Toronto'
const at = (text: string): number => Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds
const everyDay = [1, 2, 3, 4, 5, 6, 7]
const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

function micros(text: string): bigint {
  const read = parseMicros(text)
  assert(read.ok)
  return read.value
}

function rowOf(price: string, over: Partial<RateRow> = {}): RateRow {
  const nanos = parseNanos(price)
  assert(nanos.ok)
  return {
    prefix: '44',
    direction: 'outbound',
    destination: 'United Kingdom',
    class: 'international',
    connectMicros: 0n,
    firstSeconds: 1,
    firstNanos: nanos.value,
    nextSeconds: 1,
    nextNanos: nanos.value,
    graceSeconds: 0,
    minimumMicros: 0n,
    blocked: false,
    ...over,
  }
}

const group = {
  id: 'g',
  name: 'United Kingdom',
  direction: 'outbound',
  classes: [],
  prefixes: ['44'],
} as const

function quotaOf(over: Partial<Quota> = {}): Quota {
  return {
    id: 'q',
    name: 'minutes',
    group,
    unit: 'seconds',
    amount: 6000n,
    firstSeconds: 60,
    nextSeconds: 60,
    renewal: 'monthly',
    rollover: 0,
    prorateFirst: false,
    atExhaustion: 'bill',
    priority: 1,
    waivesConnect: true,
    ...over,
  }
}

function planOf(quotas: readonly Quota[], discounts: readonly Discount[] = []): PlanTerms {
  return { id: 'p', name: 'plan', zone, billDay: 1, startedAt: at('2026-01-01T00:00'), quotas, discounts }
}

const number = '+442071838750'
const noon = at('2026-03-10T12:00')

function rate(terms: RatingTerms, seconds: number, answeredAt = noon, known: readonly Counter[] = []) {
  const counters = terms.plan ? openCounters(terms.plan, known, answeredAt) : []
  const charge = rateCall(terms, counters, { number, answeredAt, seconds })
  assert(charge)
  const sum = charge.components.reduce((total, part) => total + part.amountMicros, 0n)
  assert.equal(sum, charge.chargeMicros, 'the parts sum to the charge')
  return charge
}

const flat = (row: RateRow, tariff: Tariff = plainTariff): RatingTerms['rates'] => ({ rows: [row], tariff })

test('F22 R41 worked: eight minutes with two of them left at 0.10 are 0.00 and 0.60, one charge with two parts', () => {
  const terms = { rates: flat(rowOf('0.10', { firstSeconds: 60, nextSeconds: 60 })), plan: planOf([quotaOf()]) }
  const used = openCounters(terms.plan, [], noon).map((one) => ({ ...one, usedUnits: 5880n }))
  const charge = rate(terms, 480, noon, used)
  assert.equal(charge.chargeMicros, micros('0.60'))
  assert.deepEqual(
    charge.components.map((part) => [part.kind, part.fromSecond, part.seconds, part.amountMicros]),
    [
      ['quota', 0, 120, 0n],
      ['usage', 120, 360, micros('0.60')],
    ],
  )
  assert.deepEqual(charge.counterChanges, [{ itemId: 'q', periodFrom: at('2026-03-01T00:00'), units: 120n }])
  assert.deepEqual(explainCharge(charge, terms, { number, answeredAt: noon, seconds: 480 }, 'CAD'), [
    'United Kingdom: prefix 44, outbound, international',
    '480 s of conversation, counted in a first block of 60 s and then blocks of 60 s',
    '120 s from second 0 taken from the quota "minutes": 0.00',
    '360 s from second 120 at 0.1000 a minute: 0.60',
    'rounded once (half-up, 6 decimals)',
    'charge: 0.60 CAD',
  ])
})

test('R41 minute 100 of a hundred is free, minute 101 is charged', () => {
  const terms = { rates: flat(rowOf('0.10', { firstSeconds: 60, nextSeconds: 60 })), plan: planOf([quotaOf()]) }
  let counters = openCounters(terms.plan, [], noon)
  for (let minute = 1; minute <= 101; minute++) {
    const charge = rate(terms, 41, noon, counters)
    assert.equal(charge.chargeMicros, minute <= 100 ? 0n : micros('0.10'), `minute ${minute}`)
    assert.equal(charge.reason, minute <= 100 ? 'quota' : 'rated')
    counters = countChanges(counters, charge.counterChanges, 'usedUnits')
  }
})

test('the last minute is given to one of two calls at the same time', () => {
  const terms = { rates: flat(rowOf('0.10', { firstSeconds: 60, nextSeconds: 60 })), plan: planOf([quotaOf()]) }
  const left = openCounters(terms.plan, [], noon).map((one) => ({ ...one, usedUnits: 5940n }))
  const first = rate(terms, 60, noon, left)
  assert.equal(first.chargeMicros, 0n)
  const reserved = countChanges(left, first.counterChanges, 'reservedUnits')
  assert.equal(rate(terms, 60, noon, reserved).chargeMicros, micros('0.10'))
})

test('worked: 17:30 to 18:30, a second 1 and connect 1 until 18:00, then 0.5, is 2701', () => {
  const window = { weekdays: everyDay, fromMinute: minutes('18:00'), toMinute: minutes('08:00') }
  const tariff = { ...plainTariff, zone, periods: [{ name: 'evening', windows: [window] }] }
  const day = rowOf('60', { connectMicros: micros('1') })
  const evening = rowOf('30', { period: 'evening', connectMicros: micros('1') })
  const charge = rate({ rates: { rows: [day, evening], tariff }, plan: undefined }, 3600, at('2026-03-10T17:30'))
  assert.equal(charge.chargeMicros, micros('2701'))
  assert.deepEqual(
    charge.components.map((part) => [part.kind, part.seconds, part.period]),
    [
      ['connect', 0, undefined],
      ['usage', 1, undefined],
      ['usage', 1799, undefined],
      ['usage', 1800, 'evening'],
    ],
  )
  const switchedOff = { ...tariff, repriceAtPeriod: false }
  const whole = rate(
    { rates: { rows: [day, evening], tariff: switchedOff }, plan: undefined },
    3600,
    at('2026-03-10T17:30'),
  )
  assert.equal(whole.chargeMicros, micros('3601'))
})

test('worked: 23:50 to 00:30 across midnight is 2100, the connect fee of the later row is not due', () => {
  const window = { weekdays: everyDay, fromMinute: minutes('18:00'), toMinute: 0 }
  const tariff = { ...plainTariff, zone, periods: [{ name: 'evening', windows: [window] }] }
  const rows = [rowOf('60', { connectMicros: micros('5') }), rowOf('30', { period: 'evening' })]
  const charge = rate({ rates: { rows, tariff }, plan: undefined }, 2400, at('2026-03-10T23:50'))
  assert.equal(charge.chargeMicros, micros('2100'))
})

test('a night of a clock change has its own hours, and the wall clock decides', () => {
  const window = { weekdays: everyDay, fromMinute: minutes('02:30'), toMinute: minutes('05:00') }
  const tariff = { ...plainTariff, zone, periods: [{ name: 'night', windows: [window] }] }
  const terms = { rates: { rows: [rowOf('60'), rowOf('6', { period: 'night' })], tariff }, plan: undefined }
  // 8 March 2026: 02:00 is 03:00. From 01:00 to 04:00 are two hours, of which the second is night.
  assert.equal(rate(terms, 7200, at('2026-03-08T01:00')).chargeMicros, micros('3960'))
  // 1 November 2026: 01:00 to 02:00 comes twice. From the first to 03:00 are three hours; the last half is night.
  assert.equal(rate(terms, 10_800, at('2026-11-01T01:00-04:00')).chargeMicros, micros('9180'))
})

test('a row that comes into force during a call does not reprice it, unless the tariff says so', () => {
  const change = at('2026-03-10T12:01')
  const rows = [rowOf('60', { effectiveTo: change }), rowOf('6', { effectiveFrom: change })]
  const price = (tariff: Tariff, answeredAt: number): bigint =>
    rate({ rates: { rows, tariff }, plan: undefined }, 120, answeredAt).chargeMicros
  assert.equal(price(plainTariff, noon), micros('120'))
  assert.equal(price(plainTariff, change), micros('12'))
  assert.equal(price({ ...plainTariff, repriceAtEffective: true }, noon), micros('66'))
  const shorter = rowOf('1', { prefix: '4' })
  const gap = { rates: { rows: [rowOf('60', { effectiveTo: noon }), shorter], tariff: plainTariff }, plan: undefined }
  assert.equal(rate(gap, 60).row.prefix, '4', 'where the longest prefix has a gap, the next one counts')
})

test('volume tiers are marginal: each unit has the price of the tier in which it lies', () => {
  const tiers = [
    { from: 600n, discountPpm: 100_000 },
    { from: 1200n, discountPpm: 500_000 },
  ]
  const discount = { id: 'd', name: 'volume', group, unit: 'seconds', renewal: 'monthly', priority: 1, tiers } as const
  const terms = { rates: flat(rowOf('1')), plan: planOf([], [discount]) }
  const charge = rate(terms, 1800)
  assert.equal(charge.chargeMicros, micros('10') + micros('9') + micros('5'))
  assert.deepEqual(charge.counterChanges, [{ itemId: 'd', periodFrom: at('2026-03-01T00:00'), units: 1800n }])
  // Two calls cost what one of the same length does.
  const first = rate(terms, 700)
  const between = countChanges(openCounters(terms.plan, [], noon), first.counterChanges, 'usedUnits')
  assert.equal(first.chargeMicros + rate(terms, 1100, noon, between).chargeMicros, charge.chargeMicros)
  const money = { ...discount, unit: 'money', tiers: [{ from: micros('10'), discountPpm: 1_000_000 }] } as const
  assert.equal(rate({ ...terms, plan: planOf([], [money]) }, 1800).chargeMicros, micros('10'))
})

test('a quota of money pays charges to the last cent, and may block what it does not pay', () => {
  const quota = quotaOf({ unit: 'money', amount: micros('1.50') })
  const terms = { rates: flat(rowOf('1', { connectMicros: micros('0.25') })), plan: planOf([quota]) }
  assert.equal(rate(terms, 60).chargeMicros, 0n)
  const charge = rate(terms, 120)
  assert.equal(charge.chargeMicros, micros('0.75'))
  assert.equal(charge.components.at(-1)?.amountMicros, -micros('1.50'))
  const blocking = { ...terms, plan: planOf([{ ...quota, atExhaustion: 'block' as const }]) }
  const counters = openCounters(blocking.plan, [], noon)
  const most = { amount: micros('100'), secondsMax: 3600 }
  assert.equal(affordableCall(terms, counters, { number, answeredAt: noon }, most), 3600)
  assert.equal(affordableCall(blocking, counters, { number, answeredAt: noon }, most), 75)
})

test('the connect fee is waived when the quota covers the beginning, if the quota says so', () => {
  const row = rowOf('0.10', { connectMicros: micros('0.40') })
  const price = (quota: Quota, seconds: number): bigint =>
    rate({ rates: flat(row), plan: planOf([quota]) }, seconds).chargeMicros
  assert.equal(price(quotaOf(), 60), 0n)
  assert.equal(price(quotaOf({ waivesConnect: false }), 60), micros('0.40'))
  assert.equal(price(quotaOf({ amount: 60n }), 120), micros('0.10'))
  assert.equal(price(quotaOf({ amount: 30n }), 120), micros('0.60'), 'not one whole increment fits')
})

test('what is left over is good for the periods that it rolls over to, the oldest first', () => {
  const plan = planOf([quotaOf({ rollover: 2, amount: 600n })])
  const march = openCounters(plan, [], noon)
  assert.deepEqual(
    march.map((one) => one.periodFrom),
    [at('2026-03-01T00:00'), at('2026-02-01T00:00'), at('2026-01-01T00:00')],
  )
  assert.equal(march[2]?.expiresAt, at('2026-04-01T00:00'))
  const terms = { rates: flat(rowOf('0.10')), plan }
  const charge = rate(terms, 700, noon, march)
  assert.deepEqual(
    charge.counterChanges.map(({ periodFrom, units }) => [periodFrom, units]),
    [
      [at('2026-01-01T00:00'), 600n],
      [at('2026-02-01T00:00'), 120n],
    ],
  )
  const april = openCounters(plan, countChanges(march, charge.counterChanges, 'usedUnits'), at('2026-04-01T00:00'))
  assert.equal(
    april.some((one) => one.periodFrom === at('2026-01-01T00:00')),
    false,
  )
  assert.equal(april.find((one) => one.periodFrom === at('2026-02-01T00:00'))?.usedUnits, 120n)
})

test('periods begin at local midnight; the first is a part by days; bill day 31 clamps and returns', () => {
  const open = (over: Partial<Quota>, when: string, plan: Partial<PlanTerms> = {}): Counter => {
    const [counter] = openCounters({ ...planOf([quotaOf(over)]), ...plan }, [], at(when))
    assert(counter)
    return counter
  }
  const june = { startedAt: at('2026-06-11T10:00') }
  assert.equal(open({ prorateFirst: true, amount: 18_000n }, '2026-06-12T00:00', june).grantedUnits, 12_000n)
  assert.equal(open({ prorateFirst: true, amount: 18_000n }, '2026-07-01T00:00', june).grantedUnits, 18_000n)
  assert.equal(openCounters({ ...planOf([quotaOf()]), ...june }, [], at('2026-06-11T09:59')).length, 0)
  const bill = { renewal: 'billing_period' } as const
  assert.equal(open(bill, '2026-02-28T00:00', { billDay: 31 }).periodTo, at('2026-03-31T00:00'))
  assert.equal(open(bill, '2026-02-27T23:59', { billDay: 31 }).periodFrom, at('2026-01-31T00:00'))
  const monday = open({ renewal: 'weekly' }, '2026-03-08T23:00')
  assert.deepEqual([monday.periodFrom, monday.periodTo], [at('2026-03-02T00:00'), at('2026-03-09T00:00')])
  assert.equal(monday.periodTo - monday.periodFrom, 167 * 3_600_000, 'the week in which the clock goes forward')
  const day = open({ renewal: 'daily' }, '2026-11-01T12:00')
  assert.equal(day.periodTo - day.periodFrom, 25 * 3_600_000)
})
