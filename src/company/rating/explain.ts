/** The computation of a charge, line by line, for whoever asks "why 3.42?". */

import { formatDecimal, formatMicros, formatNanos, type Currency } from '../../base/index.ts'
import { chargeNumerator, NUMERATOR_PER_MICRO, priceCall } from './price-call.ts'
import { toMicros, type RateRow, type Rounding } from './rate-row.ts'

/** Sixty-thousandths of a micro as a decimal of twelve places; the digits after them are cut off. */
function exactText(numerator: bigint): string {
  const scaled = (numerator * 1_000_000n) / NUMERATOR_PER_MICRO
  const isExact = (numerator * 1_000_000n) % NUMERATOR_PER_MICRO === 0n
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
  const lines = [`${row.destination}: prefix ${row.prefix}, ${row.direction}, ${row.class}`]
  if (price.reason === 'grace') {
    return [...lines, `${seconds} s is within the ${row.graceSeconds} s that are free: ${formatMicros(0n)} ${currency}`]
  }
  lines.push(
    `${seconds} s, billed in a first block of ${row.firstSeconds} s and then blocks of ${row.nextSeconds} s: ` +
      `${price.billedSeconds} s`,
  )
  if (row.connectMicros > 0n) lines.push(`connect fee: ${formatMicros(row.connectMicros)}`)
  const first = BigInt(row.firstSeconds) * row.firstNanos
  lines.push(`first ${row.firstSeconds} s at ${formatNanos(row.firstNanos)} a minute: ${exactText(first)}`)
  const nextSeconds = price.billedSeconds - row.firstSeconds
  if (nextSeconds > 0) {
    const next = BigInt(nextSeconds) * row.nextNanos
    lines.push(`next ${nextSeconds} s at ${formatNanos(row.nextNanos)} a minute: ${exactText(next)}`)
  }
  const sum = exactText(chargeNumerator(row, price.billedSeconds))
  if (price.reason === 'minimum') {
    lines.push(`sum: ${sum}, below the minimum of ${formatMicros(row.minimumMicros)}`)
  } else {
    lines.push(`sum: ${sum}, rounded once (${rounding.mode}, ${rounding.digits} decimals)`)
  }
  return [...lines, `charge: ${formatMicros(price.chargeMicros)} ${currency}`]
}
