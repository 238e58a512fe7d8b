/**
 * Who may ask us for something: phones by digest, carriers by their address, and for an emergency
 * whoever proved a credential from that address within 30 days. Everybody else gets the same
 * challenge whatever he tries, and silence when he tries too often (DESIGN.md §9).
 */

import type { Reply, SipMessage } from '../../../network/sip/index.ts'
import type { Flow } from '../../../network/transport/index.ts'
import type { CallRates } from '../trunks/call-rates.ts'
import { assertedCaller } from '../trunks/caller-identity.ts'
import { dialledUser, dialsEmergency } from '../routing/dialled.ts'
import type { SipAccount } from '../directory/directory.ts'
import {
  callerOfAccount,
  carrierOf,
  emergencyCaller,
  guestOf,
  staticTrunkCaller,
  type KnownCallerParts,
} from './known-callers.ts'
import type { Caller } from '../routing/route.ts'
import { isScanner } from './scanners.ts'
import type { Gate } from './gate.ts'

export type AdmitParts = KnownCallerParts & {
  readonly gate: Gate
  readonly rates: CallRates
  /** Counts a request that was not let in. */
  refused(reason: string): void
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
  const { digest, sources, gate, refused } = parts
  const { shield } = gate
  const silence = (reason: string): { ok: false; reply: Reply } => {
    refused(reason)
    return { ok: false, reply: undefined }
  }
  const prove = (request: SipMessage, flow: Flow): Proof => {
    const isUrgent = dialsEmergency(dialledUser(request))
    const question = gate.questionOf(request, flow)
    // Whoever dials 911 is told how to prove himself, however his program calls itself.
    if (question.standing !== 'bound' && !isUrgent && isScanner(request)) return silence('scanner')
    const verdict = digest.authenticate(request, flow)
    if (!verdict.ok) {
      const isWrong = verdict.reason === 'wrong_password' || verdict.reason === 'unknown_user'
      const reason = isWrong ? shield.mayRefuse(question) : shield.mayAnswer(question)
      if (reason !== undefined && !isUrgent) return silence(reason)
      refused(verdict.reason)
      return { ok: false, reply: verdict.reply }
    }
    const account = parts.directory().account(verdict.user)
    if (!account) return silence('unknown_user')
    sources.prove(flow.remote.address, verdict.user)
    shield.proved(question)
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
  }
}
