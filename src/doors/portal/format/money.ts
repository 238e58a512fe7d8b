/** Amounts as people read them. Exact: what the ledger holds is what is shown. */

import { formatMicros } from '../../../base/index.ts'

/** `XXX` is ISO 4217's code for no currency: what costs nothing and belongs to no account. */
const symbols: Readonly<Record<string, string>> = { CAD: '$', USD: '$', EUR: '€', GBP: '£', XXX: '' }

/** `1,204` */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `$1,234.50`, `−$0.0125`; with the code where several currencies are in view: `CAD 1,234.50`. */
export function formatMoney(micros: string | bigint, currency: string, options: { withCode?: boolean } = {}): string {
  const amount = BigInt(micros)
  const text = formatMicros(amount < 0n ? -amount : amount)
  const [whole = '0', fraction = ''] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const symbol = options.withCode ? undefined : symbols[currency]
  // U+2212 is as wide as the digits and is read out as "minus".
  return `${amount < 0n ? '\u2212' : ''}${symbol ?? `${currency}\u00a0`}${grouped}.${fraction}`
}
