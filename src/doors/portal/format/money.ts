/** Amounts as people read them. Exact: what the ledger holds is what is shown. */

import { formatMicros } from '../../../base/index.ts'
import { currentLanguage } from '../words/language.ts'

/** `XXX` is ISO 4217's code for no currency: what costs nothing and belongs to no account. */
const symbols: Readonly<Record<string, string>> = { CAD: '$', USD: '$', EUR: '€', GBP: '£', XXX: '' }

const marks = {
  en: { group: ',', point: '.' },
  es: { group: ',', point: '.' },
  fr: { group: '\u00a0', point: ',' },
} as const

const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, marks[currentLanguage()].group)

/** `1,204`, in French `1 204`. */
export function formatCount(count: number): string {
  return grouped(String(count))
}

type MoneyOptions = { readonly withCode?: boolean }

/** An amount down to the cent, what is below a cent, and what stands behind both. */
export function moneyParts(micros: string | bigint, currency: string, { withCode = false }: MoneyOptions = {}) {
  const language = currentLanguage()
  const amount = BigInt(micros)
  const [whole = '0', fraction = ''] = formatMicros(amount < 0n ? -amount : amount).split('.')
  const symbol = withCode ? undefined : symbols[currency]
  const isBehind = language === 'fr'
  // U+2212 is as wide as the digits and is read out as "minus".
  const sign = amount < 0n ? '\u2212' : ''
  const before = isBehind ? '' : (symbol ?? `${currency}\u00a0`)
  const head = `${sign}${before}${grouped(whole)}${marks[language].point}${fraction.slice(0, 2)}`
  const after = symbol === '' ? '' : `\u00a0${symbol ?? currency}`
  return { head, below: fraction.slice(2), after: isBehind ? after : '' }
}

/**
 * `$1,234.50`, `−$0.0125`, in French `1 234,50 $`; with the code where several currencies are in view:
 * `CAD 1,234.50`.
 */
export function formatMoney(micros: string | bigint, currency: string, options: MoneyOptions = {}): string {
  const { head, below, after } = moneyParts(micros, currency, options)
  return head + below + after
}
