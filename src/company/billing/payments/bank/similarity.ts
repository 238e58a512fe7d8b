/** How alike two names are, by the groups of three letters that they share. */

import { plainText } from './statement.ts'

/** Words that say nothing of who somebody is. */
const hollow: ReadonlySet<string> = new Set([
  'co',
  'corp',
  'inc',
  'incorporated',
  'limited',
  'llc',
  'ltd',
  'the',
  'and',
])

const TEXT_MAX = 200

/** The groups of three letters of a text; two texts are compared by them. */
export function trigrams(text: string): ReadonlySet<string> {
  const words = plainText(text.slice(0, TEXT_MAX))
    .split(' ')
    .filter((word) => word !== '' && !hollow.has(word))
  const groups = new Set<string>()
  for (const word of words) {
    const padded = `  ${word} `
    for (let at = 0; at + 3 <= padded.length; at++) groups.add(padded.slice(at, at + 3))
  }
  return groups
}

/** From 0 (nothing) to 1: what two names share of their groups. */
export function similarity(name: ReadonlySet<string>, text: ReadonlySet<string>): number {
  if (name.size === 0 || text.size === 0) return 0
  let shared = 0
  for (const group of name) if (text.has(group)) shared++
  // Payers write more than their name: what of the name is there counts most.
  return Math.max(shared / (name.size + text.size - shared), (shared / name.size) * 0.95)
}
