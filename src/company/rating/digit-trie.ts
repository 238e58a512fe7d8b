/** A trie over digits in one Int32Array: eleven numbers a node, ten for the digits and one for what ends here. */

/** Ten digits and what a prefix that ends here holds (plus one; 0 for none). */
const NODE = 11
const HELD = 10

export type DigitTrieBuilder = {
  /** Has the prefix hold `value`; gives what it held, -1 for nothing. */
  put(prefix: string, value: number): number
  done(): Int32Array
}

/** Starts with the root alone. */
export function startTrie(): DigitTrieBuilder {
  let nodes = new Int32Array(NODE * 64)
  let count = 1
  const child = (node: number, digit: number): number => {
    const known = nodes[node + digit]!
    if (known !== 0) return known
    if ((count + 1) * NODE > nodes.length) {
      const larger = new Int32Array(nodes.length * 2)
      larger.set(nodes)
      nodes = larger
    }
    const made = count++ * NODE
    nodes[node + digit] = made
    return made
  }
  return {
    put(prefix, value) {
      let node = 0
      for (let at = 0; at < prefix.length; at++) node = child(node, prefix.charCodeAt(at) - 48)
      const before = nodes[node + HELD]! - 1
      nodes[node + HELD] = value + 1
      return before
    },
    done: () => nodes.slice(0, count * NODE),
  }
}

/** Where the digits of a number begin: behind its plus. */
export function digitsFrom(number: string): number {
  return number.charCodeAt(0) === 43 ? 1 : 0
}

/** What the longest prefix of `number` (after its plus) holds; -1 when there is none. */
export function longestHeld(nodes: Int32Array, number: string): number {
  let held = -1
  let node = 0
  for (let at = digitsFrom(number); at < number.length; at++) {
    const digit = number.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    node = nodes[node + digit]!
    if (node === 0) break
    const here = nodes[node + HELD]!
    if (here !== 0) held = here - 1
  }
  return held
}

/** What every prefix of `number` holds, the longest first. */
export function allHeld(nodes: Int32Array, number: string): readonly number[] {
  const held: number[] = []
  let node = 0
  for (let at = digitsFrom(number); at < number.length; at++) {
    const digit = number.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    node = nodes[node + digit]!
    if (node === 0) break
    const here = nodes[node + HELD]!
    if (here !== 0) held.push(here - 1)
  }
  return held.toReversed()
}
