/**
 * In which order carriers are tried: the longest prefix, then the lowest priority, then the cheapest. Those that are
 * down come last, for a call that nobody else takes may still get through; full ones are left out.
 */

import type { AllowedCarrier } from '../../ledger/index.ts'
import type { Target } from '../calls/call.ts'
import type { CarrierRoute } from '../directory/directory.ts'

export type CarrierState = {
  isDown(carrierId: string): boolean
  isFull(carrierId: string): boolean
}

/** Each carrier once, at its best route; `routes` come by prefix and priority. */
export function rankRoutes(routes: readonly CarrierRoute[], state: CarrierState): readonly CarrierRoute[] {
  const once = [...Map.groupBy(routes, (route) => route.carrierId).values()].map((same) => same[0]!)
  const free = once.filter(({ carrierId }) => !state.isFull(carrierId))
  const isDown = ({ carrierId }: CarrierRoute): boolean => state.isDown(carrierId)
  const sorted = [...free.filter((route) => !isDown(route)), ...free.filter(isDown)]
  let rank = 0
  return sorted.map((route, at) => {
    const before = sorted[at - 1]
    const isSame =
      before?.prefix === route.prefix && before.priority === route.priority && isDown(before) === isDown(route)
    if (before && !isSame) rank++
    return { ...route, rank }
  })
}

/** Unknown costs come after known ones. */
function costOf(allowed: readonly AllowedCarrier[], carrierId: string): bigint {
  const cost = allowed.find((one) => one.carrierId === carrierId)?.costNanosPerMinute ?? 0n
  return cost === 0n ? 2n ** 62n : cost
}

/** What is left to ring once charging said which carriers may carry the call, and at which cost. */
export function orderByCost(
  groups: readonly (readonly Target[])[],
  routes: readonly CarrierRoute[],
  allowed: readonly AllowedCarrier[],
): readonly (readonly Target[])[] {
  const carrierOf = (group: readonly Target[]): string => (group[0]?.kind === 'carrier' ? group[0].carrierId : '')
  const rankOf = (carrierId: string): number => routes.find((route) => route.carrierId === carrierId)?.rank ?? 0
  return groups
    .filter((group) => allowed.some(({ carrierId }) => carrierId === carrierOf(group)))
    .map((group) => ({ group, rank: rankOf(carrierOf(group)), cost: costOf(allowed, carrierOf(group)) }))
    .toSorted((a, b) => a.rank - b.rank || Number(a.cost - b.cost))
    .map(({ group }) => group)
}
