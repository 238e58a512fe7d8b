/** Shares of an amount, exact to a tenth of a percent. */

import { currentLanguage } from '../words/language.ts'

/** `38.0 %` of what `part` is of `whole`; a dash where there is no share. */
export function percentText(part: string | bigint | null, whole: string | bigint): string {
  const total = BigInt(whole)
  if (part === null || total === 0n) return '–'
  const tenths = (BigInt(part) * 1000n) / total
  const size = tenths < 0n ? -tenths : tenths
  return `${tenths < 0n ? '\u2212' : ''}${size / 10n}${currentLanguage() === 'fr' ? ',' : '.'}${size % 10n} %`
}
