/**
 * Who may ask us for something: phones by digest, carriers by their address, and for an emergency
 * whoever proved a credential from that address within 30 days. Everybody else gets the same
 * challenge whatever he tries, and silence when he tries too often (DESIGN.md §9).
 */

import type { Metrics } from '../../base/index.ts'
import type { Reply, SipMessage } from '../../network/sip/index.ts'
import type { Flow } from '../../network/transport/index.ts'
import type { CallRates } from './call-rates.ts'
import { assertedCaller } from './caller-identity.ts'
import { dialledUser, dialsEmergency } from './dialled.ts'
import type { SipAccount } from './directory.ts'
import {
  callerOfAccount,
  carrierOf,
  emergencyCaller,
  guestOf,
  staticTrunkCaller,
  type KnownCallerParts,
} from './known-callers.ts'
import type { Caller } from './route.ts'
import { isScanner } from './scanners.ts'
import type { SourceLimits } from './source-limits.ts'

const CHALLENGE_COST = 1
const WRONG_COST = 10

export type AdmitParts = KnownCallerParts & {
  readonly limits: SourceLimits
  readonly rates: CallRates
  readonly metrics: Metrics
}

export type Proof = { readonly ok: true; readonly account: SipAccount } | { readonly ok: false; readonly reply: Reply }

export type Admission = {
  /** Who calls; otherwise the refusal, undefined for silence. */
  caller(
    request: SipMessage,
    flow: Flow,
  ): { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly reply: Reply }
  /** Which phone or trunk a request proves. */
  prove(request: SipMessage, flow: Flow): Proof
  /** Whether a source may have an answer that costs no proof (OPTIONS). */
  mayAsk(request: SipMessage, flow: Flow): boolean
  refused(reason: string): void
}

type Admitted = ReturnType<Admission['caller']>

/** A trunk that begins too many calls is told to wait: nothing is recorded, so that a loop of its costs nothing. */
function unlessTooFast({ rates }: AdmitParts, caller: Caller, refused: (reason: string) => void): Admitted {
  if (caller.kind !== 'trunk' || rates.take(caller.trunk)) return { ok: true, caller }
  refused('trunk_rate')
  return { ok: false, reply: { status: 503, reason: 'Too Many Calls A Second', headers: [['Retry-After', '1']] } }
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
    const account = parts.directory().account(verdict.user)
    if (!account) return silence('unknown_user')
    sources.prove(address, verdict.user)
    limits.giveBack(address, CHALLENGE_COST)
    return { ok: true, account }
  }

  return {
    prove,
    refused,
    caller(request, flow) {
      const directory = parts.directory()
      const { address, port } = flow.remote
      const isUrgent = dialsEmergency(dialledUser(request))
      const trunk = staticTrunkCaller(parts, request, flow)
      if (trunk) return isUrgent ? { ok: true, caller: trunk } : unlessTooFast(parts, trunk, refused)
      const known = sources.lastAt(address)
      // A carrier that sends us an emergency has it from us: refused, so that the next carrier is tried.
      if (known && isUrgent && !directory.carrierAt(address, port)) {
        return { ok: true, caller: emergencyCaller(parts, request, flow, known.sipUser) }
      }
      const carrier = carrierOf(directory, request, flow)
      if (carrier) return { ok: true, caller: { kind: 'carrier', carrier, ...assertedCaller(request) } }
      const proof = prove(request, flow)
      if (!proof.ok) return proof
      // A phone whose extension was taken away has proved itself all the same.
      const { sipUser } = proof.account
      const guest = isUrgent ? guestOf(sipUser) : undefined
      const caller = callerOfAccount(directory, sipUser, request) ?? guest
      if (caller) return isUrgent ? { ok: true, caller } : unlessTooFast(parts, caller, refused)
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
