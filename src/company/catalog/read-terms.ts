/** Decks and plans as they come with a question, made into what is rated by. */

import type { z } from 'zod'
import { assert, ok, parseDecimal, parseMicros, parseNanos, type Result } from '../../base/index.ts'
import {
  doOverlap,
  type Counter,
  type Discount,
  type PlanTerms,
  type Quota,
  type RateRow,
  type Tariff,
  type VolumeUnit,
} from '../rating/index.ts'
import { deckInvalid, planInvalid, type DeckInvalid, type LineFault, type PlanInvalid } from './errors.ts'
import type { counterState, inlineDiscount, inlineQuota, interval, rateRow, tariff } from './schemas.ts'

const minutesOf = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) % 1440

/** Times of day as minutes. */
export function tariffOf(given: z.output<typeof tariff>): Tariff {
  const { zone, repriceAtPeriod, repriceAtEffective, rounding } = given
  const periods = given.periods.map(({ name, windows }) => ({
    name,
    windows: windows.map(({ weekdays, from, to }) => ({
      weekdays,
      fromMinute: minutesOf(from),
      toMinute: minutesOf(to),
    })),
  }))
  return { zone, periods, repriceAtPeriod, repriceAtEffective, rounding }
}

type GivenRow = z.output<typeof rateRow>
type DeckDefaults = { readonly periods: Tariff['periods']; readonly interval: z.output<typeof interval> }

/** A deck's rows with their decimals as integers; of the rows of a prefix, one is in force at an instant. */
export function rowsOf(given: readonly GivenRow[], defaults: DeckDefaults): Result<RateRow[], DeckInvalid> {
  const faults: LineFault[] = []
  const byPrefix = new Map<string, RateRow[]>()
  const rows = given.map((row, at): RateRow => {
    const fault = (message: string): void => void faults.push({ line: at + 1, message })
    const read = rowOf(row, defaults.interval, fault)
    if (read.period !== undefined && !defaults.periods.some(({ name }) => name === read.period)) {
      fault(`"${read.period}" is no time of day of this deck`)
    }
    if ((read.effectiveFrom ?? -Infinity) >= (read.effectiveTo ?? Infinity)) fault('it ends before it begins')
    const key = `${row.direction} ${row.prefix}`
    const others = byPrefix.get(key) ?? []
    if (others.some((other) => doOverlap(other, read))) fault(`${key} stands in the deck twice`)
    byPrefix.set(key, [...others, read])
    return read
  })
  return faults.length > 0 ? deckInvalid(faults) : ok(rows)
}

function rowOf(row: GivenRow, otherwise: DeckDefaults['interval'], fault: (message: string) => void): RateRow {
  const amount = (text: string, parse: (text: string) => Result<bigint>): bigint => {
    const read = parse(text)
    if (read.ok) return read.value
    fault(read.failure.message)
    return 0n
  }
  const { connect, firstPrice, nextPrice, minimum, surcharge, ...rest } = row
  const { freeSeconds, connectWhenFree, interval: own, period, effectiveFrom, effectiveTo, ...plain } = rest
  const surchargePpm = Number(amount(surcharge, (text) => parseDecimal(text, 4)))
  return {
    ...plain,
    connectMicros: amount(connect, parseMicros),
    firstNanos: amount(firstPrice, parseNanos),
    nextNanos: amount(nextPrice, parseNanos),
    minimumMicros: amount(minimum, parseMicros),
    interval: own ?? otherwise,
    freeSeconds,
    connectWhenFree,
    surchargePpm,
    ...(period === undefined ? {} : { period }),
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    ...(effectiveTo === undefined ? {} : { effectiveTo }),
  }
}

/** A volume as units: whole seconds, or micros; undefined for a part of a second. */
function unitsOf(text: string, unit: VolumeUnit): bigint | undefined {
  const read = parseDecimal(text, unit === 'money' ? 6 : 0)
  return read.ok ? read.value : undefined
}

