/** A deck of the size of real ones: every NPA-NXX of North America's, and prefixes of the rest of the world. */

import { deckColumns } from '../../company/catalog/index.ts'
import { seededRandom } from '../../base/index.ts'

export const DECK_ROWS = 200_000
const NANP_ROWS = 160_000

/** Draws whole numbers below a bound from a seed. */
function startDraw(seed: number): (below: number) => number {
  const random = seededRandom(seed)
  return (below) => {
    const [a = 0, b = 0, c = 0, d = 0] = random(4)
    return (a * 16_777_216 + b * 65_536 + c * 256 + d) % below
  }
}

/** The file of a deck with 200,000 prefixes of 1 to 9 digits and some thousand different prices. */
export function largeDeck(seed: number): string {
  const draw = startDraw(seed)
  const prefixes = new Set(['1'])
  for (let npa = 200; prefixes.size < NANP_ROWS; npa++) {
    for (let nxx = 200; nxx < 1000 && prefixes.size < NANP_ROWS; nxx++) prefixes.add(`1${npa}${nxx}`)
  }
  while (prefixes.size < DECK_ROWS) {
    const country = String(20 + draw(79))
    prefixes.add(`${country}${String(draw(10_000_000)).padStart(7, '0').slice(0, draw(8))}`)
  }
  const price = (): string => `0.${String(draw(900) + 100).padStart(4, '0')}`
  const lines = [...prefixes].map((prefix) => {
    const [first, next] = prefix.startsWith('1') ? [30, 6] : [60, 60]
    const amount = price()
    const kind = prefix.startsWith('1') ? 'domestic' : 'international'
    return `${prefix},Destination ${prefix.slice(0, 4)},${kind},outbound,0,${first},${amount},${next},${amount},0,0,no`
  })
  return `${deckColumns.join(',')}\n${lines.join('\n')}\n`
}

/** Numbers of calls, and their seconds: two of three in North America, most of them a few minutes long. */
export function drawCalls(seed: number, count: number): { readonly numbers: string[]; readonly seconds: number[] } {
  const draw = startDraw(seed)
  const numbers: string[] = []
  const seconds: number[] = []
  for (let at = 0; at < count; at++) {
    const digits = String(draw(100_000_000)).padStart(8, '0')
    const number =
      draw(3) < 2 ? `+1${200 + draw(200)}${200 + draw(800)}${digits.slice(0, 4)}` : `+${20 + draw(79)}${digits}`
    numbers.push(number)
    seconds.push(1 + draw(draw(4) === 0 ? 3600 : 300))
  }
  return { numbers, seconds }
}
