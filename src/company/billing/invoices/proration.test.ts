import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { secureRandom, seededRandom, toHex } from '../../../base/index.ts'
import type { InvoiceLine } from '../tables.ts'
import { billSubscription, type BilledRange } from './bill-subscription.ts'
import { cycleAfter, cycleOf, daysBetween, type Cycle } from './cycle.ts'

type Case = {
  readonly startedOn: string
  readonly endedOn: string | null
  /** Decimals, in whole cents. */
  readonly monthly: string
  readonly setup: string
  readonly billDay: number
  readonly creditsUnused: boolean
  readonly invoices: readonly string[]
}
type Line = [kind: string, from: string | null, to: string | null, cents: number]

const oracle = join(import.meta.dirname, '../../../../test/oracles/proration.py')

function askOracle(cases: readonly Case[]): Line[][][] {
  const input = cases.map((one) => JSON.stringify(one)).join('\n')
  const { stdout, stderr, status } = spawnSync('python3', [oracle], { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  assert.equal(status, 0, stderr)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line[][])
}

const micros = (decimal: string): bigint => BigInt(decimal.replace('.', '')) * 10_000n

/** Bills month after month; an end is known from its own day on. */
function billed({ startedOn, endedOn, monthly, setup, billDay, creditsUnused, invoices }: Case): Line[][] {
  const ranges: BilledRange[] = []
  let isActivated = false
  return invoices.map((day) => {
    const subscription = {
      id: 's',
      description: 'Seat',
      startedOn,
      endedOn: endedOn !== null && endedOn <= day ? endedOn : null,
      monthlyMicros: micros(monthly),
      setupMicros: micros(setup),
      proration: 'days' as const,
      creditsUnused,
      taxCode: 'telecom',
      isActivated,
      billed: [...ranges],
    }
    const lines = billSubscription(subscription, cycleOf(day, billDay), billDay)
    for (const { kind, fromDay, toDay } of lines) {
      if (kind === 'activation') isActivated = true
      else ranges.push({ from: fromDay!, to: toDay!, isCredit: kind === 'credit' })
    }
    return lines.map(lineOf)
  })
}

function lineOf({ kind, fromDay, toDay, amountMicros }: InvoiceLine): Line {
  assert.equal(amountMicros % 10_000n, 0n, 'a fee is whole cents')
  return [kind, fromDay, toDay, Number(amountMicros / 10_000n)]
}

/** The bill days from the month of a day on, that day's own included when it is one. */
function billDays(from: string, billDay: number, count: number): string[] {
  let cycle: Cycle = cycleOf(from, billDay)
  const days: string[] = cycle.from === from ? [from] : []
  while (days.length < count) {
    cycle = cycleAfter(cycle, billDay)
    days.push(cycle.from)
  }
  return days
}

const daysOfMonth = (month: string): string[] => {
  const first = Temporal.PlainDate.from(`${month}-01`)
  return Array.from({ length: first.daysInMonth }, (_, at) => first.add({ days: at }).toString())
}

test('R54 activation on every day of January, both Februaries and months with a clock change: as the oracle', () => {
  const months = ['2027-01', '2027-02', '2028-02', '2027-03', '2026-11', '2027-12']
  const cases = months.flatMap(daysOfMonth).flatMap((startedOn) =>
    ['30.00', '19.99', '0.01', '24.95'].map((monthly): Case => {
      const invoices = billDays(startedOn, 1, 3)
      const terms = { monthly, setup: '25.00', billDay: 1, creditsUnused: true }
      return { startedOn, endedOn: null, ...terms, invoices }
    }),
  )
  assert.deepEqual(cases.map(billed), askOracle(cases))
})

test('R53 R55 any bill day, start and end: fees, partial months and credits are those of the oracle', () => {
  const seed = Number(`0x${toHex(secureRandom(4))}`)
  const random = seededRandom(seed)
  const draw = (below: number): number => Buffer.from(random(4)).readUInt32BE(0) % below
  const cases = Array.from({ length: 800 }, (): Case => {
    const start = Temporal.PlainDate.from('2026-01-01').add({ days: draw(800) })
    const end = draw(3) === 0 ? null : start.add({ days: draw(200) }).toString()
    const billDay = draw(2) === 0 ? 1 : 1 + draw(31)
    const money = (): string => `${draw(100)}.${String(draw(100)).padStart(2, '0')}`
    const invoices = billDays(start.toString(), billDay, 8)
    const monthly = `${1 + draw(90)}.${String(draw(100)).padStart(2, '0')}`
    const terms = { monthly, setup: money(), billDay, creditsUnused: draw(4) > 0 }
    return { startedOn: start.toString(), endedOn: end, ...terms, invoices }
  })
  const answers = askOracle(cases)
  for (const [at, one] of cases.entries()) {
    assert.deepEqual(billed(one), answers[at], `seed ${seed}: ${JSON.stringify(one)}`)
  }
})

test('a bill day that a month does not have is its last day, and comes back', () => {
  let cycle = cycleOf('2028-01-31', 31)
  const seen: string[] = []
  for (let at = 0; at < 5; at++, cycle = cycleAfter(cycle, 31)) seen.push(cycle.from)
  assert.deepEqual(seen, ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30', '2028-05-31'])
  assert.equal(daysBetween('2026-10-01', '2026-11-01'), 31)
})
