/** What can go wrong when sockets are opened and names are looked up. */

import type { Failure } from '../../base/index.ts'

export type TransportFailure = Failure<'transport.cannot_listen'>

/** `dns.no_address`: the name leads nowhere; `dns.no_answer`: no name server said anything usable. */
export type DnsFailure = Failure<'dns.no_address' | 'dns.no_answer'>
