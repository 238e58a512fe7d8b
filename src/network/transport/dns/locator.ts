/**
 * Where a SIP target is reached at present: answers of DNS kept for their time, every call's own draw among
 * them (RFC 2782), and places that failed put last for a while (RFC 3263 §4.3).
 */

import { ok, type Clock, type RandomBytes, type Result } from '../../../base/index.ts'
import type { DnsFailure } from '../errors.ts'
import { lookUp, type Found } from './look-up.ts'
import { orderHops, type Draw } from './order.ts'
import type { Resolver } from './records.ts'
import type { Hop, SipTarget } from './target.ts'

export type Locator = {
  /** The places to try, best first; waits for DNS only when nothing is remembered. */
  locate(target: SipTarget): Promise<Result<readonly Hop[], DnsFailure>>
  /** From memory alone, for the path of a call: undefined while nothing is known; DNS is then asked behind it. */
  known(target: SipTarget): readonly Hop[] | undefined
  /** A place did not answer, was not reachable or said 503: it comes last until `forSeconds` are over. */
  failed(hop: Hop, forSeconds?: number): void
  /** A place answered: whatever was held against it is forgotten. */
  worked(hop: Hop): void
}

export type LocatorOptions = {
  readonly resolver: Resolver
  readonly clock: Clock
  readonly random: RandomBytes
  /** Address families that our sockets can reach (default IPv4 alone). */
  readonly families?: readonly (4 | 6)[]
}

type Entry = {
  found: Found | undefined
  freshUntil: number
  asking: Promise<Result<Found, DnsFailure>> | undefined
}

const TTL_MIN_SECONDS = 1
/** After a failure the servers are left alone this long; what was known before stays in use. */
const RETRY_SECONDS = 10
const FAILED_SECONDS = 60
const TARGETS_MAX = 1000
const FAILED_MAX = 1000

/** Starts without knowledge. */
export function createLocator(options: LocatorOptions): Locator {
  const { clock, resolver, families = [4] } = options
  const entries = new Map<string, Entry>()
  const failedUntil = new Map<string, number>()
  const draw = drawFrom(options.random)

  const ask = (target: SipTarget, entry: Entry): Promise<Result<Found, DnsFailure>> => {
    entry.asking ??= lookUp(target, resolver, families).then((result) => {
      entry.asking = undefined
      const seconds = result.ok ? Math.max(TTL_MIN_SECONDS, result.value.ttlSeconds) : RETRY_SECONDS
      if (result.ok) entry.found = result.value
      entry.freshUntil = clock.monotonic() + seconds * 1000
      return result
    })
    return entry.asking
  }
  const ordered = ({ places }: Found): readonly Hop[] => {
    const now = clock.monotonic()
    const hops = orderHops(places, draw)
    const isFailed = (hop: Hop): boolean => (failedUntil.get(keyOf(hop)) ?? 0) > now
    return [...hops.filter((hop) => !isFailed(hop)), ...hops.filter(isFailed)]
  }
  const entryOf = (target: SipTarget): Entry => {
    const key = `${target.host}|${target.port ?? ''}|${target.protocol ?? ''}|${target.secure ?? ''}`
    const entry = entries.get(key) ?? { found: undefined, freshUntil: -Infinity, asking: undefined }
    keep(entries, key, entry, TARGETS_MAX)
    return entry
  }
  const isFresh = (entry: Entry): boolean => entry.freshUntil > clock.monotonic()

  return {
    async locate(target) {
      const entry = entryOf(target)
      if (entry.found && isFresh(entry)) return ok(ordered(entry.found))
      const asked = await ask(target, entry)
      // What was true a moment ago is better than no call at all.
      return entry.found ? ok(ordered(entry.found)) : asked.ok ? ok(ordered(asked.value)) : asked
    },
    known(target) {
      const entry = entryOf(target)
      if (!isFresh(entry)) void ask(target, entry)
      return entry.found && ordered(entry.found)
    },
    failed(hop, forSeconds = FAILED_SECONDS) {
      keep(failedUntil, keyOf(hop), clock.monotonic() + forSeconds * 1000, FAILED_MAX)
    },
    worked: (hop) => void failedUntil.delete(keyOf(hop)),
  }
}

function keyOf({ protocol, remote }: Hop): string {
  return `${protocol}:${remote.address}:${remote.port}`
}

/** Puts a value last in a map of bounded size: the one that was used longest ago goes. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, sizeMax: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > sizeMax) map.delete(map.keys().next().value!)
}

function drawFrom(random: RandomBytes): Draw {
  return (end) => new DataView(random(4).slice().buffer).getUint32(0) % (end + 1)
}
