/** Fields of a fixed width, as files for banks are made of them. */

import { assert, type Micros } from '../../../../base/index.ts'

/** Letters that every bank takes: upper case, no accents; cut to the width, filled with blanks. */
export function words(text: string, width: number): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9 .,&/()+'-]/g, ' ')
  return plain.slice(0, width).padEnd(width)
}

/** Digits, filled with zeros; a number that does not fit is a bug. */
export function digits(value: bigint | number | string, width: number): string {
  const text = String(value)
  assert(/^\d+$/.test(text) && text.length <= width, 'a number does not fit into its field')
  return text.padStart(width, '0')
}

/** Whole cents of an amount. */
export function cents(amountMicros: Micros): bigint {
  assert(amountMicros > 0n && amountMicros % 10_000n === 0n, 'a debit is a positive number of whole cents')
  return amountMicros / 10_000n
}