/** A quota's terms without its group. */
export function quotaOf<T extends Omit<z.output<typeof inlineQuota>, 'id'>>(
  given: T,
): Result<Omit<T, 'amount'> & { readonly amount: bigint }, PlanInvalid> {
  const amount = unitsOf(given.amount, given.unit)
  if (amount === undefined || amount === 0n) return planInvalid(`the quota "${given.name}" has no whole amount`)
  return ok({ ...given, amount })
}

/** A discount's terms without its group. */
export function discountOf<T extends Omit<z.output<typeof inlineDiscount>, 'id'>>(
  given: T,
): Result<Omit<T, 'tiers'> & { readonly tiers: Discount['tiers'] }, PlanInvalid> {
  const tiers: Discount['tiers'][number][] = []
  for (const tier of given.tiers) {
    const from = unitsOf(tier.from, given.unit)
    const ppm = parseDecimal(tier.percent, 4)
    assert(ppm.ok, 'the door let a percentage through that is none')
    const last = tiers.at(-1)
    if (from === undefined || (last && from <= last.from)) {
      return planInvalid(`the tiers of "${given.name}" do not rise, or begin within a second`)
    }
    tiers.push({ from, discountPpm: Number(ppm.value) })
  }
  return ok({ ...given, tiers })
}

type GivenPlan = {
  readonly zone: string
  readonly billDay: number
  readonly startedAt?: number | undefined
  readonly quotas: readonly z.output<typeof inlineQuota>[]
  readonly discounts: readonly z.output<typeof inlineDiscount>[]
  readonly counters: readonly z.output<typeof counterState>[]
}

/** A plan that came with the question; fails where it contradicts itself. */
export function planOf(given: GivenPlan): Result<PlanTerms | undefined, PlanInvalid> {
  if (given.quotas.length + given.discounts.length === 0) return ok(undefined)
  const ids = [...given.quotas, ...given.discounts].map((one) => one.id)
  if (new Set(ids).size < ids.length) return planInvalid('two quotas or discounts have one id')
  const quotas: Quota[] = []
  for (const one of given.quotas) {
    const read = quotaOf(one)
    if (!read.ok) return read
    const { direction, classes, prefixes, ...rest } = read.value
    quotas.push({ ...rest, group: { id: rest.id, name: rest.name, direction, classes, prefixes } })
  }
  const discounts: Discount[] = []
  for (const one of given.discounts) {
    const read = discountOf(one)
    if (!read.ok) return read
    const { direction, classes, prefixes, ...rest } = read.value
    discounts.push({ ...rest, group: { id: rest.id, name: rest.name, direction, classes, prefixes } })
  }
  const { zone, billDay, startedAt = 0 } = given
  return ok({ id: 'inline', name: 'plan', zone, billDay, startedAt, quotas, discounts })
}

/** Puts what is used already into the counters that are open; fails on an item or period that there is not. */
export function usedCounters(
  plan: PlanTerms,
  open: readonly Counter[],
  given: GivenPlan['counters'],
): Result<readonly Counter[], PlanInvalid> {
  const counters = [...open]
  for (const state of given) {
    const item = [...plan.quotas, ...plan.discounts].find((one) => one.id === state.itemId)
    const found = counters
      .filter((one) => one.itemId === state.itemId)
      .toSorted((a, b) => b.periodFrom - a.periodFrom)
      .find((one) => state.periodFrom === undefined || one.periodFrom === state.periodFrom)
    if (!item || !found)
      return planInvalid(`no quota or discount "${state.itemId}" has this period at the first answer`)
    const [used, reserved] = [state.used, state.reserved].map((text) => unitsOf(text, item.unit))
    if (used === undefined || reserved === undefined) return planInvalid(`"${state.itemId}" counts whole seconds`)
    counters[counters.indexOf(found)] = { ...found, usedUnits: used, reservedUnits: reserved }
  }
  return ok(counters)
}
