/**
 * Telephone numbers on the call path: what a person dials becomes E.164 (ITU-T E.164, at most 15
 * digits) without a library, in a microsecond. Formatting for people happens at the edges.
 */

/** A number in international form with its plus sign: `+14165550142`. */
export type E164 = string

/** How a country dials. */
export type DialPlan = {
  readonly countryCode: string
  /** Dialled before an international number: 011 in North America, 00 nearly everywhere else. */
  readonly internationalPrefix: string
  /** Dialled before a long-distance number at home; empty when there is none. */
  readonly trunkPrefix: string
  /** Lengths of a national number without its trunk prefix. */
  readonly nationalLengths: readonly number[]
  /** Numbers that reach an emergency service, and those routed like one (933 address test, 988 crisis line). */
  readonly emergency: readonly string[]
  /** Length of a number dialled without its area code; 0 when the country has none. */
  readonly localLength: number
}

/** The North American Numbering Plan. 911 reaches a PSAP; 933 reads back the address; 988 is the crisis line. */
export const nanp: DialPlan = {
  countryCode: '1',
  internationalPrefix: '011',
  trunkPrefix: '1',
  nationalLengths: [10],
  emergency: ['911', '933', '988'],
  localLength: 7,
}

/** The digits of a dialled text, keeping a leading plus; undefined when it holds anything but dialling characters. */
export function dialledDigits(text: string): string | undefined {
  let digits = ''
  for (let i = 0; i < text.length && i < 40; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 && code <= 57) digits += text[i]
    else if (code === 43 && digits === '') digits = '+'
    else if (code !== 32 && code !== 45 && code !== 46 && code !== 40 && code !== 41) return undefined
  }
  return digits === '' || digits === '+' || text.length > 40 ? undefined : digits
}

/** Whether dialled digits are an emergency number of the plan, also behind the trunk prefix or a line prefix 9. */
export function isEmergency(digits: string, plan: DialPlan): boolean {
  if (plan.emergency.includes(digits)) return true
  return digits.length === 4 && digits[0] === '9' && plan.emergency.includes(digits.slice(1))
}

/**
 * Dialled digits as E.164, as the plan's country reads them; undefined when they are no full number.
 * `areaCode` completes a number dialled without one (seven digits in North America).
 */
export function toE164(digits: string, plan: DialPlan, areaCode?: string): E164 | undefined {
  const bounded = (all: string): E164 | undefined =>
    all.length >= 7 && all.length <= 15 && all[0] !== '0' ? `+${all}` : undefined
  if (digits[0] === '+') return bounded(digits.slice(1))
  if (digits.startsWith(plan.internationalPrefix)) return bounded(digits.slice(plan.internationalPrefix.length))
  if (plan.trunkPrefix && digits.startsWith(plan.trunkPrefix)) {
    const national = digits.slice(plan.trunkPrefix.length)
    if (plan.nationalLengths.includes(national.length)) return `+${plan.countryCode}${national}`
  }
  if (plan.nationalLengths.includes(digits.length)) return `+${plan.countryCode}${digits}`
  if (plan.localLength && digits.length === plan.localLength && areaCode) {
    return `+${plan.countryCode}${areaCode}${digits}`
  }
  return undefined
}

/** A number as people at home write it, `(416) 555-0142`; numbers from abroad stay in E.164. */
export function formatNumber(number: string): string {
  const home = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number)
  return home ? `(${home[1]}) ${home[2]}-${home[3]}` : number
}
