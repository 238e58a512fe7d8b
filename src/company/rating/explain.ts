/** The computation of a charge, line by line, for whoever asks "why 3.42?". */

import { formatDecimal, formatMicros, formatNanos, type Currency } from '../../base/index.ts'
import { chargeNumerator, NUMERATOR_PER_MICRO, priceCall } from './price-call.ts'
import { toMicros, type RateRow, type Rounding } from './rate-row.ts'

/** Parts of a micro as a decimal of twelve places; the digits after them are cut off. */
function exactText(numerator: bigint, perMicro = NUMERATOR_PER_MICRO): string {
  const scaled = (numerator * 1_000_000n) / perMicro
  const isExact = (numerator * 1_000_000n) % perMicro === 0n
  return `${formatDecimal(scaled, 12, 2)}${isExact ? '' : '…'}`
}

/** Plain sentences from the matched prefix to the rounded amount; deterministic, without personal data. */
export function explainCall(
  row: RateRow,
  seconds: number,
  currency: Currency,
  rounding: Rounding = toMicros,
): readonly string[] {
  const price = priceCall(row, seconds, rounding)
  const lines = [rowText(row)]
  const nothing = `${formatMicros(0n)} ${currency}`
  if (price.reason === 'grace') {
    return [...lines, `${seconds} s is within the ${row.graceSeconds} s that are free: ${nothing}`]
  }
  if (price.reason === 'free_seconds') {
    return [...lines, `the first ${row.freeSeconds} s are free and cover the call: ${nothing}`]
  }
  if (row.freeSeconds) lines.push(`the first ${row.freeSeconds} s are free`)
  const counted = row.freeSeconds ? `${Math.max(0, seconds - row.freeSeconds)} s counted` : `${seconds} s`
  lines.push(`${counted}, billed ${blocksText(row)}: ${price.billedSeconds} s`)
  if (row.connectMicros > 0n) lines.push(`connect fee: ${formatMicros(row.connectMicros)}`)
  if (price.billedSeconds > 0) {
    const first = BigInt(row.firstSeconds) * row.firstNanos
    lines.push(`first ${row.firstSeconds} s at ${formatNanos(row.firstNanos)} a minute: ${exactText(first)}`)
  }
  const nextSeconds = price.billedSeconds - row.firstSeconds
  if (nextSeconds > 0) {
    const next = BigInt(nextSeconds) * row.nextNanos
    lines.push(`next ${nextSeconds} s at ${formatNanos(row.nextNanos)} a minute: ${exactText(next)}`)
  }
  if (row.surchargePpm) lines.push(`surcharge: ${percentText(row.surchargePpm)}`)
  const { numerator, perMicro } = chargeNumerator(row, price.billedSeconds)
  const sum = exactText(numerator, perMicro)
  const rounded = `rounded once (${rounding.mode}, ${rounding.digits} decimals)`
  if (price.reason === 'minimum') {
    lines.push(`sum: ${sum}, below the minimum of ${formatMicros(row.minimumMicros)}`)
  } else {
    lines.push(`sum: ${sum}, ${rounded}`)
  }
  return [...lines, `charge: ${formatMicros(price.chargeMicros)} ${currency}`]
}

/** What a row is found by, for people. */
export function rowText(row: RateRow): string {
  const period = row.period === undefined ? '' : `, ${row.period}`
  return `${row.destination}: prefix ${row.prefix}, ${row.direction}, ${row.class}${period}`
}

/** How a row counts its seconds, for people. */
export function blocksText({ firstSeconds, nextSeconds, interval }: RateRow): string {
  const first = `in a first block of ${firstSeconds} s`
  if (interval === 'total') return `${first}, a longer call in whole multiples of ${nextSeconds} s`
  return `${first} and then blocks of ${nextSeconds} s`
}

/** Millionths as percent: 25000 is `2.5 %`. */
export function percentText(ppm: number): string {
  return `${formatDecimal(BigInt(ppm), 4, 0)} %`
}
