/**
 * What a call costs under a plan: one charge with its components, and what the counters of the plan get of it.
 * Pure, and a function of the whole call only: however it was sliced while it lasted, the charge is the same.
 */

import { assert, type Micros } from '../../base/index.ts'
import { bucketsFor, changesOf, coverSeconds, payByQuota, type QuotaPart } from './cover-quota.ts'
import { isInGroup, type Counter, type CounterChange, type PlanTerms } from './plan-terms.ts'
import { NUMERATOR_PER_MICRO, PPM, roundCharge } from './price-call.ts'
import type { RateRow } from './rate-row.ts'
import { discountChange, discountFor, discountParts, rowAtAnswer, usageOf, type CallRates } from './usage.ts'

export type RatingTerms = {
  readonly rates: CallRates
  /** Undefined where the account has no plan. */
  readonly plan: PlanTerms | undefined
}

export type RatedCall = {
  /** E.164 of the far end, or of the called toll-free number. */
  readonly number: string
  readonly answeredAt: number
  /** Whole seconds of conversation; begun ones count. */
  readonly seconds: number
}

export type ComponentKind = 'free' | 'quota' | 'connect' | 'usage' | 'surcharge' | 'minimum' | 'money_quota'

/** A part of one call's charge; amounts of all parts sum to the charge. */
export type ChargeComponent = {
  readonly kind: ComponentKind
  /** From the answer. */
  readonly fromSecond: number
  readonly seconds: number
  readonly amountMicros: Micros
  /** Per minute, before the discount; of `usage`. */
  readonly priceNanos?: bigint
  readonly discountPpm?: number
  /** Row of `usage`. */
  readonly prefix?: string
  readonly period?: string
  /** Quota or discount, and what was taken of it. */
  readonly itemId?: string
  readonly units?: bigint
}

export type RatedReason = 'grace' | 'free_seconds' | 'quota' | 'minimum' | 'rated'

export type CallCharge = {
  readonly row: RateRow
  readonly chargeMicros: Micros
  /** Seconds at the row's price, whole blocks. */
  readonly billedSeconds: number
  /** Seconds that quotas gave. */
  readonly quotaSeconds: number
  readonly reason: RatedReason
  /** A quota that says "at exhaustion block" is used up before the call ends: it may not last so long. */
  readonly exceedsQuota: boolean
  readonly components: readonly ChargeComponent[]
  readonly counterChanges: readonly CounterChange[]
}

/** Numerators of this file: discount and surcharge are millionths of sixty-thousandths of a micro. */
const PER_MICRO = NUMERATOR_PER_MICRO * PPM * PPM

const untouched = {
  chargeMicros: 0n,
  billedSeconds: 0,
  quotaSeconds: 0,
  exceedsQuota: false,
  components: [],
  counterChanges: [],
} as const

/**
 * Rates an answered call; undefined when no row is in force for it. `counters` are those open at the answer
 * (`openCounters`), without what the call itself has reserved.
 */
export function rateCall(terms: RatingTerms, counters: readonly Counter[], call: RatedCall): CallCharge | undefined {
  const { seconds } = call
  assert(Number.isInteger(seconds) && seconds >= 0, 'a duration is a whole number of seconds')
  const row = rowAtAnswer(terms.rates, call.answeredAt)
  if (!row) return undefined
  const nothing = { ...untouched, row }
  if (seconds === 0 || seconds <= row.graceSeconds) return { ...nothing, reason: 'grace' }
  const free = Math.min(row.freeSeconds ?? 0, seconds)
  const components: ChargeComponent[] =
    free > 0 ? [{ kind: 'free', fromSecond: 0, seconds: free, amountMicros: 0n }] : []
  const counted = seconds - free
  if (counted === 0 && !row.connectWhenFree) return { ...nothing, components, reason: 'free_seconds' }
  const buckets = bucketsFor(terms.plan, counters, row, call.number)
  // A longer call would have its connect fee waived: a shorter one does not cost more.
  if (counted === 0 && waivesConnect(coverSeconds(buckets, 1).parts)) {
    return { ...nothing, components, reason: 'free_seconds' }
  }
  const cover = coverSeconds(buckets, counted)
  components.push(...coveredComponents(cover.parts, free))
  if (counted > 0 && cover.seconds >= counted && waivesConnect(cover.parts)) {
    const counterChanges = changesOf(cover.parts)
    return { ...nothing, quotaSeconds: cover.seconds, components, counterChanges, reason: 'quota' }
  }
  const priced = priceRest(terms, counters, call, { row, free, counted, cover })
  const step = 10n ** BigInt(6 - terms.rates.tariff.rounding.digits)
  const paid = payByQuota(buckets, priced.chargeMicros, step)
  components.push(...priced.components, ...paid.map((part) => paidComponent(part, free + counted)))
  const chargeMicros = paid.reduce((rest, part) => rest - part.units, priced.chargeMicros)
  const blocks = terms.plan?.quotas.some(
    (one) => one.atExhaustion === 'block' && isInGroup(one.group, row, call.number),
  )
  return {
    row,
    chargeMicros,
    exceedsQuota: blocks === true && cover.seconds < counted && chargeMicros > 0n,
    billedSeconds: priced.billedSeconds,
    quotaSeconds: cover.seconds,
    reason: priced.reason,
    components,
    counterChanges: [...changesOf(cover.parts), ...priced.counterChanges, ...changesOf(paid)],
  }
}

