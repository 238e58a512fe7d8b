/** What the domain name system says, as far as SIP asks it (RFC 3263), and who is asked. */

import type { Result } from '../../../base/index.ts'
import type { DnsFailure } from '../errors.ts'

/** A rule that leads from a domain to a service (RFC 3403 §4). */
export type NaptrRecord = {
  readonly order: number
  readonly preference: number
  /** `S`: `replacement` is the name of SRV records. */
  readonly flags: string
  /** `SIP+D2U`, `SIPS+D2T` ... */
  readonly services: string
  readonly replacement: string
}

/** Where a service is offered (RFC 2782). */
export type SrvRecord = {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

/** Records, and for how many seconds they hold; none is an answer too. */
export type Answer<Kind> = { readonly records: readonly Kind[]; readonly ttlSeconds: number }

export type Answered<Kind> = Promise<Result<Answer<Kind>, DnsFailure>>

/** Asks name servers; a name without records is an answer, a server that does not answer is a failure. */
export type Resolver = {
  naptr(name: string): Answered<NaptrRecord>
  srv(name: string): Answered<SrvRecord>
  /** IPv4 or IPv6 addresses. */
  addresses(name: string, family: 4 | 6): Answered<string>
}
