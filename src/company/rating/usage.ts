/**
 * The conversation that is paid for, cut where its price changes: at the end of the first block, where the clock
 * switches the row, where a volume discount begins. A block belongs to the row that is in force when it begins.
 */

import { blocksEnd } from './blocks.ts'
import { isInGroup, type Counter, type CounterChange, type Discount, type PlanTerms } from './plan-terms.ts'
import { NUMERATOR_PER_MICRO, PPM } from './price-call.ts'
import { toMicros, type RateRow } from './rate-row.ts'
import { periodAt, periodBoundaries, rowInForce, type Tariff } from './tariff.ts'

/** The rows that fit a call's number, longest prefix first, and what is true of their deck. */
export type CallRates = { readonly rows: readonly RateRow[]; readonly tariff: Tariff }

/** Whether the row at the answer alone says what a call costs: no times or dates, the rounding of the house. */
export function isPlain({ rows, tariff }: CallRates): boolean {
  if (tariff.rounding.mode !== toMicros.mode || tariff.rounding.digits !== toMicros.digits) return false
  return rows.every((row) => row.period === undefined && (row.effectiveFrom ?? row.effectiveTo) === undefined)
}

/** Whole blocks, or a part of them, at one price. */
export type UsagePart = {
  readonly row: RateRow
  /** Of the counted conversation: after the free seconds. */
  readonly fromSecond: number
  readonly seconds: number
  /** Per minute, without the discount. */
  readonly priceNanos: bigint
  readonly discountPpm: number
}

/** The row by which a call begins: in force at its answer. */
export function rowAtAnswer({ rows, tariff }: CallRates, answeredAt: number): RateRow | undefined {
  return rowInForce(rows, answeredAt, periodAt(tariff, answeredAt))
}

type Segment = { readonly row: RateRow; readonly until: number }

/** Rows in force along a call, each until a second of the counted conversation, that one left out. */
function segmentsOf(rates: CallRates, row: RateRow, answeredAt: number, counted: number): readonly Segment[] {
  const { rows, tariff } = rates
  const begins = answeredAt + (row.freeSeconds ?? 0) * 1000
  const ends = begins + counted * 1000
  const switches = new Set(tariff.repriceAtPeriod ? periodBoundaries(tariff, answeredAt, ends) : [])
  if (tariff.repriceAtEffective) {
    for (const one of rows) {
      for (const at of [one.effectiveFrom, one.effectiveTo]) {
        if (at !== undefined && at > answeredAt && at < ends) switches.add(at)
      }
    }
  }
  const segments: Segment[] = []
  let inForce = row
  for (const at of [...switches].toSorted((a, b) => a - b)) {
    const effectiveMs = tariff.repriceAtEffective ? at : answeredAt
    const period = periodAt(tariff, tariff.repriceAtPeriod ? at : answeredAt)
    // Where nothing is in force, a call in progress keeps what it has.
    const next = rowInForce(rows, effectiveMs, period) ?? inForce
    if (next === inForce) continue
    // A block that begins in the second of the switch, or after it, is the next row's.
    segments.push({ row: inForce, until: Math.ceil((at - begins) / 1000) })
    inForce = next
  }
  segments.push({ row: inForce, until: Infinity })
  return segments
}

export type UsageRequest = {
  readonly rates: CallRates
  readonly row: RateRow
  readonly answeredAt: number
  /** Seconds after the free ones; those below `from` are covered by a quota. */
  readonly counted: number
  readonly from: number
}

/** The blocks of a call from `from` on, as parts with a price each. */
export function usageOf({ rates, row, answeredAt, counted, from }: UsageRequest): readonly UsagePart[] {
  const parts: UsagePart[] = []
  let position = from
  for (const { row: inForce, until } of segmentsOf(rates, row, answeredAt, counted)) {
    if (position >= counted) break
    if (position >= until) continue
    if (position === 0) {
      parts.push(partOf(inForce, 0, inForce.firstSeconds, inForce.firstNanos))
      position = inForce.firstSeconds
    }
    const last = Math.min(counted, until)
    if (position >= last) continue
    const end = blocksEnd(inForce, position, last)
    parts.push(partOf(inForce, position, end - position, inForce.nextNanos))
    position = end
  }
  return parts
}

