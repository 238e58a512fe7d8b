/** How telephone numbers are written on a trunk, to us and by us. */

import { dialledDigits, nanp, toE164, type E164 } from '../../../base/index.ts'
import type { NumberFormat } from '../directory/directory.ts'

/** What a system sends as E.164; undefined when it is no full number. */
export function numberFromTrunk(format: NumberFormat, text: string, areaCode: string): E164 | undefined {
  const digits = dialledDigits(text)
  if (digits === undefined) return undefined
  // Without its plus a number in full begins with the country code; it is told from short numbers by its length.
  if (format === 'digits' && digits[0] !== '+' && digits.length > nanp.nationalLengths[0]!) {
    return toE164(`+${digits}`, nanp)
  }
  return toE164(digits, nanp, areaCode)
}

/** A number as a system wants to read it; what is no E.164 number (an extension, `anonymous`) stays as it is. */
export function numberForTrunk(format: NumberFormat, number: string): string {
  if (format === 'e164' || number[0] !== '+') return number
  const home = `+${nanp.countryCode}`
  if (format === 'digits') return number.slice(1)
  const isHome = number.startsWith(home) && nanp.nationalLengths.includes(number.length - home.length)
  return isHome ? number.slice(home.length) : `${nanp.internationalPrefix}${number.slice(1)}`
}
