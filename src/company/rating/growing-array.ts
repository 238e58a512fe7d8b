/** A typed array that grows by doubling. */

type Numbers = Int32Array | Float64Array

export type GrowingArray<T extends Numbers> = {
  push(value: number): void
  at(index: number): number
  set(index: number, value: number): void
  /** What was pushed, in an array of its own size. */
  done(): T
}

/** Starts empty. */
export function growingArray<T extends Numbers>(make: (size: number) => T): GrowingArray<T> {
  let items = make(64)
  let length = 0
  return {
    push(value) {
      if (length === items.length) {
        const larger = make(items.length * 2)
        larger.set(items)
        items = larger
      }
      items[length++] = value
    },
    at: (index) => items[index]!,
    set(index, value) {
      items[index] = value
    },
    done: () => items.slice(0, length) as T,
  }
}
