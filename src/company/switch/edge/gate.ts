/** What whoever has proved nothing is told, and what he is not: requests as the shield sees them. */

import type { Reply, SipEvents, SipMessage } from '../../../network/sip/index.ts'
import type { Flow } from '../../../network/transport/index.ts'
import { dialledUser, dialsEmergency } from '../routing/dialled.ts'
import type { Directory } from '../directory/directory.ts'
import { carrierOf } from './known-callers.ts'
import type { KnownSources } from './known-sources.ts'
import { isScanner } from './scanners.ts'
import type { Overload } from './overload.ts'
import type { Question, Shield } from './shield.ts'

export type GateParts = {
  directory(): Directory
  readonly sources: KnownSources
  readonly shield: Shield
  readonly overload: Overload
  /** Counts a request that was not let in. */
  refused(reason: string): void
  /** Whether a phone is registered from an address. */
  isRegisteredFrom(sipUser: string, address: string): boolean
  /** Whether a phone is registered through this very flow. */
  isBound(sipUser: string, flow: Flow): boolean
}

export type Gate = {
  readonly shield: Shield
  /** Who asks, as far as anybody can know without a proof. */
  questionOf(request: SipMessage, flow: Flow): Question
  /** A new call or registration that finds no time now: its refusal, undefined being silence; else 'pass'. */
  shed(request: SipMessage, flow: Flow): Reply | 'pass'
  /** What a source may know without a proof (OPTIONS): what we can do, that we are there, or nothing. */
  capabilities(request: SipMessage, flow: Flow): 'all' | 'life' | undefined
  /** Whether an answer without state may go out. */
  mayAnswer: NonNullable<SipEvents['mayAnswer']>
}

/** Answers that the SIP layer gives by itself, before anybody was asked whether he may have one. */
const unasked: ReadonlySet<number> = new Set([400, 406, 415, 416, 420, 481, 482, 483, 501, 505, 513])

/** Makes the gate. */
export function createGate(parts: GateParts): Gate {
  const { sources, shield, refused } = parts
  const isCarrier = (request: SipMessage, flow: Flow): boolean =>
    carrierOf(parts.directory(), request, flow) !== undefined
  const questionOf = (request: SipMessage, flow: Flow): Question => {
    const { address } = flow.remote
    const user = (request.method === 'REGISTER' ? request.to : request.from)?.uri.user ?? ''
    const last = sources.lastAt(address)
    const exists = parts.directory().account(user) !== undefined
    const isNeighbour = exists && (last?.sipUser === user || parts.isRegisteredFrom(user, address))
    const near = isNeighbour ? 'neighbour' : last ? 'known' : 'stranger'
    const standing = exists && parts.isBound(user, flow) ? 'bound' : near
    return { address, flowId: flow.id, user, exists, standing }
  }
  return {
    shield,
    questionOf,
    shed(request, flow) {
      const kind = request.method === 'REGISTER' ? 'registration' : 'call'
      if (!parts.overload.refuses(request.callId, kind) || dialsEmergency(dialledUser(request))) return 'pass'
      const { standing } = questionOf(request, flow)
      // "Always process: ... refreshes of established customers."
      if (request.method === 'REGISTER' && standing === 'bound') return 'pass'
      refused('overload')
      if (standing === 'stranger' && !isCarrier(request, flow)) return undefined
      // Spread, so that those who come back do not come together.
      return { status: 503, headers: [['Retry-After', String(5 + (request.callId.length % 6))]] }
    },
    capabilities(request, flow) {
      if (isCarrier(request, flow)) return 'all'
      const question = questionOf(request, flow)
      const isHostile = question.standing !== 'bound' && isScanner(request)
      const reason = isHostile ? 'scanner' : shield.mayAnswer(question)
      if (reason === undefined) return question.standing === 'stranger' ? 'life' : 'all'
      refused(reason)
      return undefined
    },
    mayAnswer(request, flow, { status, isLarge }) {
      if (isCarrier(request, flow)) return true
      const question = questionOf(request, flow)
      // A call needs a Contact: such a request is about as large as its challenge.
      const isCall = request.contact !== undefined && dialsEmergency(dialledUser(request))
      const isReflected = isLarge && question.standing === 'stranger' && !isCall
      const reason = isReflected ? 'amplification' : unasked.has(status) ? shield.mayAnswer(question) : undefined
      if (reason !== undefined) refused(reason)
      return reason === undefined
    },
  }
}
