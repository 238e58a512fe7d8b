import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { faultsOfMachine } from '../../../platform/transitions/index.ts'
import { spread } from './allocation/spread.ts'
import { lastDayOf, noticeDue } from './cards/expiry.ts'
import { isWithinCaps, nextAttempt } from './cards/retry-plan.ts'
import { adviseLimit } from './dunning/credit-limit.ts'
import { dunningMachine, dunningStages } from './dunning/dunning-status.ts'
import { nextStage, stageDue } from './dunning/stage-of.ts'
import { paymentMachine } from './payment-status.ts'
import { usualPolicy } from './policy.ts'

const DAY_MS = 86_400_000
const instant = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

test('the states of payments and of dunning are reached, left, and end where they say', () => {
  assert.deepEqual(faultsOfMachine(paymentMachine), [])
  assert.deepEqual(faultsOfMachine(dunningMachine), [])
})

test('R70 money pays the named invoice, then the oldest; what is left is credit, and nothing is paid twice', () => {
  const invoices = fc.array(fc.bigInt({ min: 0n, max: 1000n }), { maxLength: 8 })
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 5000n }), invoices, fc.nat(9), (amount, open, named) => {
      const list = open.map((openMicros, at) => ({ id: `i${at}`, openMicros }))
      const shares = spread(amount, list, `i${named}`)
      const sum = shares.reduce((all, one) => all + one.amountMicros, 0n)
      const owed = open.reduce((all, one) => all + one, 0n)
      assert.equal(sum, amount < owed ? amount : owed)
      const paid = new Map(shares.map((one) => [one.invoiceId, one.amountMicros]))
      assert.equal(paid.size, shares.length)
      for (const { id, openMicros } of list) assert.ok((paid.get(id) ?? 0n) <= openMicros)
      const order = [...list.filter(({ id }) => id === `i${named}`), ...list.filter(({ id }) => id !== `i${named}`)]
      // Whoever is paid in part is the last who is paid.
      const left = order.filter(({ id, openMicros }) => (paid.get(id) ?? 0n) < openMicros)
      for (const { id } of left.slice(1)) assert.equal(paid.get(id), undefined)
    }),
  )
})

test('R49 the limit is 2.5 expected months, and what lies outside 2 to 3 is told', () => {
  assert.deepEqual(adviseLimit(100_000_000n, 250_000_000n), {
    recommendedMicros: 250_000_000n,
    coversTenths: 25,
    verdict: 'fits',
  })
  assert.equal(adviseLimit(100_000_000n, 199_000_000n).verdict, 'too_low')
  assert.equal(adviseLimit(100_000_000n, 301_000_000n).verdict, 'too_high')
  assert.equal(adviseLimit(0n, 301_000_000n).verdict, 'unknown')
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (expected) => {
      const { recommendedMicros } = adviseLimit(expected, 0n)
      assert.ok(recommendedMicros * 2n >= expected * 5n && recommendedMicros % 10_000_000n === 0n)
      assert.equal(adviseLimit(expected, recommendedMicros).verdict, 'fits')
    }),
  )
})

test('the ladder goes by days on the wall of the zone, one step at a time', () => {
  const zone = 'America/Toronto'
  const at = (text: string): number => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds
  const due = at('2027-03-01T00:00:00')
  const stage = (text: string) => stageDue(usualPolicy.dunningDays, { oldestDueAt: due, at: at(text), zone })
  // The clocks go forward on 14 March: fifteen days are fifteen days all the same.
  assert.deepEqual(
    ['03-01T23:59', '03-02T00:00', '03-04T00:00', '03-11T00:00', '03-15T23:59', '03-16T00:00', '03-31T00:00'].map(
      (text) => stage(`2027-${text}`),
    ),
    ['current', 'overdue', 'reminder', 'final_notice', 'final_notice', 'restricted', 'suspended'],
  )
  assert.equal(stage('2027-04-30T00:00'), 'terminated')
  assert.deepEqual(
    dunningStages.map((one) => nextStage(one, 'terminated')),
    [...dunningStages.slice(1), undefined],
  )
  assert.equal(nextStage('suspended', 'reminder'), undefined)
})

test('retries come on local mornings of days 1, 3, 5 and 7, and stay under the caps of the networks', () => {
  const first = instant('2027-03-10T23:30:00-05:00')
  const zone = 'America/Toronto'
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((attempts) => nextAttempt(first, attempts, zone)?.on),
    ['2027-03-11', '2027-03-13', '2027-03-15', '2027-03-17', undefined],
  )
  // 9 in the morning before and after the clocks went forward.
  assert.equal(nextAttempt(first, 1, zone)!.at, instant('2027-03-11T09:00:00-05:00'))
  assert.equal(nextAttempt(first, 3, zone)!.at, instant('2027-03-15T09:00:00-04:00'))
  const tries = (count: number, apart: number) => Array.from({ length: count }, (_, at) => first - at * apart)
  assert.deepEqual(
    [isWithinCaps('visa', tries(14, 1), first), isWithinCaps('visa', tries(15, 1), first)],
    [true, false],
  )
  assert.ok(!isWithinCaps('mastercard', tries(10, 1), first) && isWithinCaps('mastercard', tries(10, DAY_MS), first))
})

test('a card ends with its month, and is announced 30, 7 and 1 days before', () => {
  assert.equal(lastDayOf(2028, 2).toString(), '2028-02-29')
  assert.deepEqual(
    [31, 30, 8, 7, 2, 1, 0, -1].map((days) => noticeDue(days, null)),
    [undefined, 30, 30, 7, 7, 1, 1, undefined],
  )
  assert.deepEqual([noticeDue(20, 30), noticeDue(6, 30), noticeDue(6, 7)], [undefined, 7, undefined])
})
