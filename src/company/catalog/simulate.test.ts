/** Simulated calls: by a deck and plan in the question, in order, with their parts, slices and counters. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { operations } from './operations.ts'
import { simulateDeckFile, simulateQuestion } from './simulate-file.ts'
import { simulateRating } from './simulate.ts'

const body = operations.simulateRating.body
type Question = z.input<typeof body>

const row = { prefix: '44', destination: 'UK', class: 'international' } as const
const perMinute = { firstSeconds: 60, firstPrice: '0.35', nextSeconds: 60, nextPrice: '0.35' }
const deck: Question['deck'] = { currency: 'CAD', rows: [{ ...row, ...perMinute }] }
const call = { to: '+442071838750', durationMs: 60_001, answeredAt: '2026-03-10T16:00:00Z' }

const ask = (question: Question) => simulateRating(body.parse(question), 0)

function answer(question: Question) {
  const simulated = ask(question)
  assert(simulated.ok, simulated.ok ? '' : simulated.failure.message)
  return simulated.value
}

test('a simulation prices calls by its own deck and says why', () => {
  const { calls, totals } = answer({ deck, calls: [call, { ...call, onnet: true }, { ...call, to: '+331' }] })
  assert.deepEqual(
    calls.map((one) => [one.outcome, one.reason, one.chargeMicros, one.billedSeconds]),
    [
      ['charged', 'rated', 700_000n, 120],
      ['free', 'onnet', 0n, 0],
      ['refused', 'no_rate', 0n, 0],
    ],
  )
  assert.equal(totals.chargeMicros, 700_000n)
  assert.equal(ask({ deck: { ...deck, rows: [...deck.rows, ...deck.rows] }, calls: [call] }).ok, false)
})

test('F22 calls of a plan follow each other: what one uses, the next does not find', () => {
  const quota = { id: 'q', name: '10 minutes', amount: '600', classes: ['international' as const] }
  const plan = { zone: 'America/Toronto', quotas: [quota], counters: [{ itemId: 'q', used: '420' }] }
  const eight = { ...call, durationMs: 480_000, splitAt: [60, 180, 300] }
  const { calls, counters } = answer({ deck, plan, calls: [{ ...call, durationMs: 60_000 }, eight] })
  assert.deepEqual(
    calls.map((one) => [one.reason, one.chargeMicros, one.quotaSeconds, one.billedSeconds]),
    [
      ['quota', 0n, 60, 0],
      ['rated', 2_100_000n, 120, 360],
    ],
  )
  assert.deepEqual(calls[1]?.slices, [
    { untilSecond: 60, chargeMicros: 0n },
    { untilSecond: 180, chargeMicros: 350_000n },
    { untilSecond: 300, chargeMicros: 700_000n },
    { untilSecond: 480, chargeMicros: 1_050_000n },
  ])
  assert.deepEqual(calls[1].counters, [
    {
      itemId: 'q',
      periodFrom: Temporal.Instant.from('2026-03-01T05:00Z').epochMilliseconds,
      before: '480',
      after: '600',
    },
  ])
  assert.deepEqual([counters[0]?.granted, counters[0]?.used], ['600', '600'])
  const blocking = { ...plan, quotas: [{ ...quota, atExhaustion: 'block' as const }] }
  assert.equal(answer({ deck, plan: blocking, calls: [eight] }).calls[0]?.allowedSeconds, 180)
})

test('rounding, interval custom, times of day and direction come with the question', () => {
  const rounding = { mode: 'up' as const, digits: 4 }
  const worked = { ...perMinute, connect: '0.40', firstPrice: '0.20', nextSeconds: 1, nextPrice: '0.10' }
  const long = { ...call, durationMs: 130_000 }
  const one = { ...deck, rows: [{ ...row, ...worked }] }
  assert.equal(answer({ deck: one, calls: [long] }).totals.chargeMicros, 716_667n)
  assert.equal(answer({ deck: one, plan: { rounding }, calls: [long] }).totals.chargeMicros, 716_700n)
  const odd = { ...perMinute, firstSeconds: 25, nextSeconds: 8 }
  const billed = (interval: 'after_first' | 'total'): number | undefined =>
    answer({ deck: { ...deck, interval, rows: [{ ...row, ...odd }] }, calls: [{ ...call, durationMs: 26_000 }] })
      .calls[0]?.billedSeconds
  assert.deepEqual([billed('after_first'), billed('total')], [33, 32])
  const periods = [{ name: 'evening', windows: [{ from: '18:00', to: '08:00' }] }]
  const rows = [
    { ...row, ...perMinute },
    { ...row, ...perMinute, firstPrice: '0.07', nextPrice: '0.07', period: 'evening' },
    { ...row, ...perMinute, direction: 'inbound' as const, prefix: '1800', class: 'tollfree' as const },
  ]
  const timed = { ...deck, zone: 'America/Toronto', periods, rows }
  const across = { ...call, answeredAt: '2026-03-10T21:59:00Z', durationMs: 120_000 }
  const { calls } = answer({ deck: timed, calls: [across, { ...across, to: '+18005550199', direction: 'inbound' }] })
  assert.deepEqual(
    calls[0]?.components.map((part) => [part.seconds, part.price, part.period, part.amountMicros]),
    [
      [60, '0.3500', null, 350_000n],
      [60, '0.0700', 'evening', 70_000n],
    ],
  )
  assert.equal(calls[1]?.chargeMicros, 700_000n)
})

test('a question that contradicts itself is refused with the reason', () => {
  const quota = { id: 'q', name: 'half a second', amount: '0.5', prefixes: ['44'] }
  const failed = (question: Question): string | undefined => {
    const asked = ask(question)
    return asked.ok ? undefined : asked.failure.code
  }
  assert.equal(failed({ deck, plan: { quotas: [quota] }, calls: [call] }), 'catalog.plan_invalid')
  const twice = { ...quota, amount: '60' }
  assert.equal(failed({ deck, plan: { quotas: [twice, twice] }, calls: [call] }), 'catalog.plan_invalid')
  const counters = [{ itemId: 'other', used: '1' }]
  assert.equal(failed({ deck, plan: { quotas: [twice], counters }, calls: [call] }), 'catalog.plan_invalid')
  const lost = { ...deck, rows: [{ ...row, ...perMinute, period: 'never' }] }
  assert.equal(failed({ deck: lost, calls: [call] }), 'catalog.deck_invalid')
})

test('a file of a question and a file of a deck are rated as the API does', async () => {
  const question = { deck, calls: [call] }
  const rated = simulateQuestion(JSON.stringify(question), 0)
  assert(rated.ok)
  assert.equal(rated.value.totalMicros, 700_000n)
  const wire = JSON.parse(rated.value.json) as { calls: { chargeMicros: string; answeredAt: string }[] }
  assert.deepEqual([wire.calls[0]?.chargeMicros, wire.calls[0]?.answeredAt], ['700000', '2026-03-10T16:00:00.000Z'])
  for (const text of ['', '{}', 'null', '{"deck":{"rows":[]}}']) {
    const refused = simulateQuestion(text, 0)
    assert.equal(refused.ok ? '' : refused.failure.code, 'catalog.bad_question')
  }
  const csv =
    'prefix,destination,class,first_seconds,first_price,next_seconds,next_price\n44,UK,international,25,1,8,1\n'
  const asked = { zone: 'UTC', currency: 'CAD', rounding: { mode: 'half-up', digits: 2 } }
  const one = { to: '+442071838750', direction: 'outbound', durationMs: 26_000, splitAt: [] }
  const charge = async (interval: string): Promise<bigint | string> => {
    const done = await simulateDeckFile(Buffer.from(csv), { ...asked, interval, call: one }, 0)
    return done.ok ? done.value.totalMicros : done.failure.code
  }
  assert.deepEqual([await charge('after_first'), await charge('total')], [550_000n, 530_000n])
  assert.equal(await charge('other'), 'catalog.bad_question')
})
