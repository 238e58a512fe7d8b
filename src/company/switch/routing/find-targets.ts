/** Whom a route rings, in order: all phones of an extension at once, carriers and places of a trunk one by one. */

import type { Binding } from '../../../network/sip/index.ts'
import type { Target } from '../calls/call.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { Carrier, CarrierRoute, Directory } from '../directory/directory.ts'
import type { GroupService } from '../services/service.ts'
import type { Route } from './route.ts'
import { numberForTrunk } from '../trunks/trunk-format.ts'

/** Each carrier once, in the order of the routes, with all its places one after the other (RFC 3263 §4.3). */
function carriers({ directory, placesOf }: FindParts, routes: readonly CarrierRoute[], user: string): Target[][] {
  const ids = new Set(routes.map((route) => route.carrierId))
  return [...ids].flatMap((carrierId): Target[][] => {
    const carrier = directory.carrier(carrierId)
    const places = (carrier && placesOf?.(carrier)) ?? []
    const target = { kind: 'carrier', carrierId, user } as const
    return places.length > 1 ? places.map((hop) => [{ ...target, hop }]) : [[target]]
  })
}

type Phone = { readonly sipUser: string; readonly binding: Binding }

/**
 * Contacts of one preference ring together, those of a lower one after them (RFC 3261 §16.6). Of several flows of one
 * phone (RFC 5626 §5) only the best rings with the others.
 */
function phonesOf(phones: readonly Phone[]): readonly (readonly Target[])[] {
  const isSpare = ({ sipUser, binding }: Phone, at: number): boolean =>
    binding.instance !== undefined &&
    phones.slice(0, at).some((one) => one.sipUser === sipUser && one.binding.instance === binding.instance)
  const targetOf = ({ sipUser, binding }: Phone): Target & { kind: 'binding' } => ({
    kind: 'binding',
    sipUser,
    contact: binding.contact,
  })
  const spares = phones.filter(isSpare).map((one): Target => ({ ...targetOf(one), isSpare: true }))
  const first = phones.filter((one, at) => !isSpare(one, at))
  const byPreference = Map.groupBy(first, ({ binding }) => binding.preference)
  const groups = [...byPreference].toSorted(([a], [b]) => b - a).map(([, group]) => group.map(targetOf))
  return spares.length > 0 ? [...groups, spares] : groups
}

/** Members who ring together are one group; of those who ring in order each is one, and absent ones are left out. */
function membersOf(
  { memberIds, strategy }: GroupService,
  phones: (extensionId: string) => readonly (readonly Target[])[],
): readonly (readonly Target[])[] {
  const members = memberIds.map((id) => phones(id).flat()).filter((targets) => targets.length > 0)
  return strategy === 'inOrder' || members.length === 0 ? members : [members.flat()]
}

export type FindParts = {
  readonly directory: Directory
  bindings(sipUser: string): readonly Binding[]
  /** The places of a carrier, best first; each is reached at one when absent. */
  placesOf?(carrier: Carrier): readonly Hop[]
}

/** Groups of targets; none when nobody can be rung (a phone that is not registered). */
export function findTargets(parts: FindParts, route: Route): readonly (readonly Target[])[] {
  const { directory, bindings } = parts
  switch (route.kind) {
    case 'emergency':
      return carriers(parts, route.routes, route.dialled)
    case 'carrier':
      return carriers(parts, route.routes, route.destination)
    case 'extension': {
      const phones = (extensionId: string): readonly (readonly Target[])[] =>
        phonesOf(
          directory
            .devicesOf(extensionId)
            .flatMap(({ sipUser }) => bindings(sipUser).map((binding) => ({ sipUser, binding }))),
        )
      const { service, id } = route.extension
      return service?.kind === 'group' ? membersOf(service, phones) : phones(id)
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
