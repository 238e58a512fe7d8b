/** Whom a route rings, in order: all phones of an extension at once, carriers and places of a trunk one by one. */

import type { Binding } from '../../network/sip/index.ts'
import type { Target } from './call.ts'
import type { CarrierRoute, Directory } from './directory.ts'
import type { Route } from './route.ts'
import { numberForTrunk } from './trunk-format.ts'

/** Each carrier once, in the order of the routes. */
function carriers(routes: readonly CarrierRoute[], user: string): Target[][] {
  const ids = new Set(routes.map((route) => route.carrierId))
  return [...ids].map((carrierId) => [{ kind: 'carrier', carrierId, user }])
}

/** Groups of targets; none when nobody can be rung (a phone that is not registered). */
export function findTargets(
  directory: Directory,
  bindings: (sipUser: string) => readonly Binding[],
  route: Route,
): readonly (readonly Target[])[] {
  switch (route.kind) {
    case 'emergency':
      return carriers(route.routes, route.dialled)
    case 'carrier':
      return carriers(route.routes, route.destination)
    case 'extension': {
      const phones = directory
        .devicesOf(route.extension.id)
        .flatMap(({ sipUser }) =>
          bindings(sipUser).map(({ contact }): Target => ({ kind: 'binding', sipUser, contact })),
        )
      return phones.length === 0 ? [] : [phones]
    }
    case 'trunk': {
      const { account, id: trunkId, formatOut } = route.trunk
      const user = numberForTrunk(formatOut, route.number.number)
      if (!account) return [[{ kind: 'trunk', trunkId, user }]]
      // A system that registered twice is one system: its second place is tried when the first one fails.
      return bindings(account.sipUser).map(({ contact }) => [{ kind: 'trunk', trunkId, user, contact }])
    }
    default:
      return []
  }
}
