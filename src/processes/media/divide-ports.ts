/** Which part of DIALHOUSE_RTP each media process takes: equal parts, so that no two ever try for one port. */

export type PortRange = { readonly first: number; readonly end: number }

/** The part of process `number` (1 to `count`): whole pairs from an even port on; empty when there are too few. */
export function dividePorts(all: PortRange, number: number, count: number): PortRange {
  const pairs = Math.floor((all.end - all.first) / 2 / count)
  const first = all.first + 2 * pairs * (number - 1)
  return { first, end: first + 2 * pairs }
}
