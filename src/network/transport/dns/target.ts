/** Which questions a SIP target raises, and which transport each answer means (RFC 3263 §4). Pure. */

import { isIP } from 'node:net'
import type { SipProtocol, SocketAddress } from '../flow.ts'
import type { NaptrRecord } from './records.ts'

/** Transports on which we open a connection or send a datagram by ourselves. */
export type HopProtocol = Exclude<SipProtocol, 'ws' | 'wss'>

/** Who is to be reached: the parts of a SIP URI, or of a trunk's settings. */
export type SipTarget = {
  /** A name or an address without brackets. */
  readonly host: string
  readonly port?: number | undefined
  readonly protocol?: HopProtocol | undefined
  /** A `sips` URI: nothing but TLS will do. */
  readonly secure?: boolean
}

/** One place to try. */
export type Hop = {
  readonly protocol: HopProtocol
  readonly remote: SocketAddress
  /** What a TLS certificate must be made out to: the name that was asked for, not where DNS led (RFC 5922 §7.1). */
  readonly serverName: string
}

/** `srv`: ask for these records; `address`: ask for the host's addresses and use this port. */
export type Lead =
  | { readonly kind: 'srv'; readonly protocol: HopProtocol; readonly name: string }
  | { readonly kind: 'address'; readonly protocol: HopProtocol; readonly port: number }

const defaultPorts: Readonly<Record<HopProtocol, number>> = { udp: 5060, tcp: 5060, tls: 5061 }

const srvPrefixes: Readonly<Record<HopProtocol, string>> = { udp: '_sip._udp.', tcp: '_sip._tcp.', tls: '_sips._tcp.' }

const services: Readonly<Record<string, HopProtocol>> = { 'SIP+D2U': 'udp', 'SIP+D2T': 'tcp', 'SIPS+D2T': 'tls' }

/** The transport when nothing names one (RFC 3263 §4.1). */
function protocolOf({ protocol, secure }: SipTarget): HopProtocol {
  return secure ? 'tls' : (protocol ?? 'udp')
}

/** The lead that needs no question about services: an address, an explicit port, or a fixed transport. */
export function directLead(target: SipTarget): Lead | undefined {
  const protocol = protocolOf(target)
  if (isIP(target.host) !== 0 || target.port !== undefined) {
    return { kind: 'address', protocol, port: target.port ?? defaultPorts[protocol] }
  }
  if (target.protocol === undefined && !target.secure) return undefined
  return { kind: 'srv', protocol, name: srvPrefixes[protocol] + target.host }
}

/** The SRV names that NAPTR records lead to, best first; those that we do not speak are left out. */
export function leadsOfNaptr(records: readonly NaptrRecord[]): readonly Lead[] {
  return records
    .filter(({ flags, services: service }) => flags.toLowerCase() === 's' && service.toUpperCase() in services)
    .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
    .map(({ services: service, replacement }) => ({
      kind: 'srv' as const,
      protocol: services[service.toUpperCase()]!,
      name: replacement,
    }))
}

/** What is asked when a domain has no NAPTR records: SRV of every transport, the safest first. */
export function leadsWithoutNaptr({ host }: SipTarget): readonly Lead[] {
  return (['tls', 'tcp', 'udp'] as const).map((protocol) => ({
    kind: 'srv',
    protocol,
    name: srvPrefixes[protocol] + host,
  }))
}

/** What is tried when there are no SRV records either: the host itself. */
export function lastLead(target: SipTarget): Lead {
  const protocol = protocolOf(target)
  return { kind: 'address', protocol, port: defaultPorts[protocol] }
}

/** Whether an end of a call or request means "try the next hop" (RFC 3263 §4.3); a busy or refusing peer does not. */
export function triesNextHop(end: { readonly status: number; readonly by?: string | undefined }): boolean {
  return end.by === 'transport' || end.by === 'timeout' || end.status === 503
}
