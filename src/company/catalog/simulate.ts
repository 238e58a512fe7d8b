/** Prices calls against a deck and a plan that came with the question; nothing is stored or read. */

import { formatDecimal, formatMicros, formatNanos, ok, type Currency, type Result } from '../../base/index.ts'
import type { InputOf, OutputOf } from '../../platform/http/index.ts'
import {
  affordableCall,
  compileRateTable,
  countChanges,
  durationSeconds,
  explainCharge,
  openCounters,
  rateCall,
  type CallCharge,
  type ChargeComponent,
  type Counter,
  type PlanTerms,
  type RateRow,
  type RateTable,
  type RatingTerms,
} from '../rating/index.ts'
import type { DeckInvalid, PlanInvalid } from './errors.ts'
import type { operations } from './operations.ts'
import { planOf, rowsOf, tariffOf, usedCounters } from './read-terms.ts'

type Simulation = InputOf<typeof operations.simulateRating>['body']
type Simulated = OutputOf<typeof operations.simulateRating>
type SimulatedCall = Simulated['calls'][number]
type GivenCall = Simulation['calls'][number]

/** What calls are rated by, and what the earlier ones left of it. */
type Stage = {
  readonly table: RateTable
  readonly plan: PlanTerms | undefined
  readonly freeClasses: readonly RateRow['class'][]
  readonly currency: Currency
  counters: readonly Counter[]
}

/**
 * The answer of `POST /api/v1/rating/simulate`. `now` is when calls without an answer time are answered. Fails when
 * rows of a prefix are in force at once, or the plan contradicts itself.
 */
export function simulateRating(
  { deck, plan, calls }: Simulation,
  now: number,
): Result<Simulated, DeckInvalid | PlanInvalid> {
  const tariff = tariffOf({ ...deck, rounding: plan.rounding ?? deck.rounding })
  const rows = rowsOf(deck.rows, { periods: tariff.periods, interval: deck.interval })
  if (!rows.ok) return rows
  const terms = planOf(plan)
  if (!terms.ok) return terms
  const { currency } = deck
  const table = compileRateTable(rows.value, tariff)
  const stage: Stage = { table, plan: terms.value, freeClasses: plan.freeClasses, currency, counters: [] }
  const firstAt = calls[0]?.answeredAt ?? now
  if (terms.value) {
    const used = usedCounters(terms.value, openCounters(terms.value, [], firstAt), plan.counters)
    if (!used.ok) return used
    stage.counters = used.value
  }
  return ok(simulateCalls(stage, calls, now))
}

/** Rates calls one after the other; `now` is when those without an answer time are answered. */
export function simulateCalls(stage: Stage, calls: readonly GivenCall[], now: number): Simulated {
  const priced = calls.map((call) => simulateCall(stage, call, call.answeredAt ?? now))
  const sum = (of: (call: SimulatedCall) => number): number => priced.reduce((total, call) => total + of(call), 0)
  const lastAt = calls.at(-1)?.answeredAt ?? now
  return {
    currency: stage.currency,
    calls: priced,
    counters: stage.plan ? openCounters(stage.plan, stage.counters, lastAt).map(shownCounter(stage.plan)) : [],
    totals: {
      count: priced.length,
      durationSeconds: sum((call) => call.durationSeconds),
      billedSeconds: sum((call) => call.billedSeconds),
      quotaSeconds: sum((call) => call.quotaSeconds),
      chargeMicros: priced.reduce((total, call) => total + call.chargeMicros, 0n),
    },
  }
}

