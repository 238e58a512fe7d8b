/** Numbers outside that the demo dials, all from ranges that are kept free for fiction. */

const domesticAreas = ['647', '438', '604', '403', '902', '212', '312', '415', '305', '206']
const abroad = ['+4420794601', '+4477009001', '+4930231251', '+331990001', '+612555001', '+187655501']

/** Ordinary numbers of a stem: the last two digits from 10 to 49, where no number behaves in a way of its own. */
const ordinary = (stem: string): string[] => Array.from({ length: 40 }, (_, at) => `${stem}${10 + at}`)

export const domesticNumbers: readonly string[] = domesticAreas.flatMap((area) => ordinary(`+1${area}55501`))
export const internationalNumbers: readonly string[] = abroad.flatMap(ordinary)

/** What `demo-info` names: the first of each list answers at once, the others in their own ways (see README). */
export const shownNumbers = {
  domestic: [
    ...['100', '105', '183', '180', '186', '104', '153'].map((ending) => `+16475550${ending}`),
    ...domesticNumbers.slice(0, 5),
  ],
  international: abroad.map((stem) => `${stem}00`),
  premium: ['+19005550100', '+449098790100'],
} as const

/** A number as a person in North America presses it. */
export function asDialled(number: string): string {
  return number.startsWith('+1') ? number.slice(1) : `011${number.slice(1)}`
}