function partOf(row: RateRow, fromSecond: number, seconds: number, priceNanos: bigint): UsagePart {
  return { row, fromSecond, seconds, priceNanos, discountPpm: 0 }
}

/** A part's price without discount and surcharge, in sixty-thousandths of a micro. */
const grossOf = (part: UsagePart): bigint => BigInt(part.seconds) * part.priceNanos

/** The volume discount of a call: the first by priority that fits. */
export function discountFor(plan: PlanTerms | undefined, row: RateRow, number: string): Discount | undefined {
  return plan?.discounts
    .filter((discount) => isInGroup(discount.group, row, number))
    .toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))[0]
}

/** One part of a call's amount that is discounted alike; amounts in millionths of its numerator. */
export type DiscountedPart = UsagePart & { readonly numerator: bigint }

/**
 * Applies marginal tiers to parts that begin at a volume; seconds are cut at the threshold, money by amount. Gives
 * net amounts in 60,000 millionths of a micro.
 */
export function discountParts(
  discount: Discount | undefined,
  volume: bigint,
  parts: readonly UsagePart[],
): readonly DiscountedPart[] {
  const found: DiscountedPart[] = []
  const scale = discount?.unit === 'money' ? NUMERATOR_PER_MICRO : 1n
  let at = volume * scale
  for (const part of parts) {
    if (!discount) {
      found.push({ ...part, numerator: grossOf(part) * PPM })
      continue
    }
    const size = discount.unit === 'money' ? grossOf(part) : BigInt(part.seconds)
    for (const cut of cutAtTiers(discount, scale, at, size)) {
      const isWhole = cut.size === size
      const gross = discount.unit === 'money' ? cut.size : cut.size * part.priceNanos
      // Where an amount is cut, the second in which it happens goes to the part before the cut.
      const ends = isWhole || size === 0n ? part.seconds : Number((cut.end * BigInt(part.seconds) + size - 1n) / size)
      const begins = isWhole ? 0 : Number((cut.begin * BigInt(part.seconds) + size - 1n) / size)
      found.push({
        ...part,
        fromSecond: part.fromSecond + begins,
        seconds: ends - begins,
        discountPpm: cut.discountPpm,
        numerator: gross * (PPM - BigInt(cut.discountPpm)),
      })
    }
    at += size
  }
  return found
}

type Cut = { readonly begin: bigint; readonly end: bigint; readonly size: bigint; readonly discountPpm: number }

/** `size` units from `at` on, cut where a tier begins. */
function cutAtTiers({ tiers }: Discount, scale: bigint, at: bigint, size: bigint): readonly Cut[] {
  const edges = tiers.map(({ from }) => from * scale).filter((edge) => edge > at && edge < at + size)
  const ends = [...edges, at + size]
  return ends.map((end, index) => {
    const begin = index === 0 ? at : ends[index - 1]!
    const discountPpm = tiers.findLast((tier) => tier.from * scale <= begin)?.discountPpm ?? 0
    return { begin: begin - at, end: end - at, size: end - begin, discountPpm }
  })
}

/** Units that a call adds to its discount's counter: whole seconds, or micros rounded once, half-up. */
export function discountChange(
  discount: Discount,
  counter: Counter,
  parts: readonly UsagePart[],
): CounterChange | undefined {
  const sum = parts.reduce(
    (total, part) => total + (discount.unit === 'money' ? grossOf(part) : BigInt(part.seconds)),
    0n,
  )
  const units = discount.unit === 'money' ? (2n * sum + NUMERATOR_PER_MICRO) / (2n * NUMERATOR_PER_MICRO) : sum
  return units === 0n ? undefined : { itemId: discount.id, periodFrom: counter.periodFrom, units }
}
