/** Walks from a target to its places by asking a resolver (RFC 3263 §4): NAPTR, SRV, then addresses. */

import { isIP } from 'node:net'
import { fail, ok, type Result } from '../../../base/index.ts'
import type { DnsFailure } from '../errors.ts'
import type { Place } from './order.ts'
import type { Answer, Answered, Resolver } from './records.ts'
import { directLead, lastLead, leadsOfNaptr, leadsWithoutNaptr, type Lead, type SipTarget } from './target.ts'

export type Found = { readonly places: readonly Place[]; readonly ttlSeconds: number }

/** Names and addresses behind one target at most: an answer of a hostile server stays small. */
const PLACES_MAX = 32

/** One walk: remembers the shortest life of what it heard, and whether anybody was silent. */
class Walk {
  readonly #resolver: Resolver
  readonly #families: readonly (4 | 6)[]
  ttlSeconds = 86_400
  failure: DnsFailure | undefined

  constructor(resolver: Resolver, families: readonly (4 | 6)[]) {
    this.#resolver = resolver
    this.#families = families
  }

  async heard<Kind>(asked: Answered<Kind>): Promise<readonly Kind[]> {
    const answer: Result<Answer<Kind>, DnsFailure> = await asked
    if (!answer.ok) {
      this.failure = answer.failure
      return []
    }
    this.ttlSeconds = Math.min(this.ttlSeconds, answer.value.ttlSeconds)
    return answer.value.records
  }

  naptr = (name: string) => this.heard(this.#resolver.naptr(name))

  async addressesOf(host: string): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host]
    const lists = await Promise.all(this.#families.map((family) => this.heard(this.#resolver.addresses(host, family))))
    return lists.flat()
  }

  /** The places of one lead; a target of `.` says that the service is not offered (RFC 2782). */
  async follow(lead: Lead, rank: number, host: string): Promise<readonly Place[]> {
    const { protocol } = lead
    const base = { protocol, rank, serverName: host }
    if (lead.kind === 'address') {
      const addresses = await this.addressesOf(host)
      return [{ ...base, priority: 0, weight: 0, port: lead.port, addresses }]
    }
    const records = (await this.heard(this.#resolver.srv(lead.name))).slice(0, PLACES_MAX)
    const offered = records.filter(({ target }) => target !== '.' && target !== '')
    return Promise.all(
      offered.map(async ({ priority, weight, port, target }) => ({
        ...base,
        priority,
        weight,
        port,
        addresses: await this.addressesOf(target),
      })),
    )
  }
}

/** Finds where a target can be reached; fails when nothing was found. */
export async function lookUp(
  target: SipTarget,
  resolver: Resolver,
  families: readonly (4 | 6)[],
): Promise<Result<Found, DnsFailure>> {
  const walk = new Walk(resolver, families)
  const { host } = target
  const direct = directLead(target)
  const named = direct ? [direct] : leadsOfNaptr(await walk.naptr(host))
  const leads = named.length > 0 ? named : leadsWithoutNaptr(target)
  const followed = await Promise.all(leads.map((lead, rank) => walk.follow(lead, rank, host)))
  let places = followed.flat()
  if (places.length === 0 && direct?.kind !== 'address') places = [...(await walk.follow(lastLead(target), 0, host))]
  const reachable = places.filter(({ addresses }) => addresses.length > 0).slice(0, PLACES_MAX)
  if (reachable.length > 0) return ok({ places: reachable, ttlSeconds: walk.ttlSeconds })
  if (walk.failure) return { ok: false, failure: walk.failure }
  return fail('dns.no_address', `${host} has no address that a call could be sent to: check the name`)
}
