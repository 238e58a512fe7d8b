/** Random decks, plans and calls, and what an independent program in Python says of them. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import type { z } from 'zod'
import { operations } from '../../src/company/catalog/operations.ts'
import { simulateRating } from '../../src/company/catalog/simulate.ts'

const body = operations.simulateRating.body
type Question = z.input<typeof body>
type GivenRow = Question['deck']['rows'][number]

const zones = ['America/Toronto', 'Europe/London', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata']
const CALLS = 20
/** Around the clock changes of a spring and an autumn, and an ordinary month. */
const days = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-06-30', '2026-10-25', '2026-11-01', '2026-02-28']

const block = fc.oneof(fc.constantFrom(1, 6, 30, 60), fc.integer({ min: 1, max: 90 }))
const price = fc.oneof(
  fc.constant('0'),
  fc.integer({ min: 1, max: 9_999_999 }).map((n) => `0.${String(n).padStart(7, '0')}`),
  fc.integer({ min: 1, max: 99 }).map((n) => `${n}.25`),
)
const fee = fc.oneof(
  { weight: 3, arbitrary: fc.constant('0') },
  fc.integer({ min: 1, max: 999_999 }).map((n) => `0.${String(n).padStart(6, '0')}`),
)
const kind = fc.constantFrom('domestic' as const, 'international' as const, 'premium' as const)
const rarely = (arbitrary: fc.Arbitrary<number>) => fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, arbitrary)
const wall = fc.record({ hour: fc.nat(23), minute: fc.constantFrom(0, 30, 15, 59) }).map(({ hour, minute }) => {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
})
const instant = fc
  .record({ day: fc.constantFrom(...days), seconds: fc.integer({ min: -90_000, max: 90_000 }) })
  .map(({ day, seconds }) => Temporal.Instant.from(`${day}T05:00Z`).add({ seconds }).toString())

const terms = fc.record({
  connect: fee,
  firstSeconds: block,
  firstPrice: price,
  nextSeconds: block,
  nextPrice: price,
  graceSeconds: rarely(fc.nat(10)),
  minimum: fee,
  freeSeconds: rarely(fc.nat(90)),
  connectWhenFree: fc.boolean(),
  surcharge: fc.constantFrom('0', '0', '2.5', '0.0001', '120'),
  interval: fc.constantFrom('after_first' as const, 'total' as const),
})

/** The rows of a prefix: one always, one in two halves, one with a time of day beside it. */
const prefixRows = fc
  .record({
    prefix: fc.stringMatching(/^1[1-3]{0,3}$/),
    class: kind,
    shape: fc.constantFrom('plain', 'dated', 'timed'),
    terms: fc.array(terms, { minLength: 2, maxLength: 2 }),
    change: instant,
  })
  .map(({ prefix, class: is, shape, terms: [one, two], change }): GivenRow[] => {
    const base = { prefix, class: is, destination: `D${prefix}`, direction: 'outbound' as const }
    const [first, second] = [
      { ...base, ...one! },
      { ...base, ...two! },
    ]
    if (shape === 'plain') return [first]
    if (shape === 'dated')
      return [
        { ...first, effectiveTo: change },
        { ...second, effectiveFrom: change },
      ]
    return [first, { ...second, period: 'evening' }]
  })

const deck = fc.record({
  currency: fc.constant('CAD'),
  zone: fc.constantFrom(...zones),
  periods: fc
    .record({ from: wall, to: wall, weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }) })
    .map((window) => [{ name: 'evening', windows: [window] }]),
  repriceAtPeriod: fc.boolean(),
  repriceAtEffective: fc.boolean(),
  rounding: fc.record({
    mode: fc.constantFrom('half-up' as const, 'half-even' as const, 'up' as const, 'down' as const),
    digits: fc.integer({ min: 2, max: 6 }),
  }),
  rows: fc
    .uniqueArray(prefixRows, { minLength: 1, maxLength: 6, selector: (rows) => rows[0]!.prefix })
    .map((groups) => groups.flat()),
})

