/**
 * Money as integers. Posted amounts are micro-units (1e-6 of a currency unit), prices are nano-units
 * per minute; both are `bigint`, so that nothing is ever rounded by a floating point unit.
 */

import { fail, ok, type Result } from './errors.ts'

/** An amount in millionths of a currency unit; 1.00 CAD is 1_000_000n. */
export type Micros = bigint

/** A price per minute in billionths of a currency unit; 0.0049/min is 4_900_000n. */
export type Nanos = bigint

/** ISO 4217 code, upper case. Amounts of two currencies never meet in one sum. */
export type Currency = string

/** How a rated record or an invoice line is rounded, once. */
export type RoundingMode = 'half-up' | 'half-even' | 'up' | 'down'

/**
 * Divides two integers and rounds once, by magnitude: `half-up` is half away from zero, `up` is away
 * from zero, `down` is toward zero. `denominator` must be positive.
 */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  const quotient = magnitude / denominator
  const rest = magnitude % denominator
  const twice = rest * 2n
  const up =
    mode === 'up'
      ? rest > 0n
      : mode === 'down'
        ? false
        : mode === 'half-up'
          ? twice >= denominator
          : twice > denominator || (twice === denominator && quotient % 2n === 1n)
  const rounded = up ? quotient + 1n : quotient
  return negative ? -rounded : rounded
}

/**
 * Reads a decimal such as `12.5`, `-0.0049` or `1000` into an integer of 10^-`digits` units.
 * Fails on anything else: separators, exponents, more than `digits` decimals, or over 15 whole digits.
 */
export function parseDecimal(text: string, digits: number): Result<bigint> {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,18}))?$/.exec(text.trim())
  if (!match) return fail('money.not_a_decimal', `"${text.slice(0, 40)}" is not a plain decimal number such as 0.0125`)
  const [, sign, whole, fraction = ''] = match
  const kept = fraction.replace(/0+$/, '')
  if (kept.length > digits) {
    return fail('money.too_precise', `"${text.slice(0, 40)}" has more than ${digits} decimals`)
  }
  const value = BigInt(whole!) * 10n ** BigInt(digits) + BigInt(kept.padEnd(digits, '0') || '0')
  return ok(sign ? -value : value)
}

/**
 * An integer of 10^-`digits` units as a plain decimal text with at least `minDecimals` decimals.
 * Exact: no digit that is not zero is ever dropped.
 */
export function formatDecimal(value: bigint, digits: number, minDecimals: number): string {
  const negative = value < 0n
  const text = (negative ? -value : value).toString().padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  let fraction = digits === 0 ? '' : text.slice(text.length - digits)
  while (fraction.length > minDecimals && fraction.endsWith('0')) fraction = fraction.slice(0, -1)
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`
}

/** Micros as an exact decimal text with at least two decimals: `12.50`, `0.716667`. */
export function formatMicros(amount: Micros): string {
  return formatDecimal(amount, 6, 2)
}

/** Reads an amount such as `600.00` into micros. */
export function parseMicros(text: string): Result<Micros> {
  return parseDecimal(text, 6)
}

/** Nanos per minute as an exact decimal text with at least four decimals: `0.0049`. */
export function formatNanos(price: Nanos): string {
  return formatDecimal(price, 9, 4)
}

/** Reads a price per minute such as `0.0049` into nanos. */
export function parseNanos(text: string): Result<Nanos> {
  return parseDecimal(text, 9)
}
