/** Prices calls against a deck and a plan that came with the question; nothing is stored or read. */

import { ok, parseMicros, parseNanos, type Result } from '../../base/index.ts'
import type { InputOf, OutputOf } from '../../platform/http/index.ts'
import { compileRateTable, durationSeconds, explainCall, priceCall, type RateRow } from '../rating/index.ts'
import { deckInvalid, type DeckInvalid } from './errors.ts'
import type { operations } from './operations.ts'

type Simulation = InputOf<typeof operations.simulateRating>['body']
type Simulated = OutputOf<typeof operations.simulateRating>
type SimulatedCall = Simulated['calls'][number]

/** The answer of `POST /api/v1/rating/simulate`; fails when the deck holds a prefix twice. */
export function simulateRating({ deck, plan, calls }: Simulation): Result<Simulated, DeckInvalid> {
  const rows = readRows(deck.rows)
  if (!rows.ok) return rows
  const table = compileRateTable(rows.value)
  const priced = calls.map((call): SimulatedCall => {
    const seconds = durationSeconds(0, call.durationMs)
    const row = table.match(call.direction, call.to)
    const { to, direction } = call
    const base = { id: call.id ?? null, to, direction, durationSeconds: seconds, ...describe(row) }
    const nothing = { billedSeconds: 0, chargeMicros: 0n }
    const free = (reason: string, why: string): SimulatedCall =>
      ({ ...base, ...nothing, outcome: 'free', reason, explanation: [why] }) as const
    const refused = (reason: string, why: string): SimulatedCall =>
      ({ ...base, ...nothing, outcome: 'refused', reason, explanation: [why] }) as const
    if (call.onnet) return free('onnet', 'the far end is one of our own: calls inside the house are free')
    if (!row) return refused('no_rate', `no prefix of the deck fits ${to} ${direction}`)
    if (row.blocked) return refused('blocked', `${row.destination}: prefix ${row.prefix} is blocked`)
    if (seconds === 0) return free('unanswered', 'the call was not answered')
    if (plan.freeClasses.includes(row.class)) return free('free_class', `${row.class} calls are free under this plan`)
    const price = priceCall(row, seconds, plan.rounding)
    const outcome = price.chargeMicros === 0n ? 'free' : 'charged'
    return { ...base, ...price, outcome, explanation: [...explainCall(row, seconds, deck.currency, plan.rounding)] }
  })
  const sum = <Value>(of: (call: SimulatedCall) => Value, add: (a: Value, b: Value) => Value, zero: Value): Value =>
    priced.map(of).reduce(add, zero)
  const numbers = (a: number, b: number): number => a + b
  return ok({
    currency: deck.currency,
    calls: priced,
    totals: {
      count: priced.length,
      durationSeconds: sum((call) => call.durationSeconds, numbers, 0),
      billedSeconds: sum((call) => call.billedSeconds, numbers, 0),
      chargeMicros: sum(
        (call) => call.chargeMicros,
        (a, b) => a + b,
        0n,
      ),
    },
  })
}

function describe(row: RateRow | undefined) {
  if (!row) return { prefix: null, destination: null, class: null }
  return { prefix: row.prefix, destination: row.destination, class: row.class }
}

/** The deck's rows with their decimals as integers; a prefix may stand there once for each direction. */
function readRows(given: Simulation['deck']['rows']): Result<RateRow[], DeckInvalid> {
  const faults: { line: number; message: string }[] = []
  const seen = new Set<string>()
  const rows = given.map((row, at): RateRow => {
    const amount = (text: string, parse: typeof parseMicros): bigint => {
      const read = parse(text)
      if (read.ok) return read.value
      faults.push({ line: at + 1, message: read.failure.message })
      return 0n
    }
    const key = `${row.direction} ${row.prefix}`
    if (seen.has(key)) faults.push({ line: at + 1, message: `${key} stands in the deck twice` })
    seen.add(key)
    const { connect, firstPrice, nextPrice, minimum, ...rest } = row
    return {
      ...rest,
      connectMicros: amount(connect, parseMicros),
      firstNanos: amount(firstPrice, parseNanos),
      nextNanos: amount(nextPrice, parseNanos),
      minimumMicros: amount(minimum, parseMicros),
    }
  })
  return faults.length > 0 ? deckInvalid(faults) : ok(rows)
}