const renewal = fc.constantFrom('daily' as const, 'weekly' as const, 'monthly' as const, 'billing_period' as const)
const group = {
  direction: fc.constant('outbound' as const),
  classes: fc.subarray(['domestic', 'international'] as const).map((all) => [...all]),
  prefixes: fc.constantFrom('11', '1', '12').map((prefix) => [prefix]),
}
const quota = fc.record({
  ...group,
  unit: fc.constantFrom('seconds' as const, 'seconds' as const, 'money' as const),
  amount: fc.integer({ min: 1, max: 4000 }).map(String),
  firstSeconds: block,
  nextSeconds: block,
  renewal,
  rollover: fc.nat(3),
  prorateFirst: fc.boolean(),
  priority: fc.nat(3),
  waivesConnect: fc.boolean(),
})
const discount = fc.record({
  ...group,
  unit: fc.constantFrom('seconds' as const, 'money' as const),
  renewal,
  priority: fc.nat(3),
  tiers: fc
    .uniqueArray(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 3 })
    .map((all) =>
      all.toSorted((a, b) => a - b).map((from, at) => ({ from: String(from), percent: String(10 + at * 20) })),
    ),
})
const plan = fc.record({
  zone: fc.constantFrom(...zones),
  billDay: fc.integer({ min: 1, max: 31 }),
  startedAt: fc.constantFrom('2025-06-11T12:00:00Z', '2026-02-20T02:00:00Z', '2026-03-01T00:00:00Z'),
  quotas: fc
    .array(quota, { maxLength: 3 })
    .map((all) => all.map((one, at) => ({ ...one, id: `q${at}`, name: `q${at}` }))),
  discounts: fc
    .array(discount, { maxLength: 2 })
    .map((all) => all.map((one, at) => ({ ...one, id: `d${at}`, name: `d${at}` }))),
})
const call = fc.record({
  to: fc.stringMatching(/^\+1[1-4]{9}$/),
  answeredAt: instant,
  durationMs: fc.oneof(
    fc.integer({ min: 0, max: 400_000 }),
    fc.integer({ min: 0, max: 3600 }).map((s) => s * 1000),
  ),
  splitAt: fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 4 }),
})
/** Calls in the order of their answers, as they come. */
const calls = fc
  .array(call, { minLength: CALLS, maxLength: CALLS })
  .map((all) => all.toSorted((a, b) => (a.answeredAt < b.answeredAt ? -1 : 1)))

const anyQuestion: fc.Arbitrary<Question> = fc.record({ deck, plan, calls })

const oracle = fileURLToPath(new URL('plans.py', import.meta.url))

type Opinion = {
  readonly prefix: string | null
  readonly charge: string
  readonly billed: number
  readonly quota: number
}

/** Rates random calls here and there; gives how many were compared, undefined where there is no Python. */
export function compareWithOracle(
  count: number,
  seed: number,
): { readonly compared: number; readonly charged: number } | undefined {
  const questions = fc.sample(anyQuestion, { numRuns: Math.ceil(count / CALLS), seed })
  const parsed = questions.map((question) => body.parse(question))
  const input = parsed.map((question) => JSON.stringify(question)).join('\n')
  const ran = spawnSync('python3', [oracle], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
  if (ran.error && process.env['CI'] !== 'true') return undefined
  assert.equal(ran.status, 0, ran.stderr)
  const answers = ran.stdout.trim().split('\n')
  assert.equal(answers.length, parsed.length)
  let [compared, charged] = [0, 0]
  parsed.forEach((question, at) => {
    const ours = simulateRating(question, 0)
    assert(ours.ok, ours.ok ? '' : ours.failure.message)
    const theirs = JSON.parse(answers[at]!) as Opinion[]
    ours.value.calls.forEach((one, index) => {
      const mine = {
        prefix: one.prefix,
        charge: String(one.chargeMicros),
        billed: one.billedSeconds,
        quota: one.quotaSeconds,
      }
      const which = `seed ${seed}, question ${at}, call ${index}: ${JSON.stringify(questions[at])}`
      assert.deepEqual(mine, theirs[index], which)
      const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)
      assert.equal(sum(one.components.map((part) => part.amountMicros)), one.chargeMicros, which)
      if (one.slices.length > 0) assert.equal(sum(one.slices.map((part) => part.chargeMicros)), one.chargeMicros, which)
      assert(
        one.slices.every((part) => part.chargeMicros >= 0n),
        which,
      )
      compared++
      if (one.chargeMicros > 0n) charged++
    })
  })
  return { compared, charged }
}
