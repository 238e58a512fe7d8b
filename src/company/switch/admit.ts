/**
 * Who may ask us for something: phones by digest, carriers by their address, and for an emergency
 * whoever proved a credential from that address within 30 days. Everybody else gets the same
 * challenge whatever he tries, and silence when he tries too often (DESIGN.md §9).
 */

import { dialledDigits, isEmergency, nanp, toE164, type Metrics } from '../../base/index.ts'
import { parseNameAddr, parseUri, type DigestServer, type Reply, type SipMessage } from '../../network/sip/index.ts'
import type { Flow } from '../../network/transport/index.ts'
import type { Carrier, Device, Directory } from './directory.ts'
import type { KnownSources } from './known-sources.ts'
import type { Caller } from './route.ts'
import { isScanner } from './scanners.ts'
import type { SourceLimits } from './source-limits.ts'

const CHALLENGE_COST = 1
const WRONG_COST = 10

export type AdmitParts = {
  directory(): Directory
  readonly digest: DigestServer
  readonly sources: KnownSources
  readonly limits: SourceLimits
  readonly metrics: Metrics
  /** Whether a phone is registered from an address. */
  isRegisteredFrom(sipUser: string, address: string): boolean
}

export type Proof = { readonly ok: true; readonly device: Device } | { readonly ok: false; readonly reply: Reply }

export type Admission = {
  /** Who calls; otherwise the refusal, undefined for silence. */
  caller(
    request: SipMessage,
    flow: Flow,
  ): { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly reply: Reply }
  /** Which device a request proves. */
  prove(request: SipMessage, flow: Flow): Proof
  /** Whether a source may have an answer that costs no proof (OPTIONS). */
  mayAsk(request: SipMessage, flow: Flow): boolean
  refused(reason: string): void
}

/** The user part of the Request-URI: what was dialled. */
export function dialledUser(request: SipMessage): string {
  // A telephone number may carry parameters of its own there: `911;phone-context=+1` (RFC 3261 §19.1.6).
  return parseUri(request.uri)?.user.split(';', 1)[0] ?? ''
}

/** Whether a dialled text is an emergency number. */
export function dialsEmergency(dialled: string): boolean {
  const digits = dialledDigits(dialled)
  return digits !== undefined && isEmergency(digits, nanp)
}

function callerOfDevice(directory: Directory, device: Device): Caller | undefined {
  const extension = directory.extension(device.extensionId)
  const customer = directory.customer(device.tenantId)
  return extension && customer ? { kind: 'device', device, extension, customer } : undefined
}

const guestOf = (sipUser: string): Caller => ({ kind: 'guest', sipUser })

/** Who calls, as the carrier asserts it; a trusted network's identity beats its From (RFC 3325 §9.1). */
function callerOfCarrier(carrier: Carrier, request: SipMessage): Caller {
  const asserted = parseNameAddr(request.header('P-Asserted-Identity') ?? '')
  const presented = asserted ?? request.from
  const user = presented?.uri.user ?? ''
  const digits = dialledDigits(user)
  const number = (digits && toE164(digits, nanp)) || user
  return { kind: 'carrier', carrier, number, name: presented?.displayName ?? '' }
}

/** A TCP connection of a carrier comes from any port: then its Via tells where it listens. */
function carrierOf(directory: Directory, request: SipMessage, flow: Flow): Carrier | undefined {
  const { address, port } = flow.remote
  const listensOn = flow.protocol === 'tcp' && request.via ? (request.via.port ?? 5060) : port
  return directory.carrierAt(address, port) ?? directory.carrierAt(address, listensOn)
}

/** Makes the door of the switch. */
export function createAdmission(parts: AdmitParts): Admission {
  const { digest, sources, limits } = parts
  const refusals = parts.metrics.counter('dialhouse_sip_refused_total', 'SIP requests that were not let in, by reason')
  const refused = (reason: string): void => refusals.add(1, { reason })
  const silence = (reason: string): { ok: false; reply: Reply } => {
    refused(reason)
    return { ok: false, reply: undefined }
  }

  const prove = (request: SipMessage, flow: Flow): Proof => {
    const { address } = flow.remote
    const isKnown = sources.lastAt(address) !== undefined
    const isUrgent = dialsEmergency(dialledUser(request))
    // Whoever dials 911 is told how to prove himself, however his program calls itself.
    if (!isKnown && !isUrgent && isScanner(request)) return silence('scanner')
    const verdict = digest.authenticate(request, flow)
    if (!verdict.ok) {
      const isWrong = verdict.reason === 'wrong_password' || verdict.reason === 'unknown_user'
      const isWithin = limits.take(address, isWrong ? WRONG_COST : CHALLENGE_COST, isKnown)
      if (!isWithin && !isUrgent) return silence('flood')
      refused(verdict.reason)
      return { ok: false, reply: verdict.reply }
    }
    const device = parts.directory().device(verdict.user)
    if (!device) return silence('unknown_user')
    sources.prove(address, verdict.user)
    limits.giveBack(address, CHALLENGE_COST)
    return { ok: true, device }
  }

  /** Of an emergency from a known address: by proof, else the phone registered there, else who proved it last. */
  const emergencyCaller = (request: SipMessage, flow: Flow, lastUser: string): Caller => {
    const directory = parts.directory()
    const verdict = digest.authenticate(request, flow)
    const named = request.from?.uri.user ?? ''
    const isThere = verdict.ok || parts.isRegisteredFrom(named, flow.remote.address)
    const device = directory.device(verdict.ok ? verdict.user : isThere ? named : lastUser)
    return (device && callerOfDevice(directory, device)) ?? guestOf(lastUser)
  }

  return {
    prove,
    refused,
    caller(request, flow) {
      const directory = parts.directory()
      const { address, port } = flow.remote
      const isUrgent = dialsEmergency(dialledUser(request))
      const known = sources.lastAt(address)
      // A carrier that sends us an emergency has it from us: refused, so that the next carrier is tried.
      if (known && isUrgent && !directory.carrierAt(address, port)) {
        return { ok: true, caller: emergencyCaller(request, flow, known.sipUser) }
      }
      const carrier = carrierOf(directory, request, flow)
      if (carrier) return { ok: true, caller: callerOfCarrier(carrier, request) }
      const proof = prove(request, flow)
      if (!proof.ok) return proof
      // A phone whose extension was taken away has proved itself all the same.
      const guest = isUrgent ? guestOf(proof.device.sipUser) : undefined
      const caller = callerOfDevice(directory, proof.device) ?? guest
      if (caller) return { ok: true, caller }
      refused('no_extension')
      return { ok: false, reply: { status: 403 } }
    },
    mayAsk(request, flow) {
      const isKnown = sources.lastAt(flow.remote.address) !== undefined
      if (!isKnown && isScanner(request)) return false
      return limits.take(flow.remote.address, CHALLENGE_COST, isKnown)
    },
  }
}