function simulateCall(stage: Stage, call: GivenCall, answeredAt: number): SimulatedCall {
  const { table, plan } = stage
  const { to, direction } = call
  const seconds = durationSeconds(0, call.durationMs)
  const row = table.match(direction, to, answeredAt)
  const base = { id: call.id ?? null, to, direction, answeredAt, durationSeconds: seconds, ...describe(row) }
  const nothing = { billedSeconds: 0, quotaSeconds: 0, chargeMicros: 0n, allowedSeconds: null }
  const without = { ...base, ...nothing, components: [], slices: [], counters: [] }
  const ended = (outcome: 'free' | 'refused', reason: string, why: string): SimulatedCall => ({
    ...without,
    outcome,
    reason,
    explanation: [why],
  })
  if (call.onnet) return ended('free', 'onnet', 'the far end is one of our own: calls inside the house are free')
  if (!row) return ended('refused', 'no_rate', `no prefix of the deck fits ${to} ${direction}`)
  if (row.blocked) return ended('refused', 'blocked', `${row.destination}: prefix ${row.prefix} is blocked`)
  if (seconds === 0) return ended('free', 'unanswered', 'the call was not answered')
  if (stage.freeClasses.includes(row.class)) {
    return ended('free', 'free_class', `${row.class} calls are free under this plan`)
  }
  const terms: RatingTerms = { rates: table.rates(direction, to), plan }
  const counters = plan ? openCounters(plan, stage.counters, answeredAt) : []
  const rated = { number: to, answeredAt, seconds }
  const charge = rateCall(terms, counters, rated)
  if (!charge) return ended('refused', 'no_rate', `no prefix of the deck fits ${to} ${direction}`)
  stage.counters = countChanges(counters, charge.counterChanges, 'usedUnits')
  const most = { amount: 10n ** 18n, secondsMax: seconds }
  return {
    ...base,
    outcome: charge.chargeMicros === 0n ? 'free' : 'charged',
    reason: charge.reason,
    billedSeconds: charge.billedSeconds,
    quotaSeconds: charge.quotaSeconds,
    chargeMicros: charge.chargeMicros,
    allowedSeconds: charge.exceedsQuota ? affordableCall(terms, counters, rated, most) : null,
    components: charge.components.map(shownComponent),
    slices: slicesOf(terms, counters, rated, call.splitAt),
    counters: changedCounters(plan, counters, charge),
    explanation: [...explainCharge(charge, terms, rated, stage.currency)],
  }
}

function describe(row: RateRow | undefined) {
  if (!row) return { prefix: null, destination: null, class: null }
  return { prefix: row.prefix, destination: row.destination, class: row.class }
}

/** What each slice adds, rated as the call so far and by what was rated before. */
function slicesOf(
  terms: RatingTerms,
  counters: readonly Counter[],
  call: { readonly number: string; readonly answeredAt: number; readonly seconds: number },
  splitAt: readonly number[],
): SimulatedCall['slices'] {
  if (splitAt.length === 0) return []
  const inside = splitAt.filter((second) => second < call.seconds)
  const ends = [...new Set([...inside, call.seconds])].toSorted((a, b) => a - b)
  let before = 0n
  return ends.map((untilSecond) => {
    const sofar = rateCall(terms, counters, { ...call, seconds: untilSecond })?.chargeMicros ?? 0n
    const slice = { untilSecond, chargeMicros: sofar - before }
    before = sofar
    return slice
  })
}

function shownComponent(part: ChargeComponent): SimulatedCall['components'][number] {
  return {
    kind: part.kind,
    fromSecond: part.fromSecond,
    seconds: part.seconds,
    amountMicros: part.amountMicros,
    price: part.priceNanos === undefined ? null : formatNanos(part.priceNanos),
    discountPercent: part.discountPpm ? formatDecimal(BigInt(part.discountPpm), 4, 0) : null,
    prefix: part.prefix ?? null,
    period: part.period ?? null,
    itemId: part.itemId ?? null,
    units: part.units === undefined ? null : part.units.toString(),
  }
}

type ShowUnits = (units: bigint) => string

/** Units of a quota or discount for people: seconds, or money as a decimal. */
function unitText(plan: PlanTerms | undefined, itemId: string): ShowUnits {
  const item = [...(plan?.quotas ?? []), ...(plan?.discounts ?? [])].find((one) => one.id === itemId)
  return item?.unit === 'money' ? formatMicros : (units) => units.toString()
}

function changedCounters(
  plan: PlanTerms | undefined,
  before: readonly Counter[],
  { counterChanges }: CallCharge,
): SimulatedCall['counters'] {
  const after = countChanges(before, counterChanges, 'usedUnits')
  return before.flatMap((counter, at) => {
    const text = unitText(plan, counter.itemId)
    const { itemId, periodFrom, usedUnits } = counter
    const now = after[at]!.usedUnits
    return now === usedUnits ? [] : [{ itemId, periodFrom, before: text(usedUnits), after: text(now) }]
  })
}

function shownCounter(plan: PlanTerms) {
  return (counter: Counter): Simulated['counters'][number] => {
    const { itemId, periodFrom, periodTo, expiresAt } = counter
    const text = unitText(plan, itemId)
    const [granted, used, reserved] = [counter.grantedUnits, counter.usedUnits, counter.reservedUnits].map(text)
    return { itemId, periodFrom, periodTo, expiresAt, granted: granted!, used: used!, reserved: reserved! }
  }
}
