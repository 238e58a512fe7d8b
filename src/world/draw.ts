/** Chance, drawn from the world's seed: the same seed makes the same choices in the same order. */

import { assert, type RandomBytes } from '../base/index.ts'

export type Draw = {
  /** A whole number from 0 to `end` - 1. */
  below(end: number): number
  /** A whole number from `first` to `last`, both included. */
  between(first: number, last: number): number
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean
}

/** Chance over a source of bytes. */
export function createDraw(random: RandomBytes): Draw {
  const below = (end: number): number => {
    assert(end > 0 && end <= 2 ** 32, 'something to choose from')
    return new DataView(random(4).slice().buffer).getUint32(0) % end
  }
  return {
    below,
    between: (first, last) => first + below(last - first + 1),
    pick: <T>(list: readonly T[]) => list[below(list.length)]!,
    chance: (percent) => below(100) < percent,
  }
}