type Cover = ReturnType<typeof coverSeconds>

/** "Connect fee: waived only if the first increment is covered", by whose quota says so. */
function waivesConnect(parts: readonly QuotaPart[]): boolean {
  return parts[0]?.quota.waivesConnect ?? false
}

function coveredComponents(parts: readonly QuotaPart[], free: number): ChargeComponent[] {
  let at = free
  return parts.map(({ quota, units }) => {
    const seconds = Number(units)
    at += seconds
    return { kind: 'quota', fromSecond: at - seconds, seconds, amountMicros: 0n, itemId: quota.id, units }
  })
}

function paidComponent({ quota, units }: QuotaPart, at: number): ChargeComponent {
  return { kind: 'money_quota', fromSecond: at, seconds: 0, amountMicros: -units, itemId: quota.id, units }
}

type Rest = { readonly row: RateRow; readonly free: number; readonly counted: number; readonly cover: Cover }
type PricedRest = Pick<CallCharge, 'chargeMicros' | 'billedSeconds' | 'reason' | 'components' | 'counterChanges'>

/** What no quota of seconds covers: connect fee, blocks, discount, surcharge, minimum; rounded once. */
function priceRest(
  terms: RatingTerms,
  counters: readonly Counter[],
  call: RatedCall,
  { row, free, counted, cover }: Rest,
): PricedRest {
  const from = cover.seconds
  const usage = usageOf({ rates: terms.rates, row, answeredAt: call.answeredAt, counted, from })
  const discount = discountFor(terms.plan, row, call.number)
  const counter = discount && counters.find((one) => one.itemId === discount.id)
  const applied = counter && discount
  const volume = counter ? counter.usedUnits + counter.reservedUnits : 0n
  const parts = discountParts(applied, volume, usage)
  const amounts: { component: Omit<ChargeComponent, 'amountMicros'>; numerator: bigint }[] = []
  let surcharge = 0n
  const add = (component: Omit<ChargeComponent, 'amountMicros'>, net: bigint, by: RateRow): void => {
    amounts.push({ component, numerator: net * PPM })
    surcharge += net * BigInt(by.surchargePpm ?? 0)
  }
  if (row.connectMicros > 0n && !(from > 0 && waivesConnect(cover.parts))) {
    add({ kind: 'connect', fromSecond: 0, seconds: 0 }, row.connectMicros * NUMERATOR_PER_MICRO * PPM, row)
  }
  for (const part of parts) {
    const { priceNanos, discountPpm, seconds, row: by } = part
    const shown = { fromSecond: free + part.fromSecond, seconds, priceNanos, prefix: by.prefix }
    const period = by.period === undefined ? {} : { period: by.period }
    const item = discountPpm > 0 && discount ? { discountPpm, itemId: discount.id } : {}
    add({ kind: 'usage', ...shown, ...period, ...item }, part.numerator, by)
  }
  const end = { fromSecond: free + counted, seconds: 0 }
  if (surcharge > 0n) amounts.push({ component: { kind: 'surcharge', ...end }, numerator: surcharge })
  const sum = amounts.reduce((total, { numerator }) => total + numerator, 0n)
  const missing = row.minimumMicros * PER_MICRO - sum
  if (missing > 0n) amounts.push({ component: { kind: 'minimum', ...end }, numerator: missing })
  let [exact, shown] = [0n, 0n]
  // Each part gets what it adds to the rounded sum, so that the parts sum to the charge.
  const components = amounts.map(({ component, numerator }) => {
    exact += numerator
    const rounded = roundCharge(exact, PER_MICRO, terms.rates.tariff.rounding)
    const amountMicros = rounded - shown
    shown = rounded
    return { ...component, amountMicros }
  })
  const change = applied && counter && discountChange(applied, counter, usage)
  return {
    chargeMicros: shown,
    billedSeconds: usage.reduce((total, part) => total + part.seconds, 0),
    reason: missing > 0n ? 'minimum' : counted === 0 ? 'free_seconds' : 'rated',
    components,
    counterChanges: change ? [change] : [],
  }
}
