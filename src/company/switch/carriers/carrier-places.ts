/**
 * Where carriers are reached: those with a name by what DNS says (RFC 3263), kept in memory and renewed behind the
 * calls. A place that failed comes last for a while.
 */

import { isIP } from 'node:net'
import type { Clock } from '../../../base/index.ts'
import type { Credentials } from '../../../network/sip/index.ts'
import type { Hop, Locator, SipTarget } from '../../../network/transport/index.ts'
import type { Carrier, Directory } from '../directory/directory.ts'

/** A carrier with a hundred addresses does not keep a caller waiting a hundred times. */
const PLACES_MAX = 4
/** What a call waits for a name that nobody has looked up yet. */
const PATIENCE_MS = 2000
const RENEW_MS = 1000
const defaultPorts = { any: 5060, udp: 5060, tcp: 5060, tls: 5061 } as const

export type CarrierPlaces = {
  /** The places to try, best first, from memory; none while nothing is known. */
  of(carrier: Carrier): readonly Hop[]
  /** Kept when something is known of a carrier or patience is over; undefined when it is known already. */
  wait(carrier: Carrier): Promise<void> | undefined
  /** What its challenges are answered with. */
  credentialsFor(carrier: Carrier): Credentials | undefined
  /** The same directory; a carrier that has a name is known by its places too. */
  seenFrom(directory: Directory): Directory
  /** What a call or a ping saw of a place. */
  note(hop: Hop, isAlive: boolean): void
  stop(): void
}

type PlacesParts = {
  /** Without one only addresses are reached. */
  readonly locator?: Locator
  readonly clock: Clock
  directory(): Directory
  carrierPasswordOf?(carrier: Carrier): string | undefined
}

/** The place of a carrier that DNS has no say in. */
function fixedPlace({ host, port, protocol }: Carrier): Hop | undefined {
  if (isIP(host) === 0) return undefined
  const address = { address: host, port: port ?? defaultPorts[protocol] }
  return { protocol: protocol === 'any' ? 'udp' : protocol, remote: address, serverName: host }
}

/** On loopback, where all share the address, the port counts too. */
function keysOf({ remote: { address, port } }: Hop): readonly string[] {
  const isShared = address.startsWith('127.') || address === '::1'
  return isShared ? [`${address}:${port}`] : [`${address}:${port}`, address]
}

function targetOf({ host, port, protocol }: Carrier): SipTarget {
  return { host, port, protocol: protocol === 'any' ? undefined : protocol }
}

/** Begins to look up the carriers of the directory, and goes on with it. */
export function createCarrierPlaces(parts: PlacesParts): CarrierPlaces {
  const { locator, clock, directory } = parts
  const known = (carrier: Carrier): readonly Hop[] => locator?.known(targetOf(carrier)) ?? []
  const isNamed = (carrier: Carrier): boolean => fixedPlace(carrier) === undefined
  /** Who stands behind an address: read by every message from somebody unknown, so kept ready. */
  let behind = new Map<string, string>()
  const renew = (): void => {
    const named = directory().carriers().filter(isNamed)
    behind = new Map(
      named.flatMap((carrier) => known(carrier).flatMap((hop) => keysOf(hop).map((key) => [key, carrier.id] as const))),
    )
  }
  const timer = locator && clock.every(RENEW_MS, renew)
  const seen = new WeakMap<Directory, Directory>()
  return {
    of(carrier) {
      const fixed = fixedPlace(carrier)
      return fixed ? [fixed] : known(carrier).slice(0, PLACES_MAX)
    },
    wait(carrier) {
      if (!locator || !isNamed(carrier) || known(carrier).length > 0) return undefined
      return new Promise((settle) => {
        const patience = clock.after(PATIENCE_MS, settle)
        const done = (): void => {
          patience.stop()
          settle()
        }
        void locator.locate(targetOf(carrier)).then(done, done)
      })
    },
    credentialsFor(carrier) {
      const { auth } = carrier
      const password = auth && parts.carrierPasswordOf?.(carrier)
      return auth && password !== undefined ? { user: auth.user, realm: auth.realm, password } : undefined
    },
    seenFrom(before) {
      const present = seen.get(before)
      if (present) return present
      const carrierAt = (address: string, port: number): Carrier | undefined =>
        before.carrierAt(address, port) ?? before.carrier(behind.get(`${address}:${port}`) ?? behind.get(address) ?? '')
      const after = { ...before, carrierAt }
      seen.set(before, after)
      return after
    },
    note: (hop, isAlive) => (isAlive ? locator?.worked(hop) : locator?.failed(hop)),
    stop: () => timer?.stop(),
  }
}
