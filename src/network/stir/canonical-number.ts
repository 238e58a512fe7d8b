/** How numbers are written in a PASSporT, so that both ends sign the same text (RFC 8224 §8.3). */

const DIGITS_MAX = 15

/** The digits of a number in international form without its plus sign; undefined when it is none. */
export function canonicalNumber(text: string): string | undefined {
  let digits = ''
  for (const character of text) {
    if (character >= '0' && character <= '9') digits += character
    else if (!'+-.() '.includes(character)) return undefined
  }
  return digits.length > 0 && digits.length <= DIGITS_MAX ? digits : undefined
}
