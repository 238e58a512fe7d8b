/**
 * Offer and answer through a relay (RFC 3264): each leg has a session of its own with us, and what one
 * side said is told to the other with our address, the other's numbers and everything else left out.
 */

import { ok, type Result } from '../../base/index.ts'
import type { Codec } from '../sdp/index.ts'
import { asG711, codecKey, isVoice, relayable } from './codec.ts'
import type { AudioDescription, Direction } from './describe-audio.ts'
import { badSdp, noCodec, type BadSdp, type NoCodec } from './errors.ts'
import type { LegSession } from './session.ts'

export type Agreement = {
  /** Our SDP for the side that offered. */
  readonly sdp: string
  /** What both sides speak, preferred first. */
  readonly codecs: readonly Codec[]
}

/** What may be answered to a direction when the other end wants `wish` (RFC 3264 §6.1). */
function answerTo(offer: Direction, wish: Direction): Direction {
  return { sends: wish.sends && offer.receives, receives: wish.receives && offer.sends }
}

/** Passes an offer on; the result is our offer to the other side. Nothing changes in force before the answer. */
export function passOffer(from: LegSession, to: LegSession, offer: AudioDescription): Result<string, NoCodec> {
  const codecs = relayable(offer.codecs)
  if (!codecs.some(isVoice)) return noCodec('the offer names no audio codec that can be relayed')
  from.layout(offer)
  from.numbering.learn(codecs, 'offer')
  from.pending = offer
  to.offered = codecs
  return ok(to.tell({ codecs, direction: offer.direction, packetMs: offer.packetMs }))
}

/** Passes an answer back; both descriptions come into force. The result is our answer to the offerer. */
export function passAnswer(
  from: LegSession,
  to: LegSession,
  answer: AudioDescription,
): Result<Agreement, NoCodec | BadSdp> {
  const offer = to.pending ?? to.remote
  if (!offer || from.offered.length === 0) return badSdp('this answers no offer')
  const offered = new Set(from.offered.map(codecKey))
  const codecs = relayable(answer.codecs).filter((codec) => offered.has(codecKey(codec)))
  if (!codecs.some(isVoice)) return noCodec('the answer shares no audio codec with the offer')
  from.layout(answer)
  from.numbering.learn(codecs, 'answer')
  from.remote = answer
  from.pending = undefined
  to.remote = offer
  to.pending = undefined
  const direction = answerTo(offer.direction, answer.direction)
  return ok({ sdp: to.tell({ codecs, direction, packetMs: answer.packetMs }), codecs })
}

/** Answers an offer ourselves, with the first codec that we speak and its telephone events. */
export function answerOurselves(session: LegSession, offer: AudioDescription): Result<Agreement, NoCodec> {
  const voice = offer.codecs.find((codec) => asG711(codec))
  if (!voice) return noCodec('announcements are spoken in PCMU or PCMA, and the offer names neither')
  const events = offer.codecs.find((codec) => codecKey(codec) === 'telephone-event/8000/1')
  const codecs = events ? [voice, events] : [voice]
  session.layout(offer)
  session.numbering.learn(codecs, 'offer')
  session.remote = offer
  session.pending = undefined
  const direction = answerTo(offer.direction, { sends: true, receives: true })
  return ok({ sdp: session.tell({ codecs, direction, packetMs: 20 }), codecs })
}
