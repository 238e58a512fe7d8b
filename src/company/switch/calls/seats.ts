/** How many calls each customer and each trunk has at once, and each carrier carries: counted, not searched for. */

import type { Call } from './call.ts'

export type Seats = {
  /** A call began (`before` is undefined), changed, or ended (`after` is undefined). */
  change(before: Call | undefined, after: Call | undefined): void
  countOf(id: string): number
}

/** Who is occupied by a call: an emergency occupies carriers only, for it counts against nobody's limit. */
export function seatsOf(call: Call): readonly string[] {
  const { caller, callee, legs } = call
  const seats = new Set<string>()
  for (const { state, target } of legs) if (target.kind === 'carrier' && state !== 'ended') seats.add(target.carrierId)
  // The place of a call that will be dialled next is taken already, or two that begin together would both get it.
  const next = call.waiting[0]?.[0]
  if (seats.size === 0 && next?.kind === 'carrier' && legs.every((leg) => leg.state === 'ended')) {
    seats.add(next.carrierId)
  }
  if (call.route.kind === 'emergency') return [...seats]
  for (const id of [caller.tenantId, callee.tenantId, caller.trunkId, callee.trunkId]) if (id) seats.add(id)
  return [...seats]
}

function isSame(before: Call, after: Call): boolean {
  const { legs, waiting, caller, callee, state } = before
  const isSameSide = caller === after.caller && callee === after.callee
  return legs === after.legs && waiting === after.waiting && isSameSide && state === after.state
}

/** Starts with nobody. */
export function createSeats(): Seats {
  const counts = new Map<string, number>()
  const add = (id: string, by: number): void => {
    const count = (counts.get(id) ?? 0) + by
    if (count === 0) counts.delete(id)
    else counts.set(id, count)
  }
  return {
    change(before, after) {
      if (before && after && isSame(before, after)) return
      for (const id of before && before.state !== 'ended' ? seatsOf(before) : []) add(id, -1)
      for (const id of after ? seatsOf(after) : []) add(id, 1)
    },
    countOf: (id) => counts.get(id) ?? 0,
  }
}
