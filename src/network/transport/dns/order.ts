/** The order in which the places of a target are tried (RFC 2782, RFC 3263 §4.2). Pure; chance is handed in. */

import type { Hop, HopProtocol } from './target.ts'

/** One place behind a target, with all its addresses. */
export type Place = {
  readonly protocol: HopProtocol
  /** Rank of the lead it came from: all of one transport come before any of the next. */
  readonly rank: number
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly addresses: readonly string[]
  readonly serverName: string
}

/** Draws a number from 0 to `end`, both included. */
export type Draw = (end: number) => number

/** Every address of every place: by rank and priority, drawn by weight within one priority. */
export function orderHops(places: readonly Place[], draw: Draw): readonly Hop[] {
  const levels = Map.groupBy(places, ({ rank, priority }) => rank * 65_536 + priority)
  const keys = [...levels.keys()].toSorted((a, b) => a - b)
  return keys.flatMap((key) => byWeight(levels.get(key) ?? [], draw)).flatMap(hopsOf)
}

/** RFC 2782: weightless ones stand first, then each draw takes one by its share of what is left. */
function byWeight(places: readonly Place[], draw: Draw): readonly Place[] {
  const left = places.toSorted((a, b) => Number(a.weight > 0) - Number(b.weight > 0))
  const ordered: Place[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0)
    const drawn = draw(total)
    let passed = 0
    const at = left.findIndex(({ weight }) => (passed += weight) >= drawn)
    ordered.push(...left.splice(Math.max(0, at), 1))
  }
  return ordered
}

function hopsOf({ protocol, port, addresses, serverName }: Place): readonly Hop[] {
  return addresses.map((address) => ({ protocol, remote: { address, port }, serverName }))
}
