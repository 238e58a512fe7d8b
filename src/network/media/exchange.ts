/** The three acts of offer and answer on a call: pass an offer on, pass the answer back, answer ourselves. */

import { isIPv4 } from 'node:net'
import { assert, ok, type Result } from '../../base/index.ts'
import type { MediaBackend, MediaExchange } from './backend.ts'
import type { CallRegistry } from './call-registry.ts'
import { describeAudio, type AudioDescription } from './describe-audio.ts'
import { isBetweenEnds } from './between-ends.ts'
import { unknownCall, type MediaFailure } from './errors.ts'
import type { MediaCall } from './media-call.ts'
import { answerOurselves, passAnswer, passOffer } from './negotiate.ts'

/** A failed act leaves no call behind that it made itself. */
async function keepIfOk<T extends Result<string, MediaFailure>>(
  registry: CallRegistry,
  call: MediaCall,
  isNew: boolean,
  result: T,
): Promise<T> {
  if (!result.ok && isNew) await registry.close(call)
  return result
}

/** The family that somebody wants to hear by; undefined while he is on hold at no address. */
function familyAt({ rtp }: AudioDescription): 4 | 6 | undefined {
  if (rtp === undefined) return undefined
  return isIPv4(rtp.address) ? 4 : 6
}

async function passOfferOn(
  registry: CallRegistry,
  call: MediaCall,
  request: MediaExchange,
  offer: AudioDescription,
): Promise<Result<string, MediaFailure>> {
  const from = await registry.openLeg(call, request.fromLeg, familyAt(offer))
  if (!from.ok) return from
  const to = await registry.openLeg(call, request.toLeg, request.toFamily)
  if (!to.ok) return to
  from.value.signalAddress = request.signalAddress ?? from.value.signalAddress
  return passOffer(from.value.session, to.value.session, offer)
}

async function passAnswerBack(
  registry: CallRegistry,
  call: MediaCall,
  request: MediaExchange & { readonly early?: boolean },
  answer: AudioDescription,
): Promise<Result<string, MediaFailure>> {
  const from = call.legs.get(request.fromLeg)
  const to = call.legs.get(request.toLeg)
  if (!from || !to) return unknownCall
  const agreement = passAnswer(from.session, to.session, answer)
  if (!agreement.ok) return agreement
  from.signalAddress = request.signalAddress ?? from.signalAddress
  from.connect(to, agreement.value.codecs)
  to.connect(from, agreement.value.codecs)
  if (!request.early) call.answeredMs ??= call.touchedMs
  // Others that rang lost the race; their ports serve the next call.
  const others = request.early ? [] : [...call.legs.values()].filter((leg) => leg !== from && leg !== to)
  await Promise.all(others.map((leg) => registry.closeLeg(call, leg)))
  return ok(agreement.value.sdp)
}

type Exchange = Pick<MediaBackend, 'offer' | 'answer' | 'terminate'>

/** Offer and answer on the calls of a registry; SDP is read before anything is opened for it. */
export function createExchange(registry: CallRegistry): Exchange {
  return {
    async offer(request) {
      assert(request.fromLeg !== request.toLeg, 'a leg does not offer to itself')
      const offer = describeAudio(request.sdp)
      if (!offer.ok) return isBetweenEnds(request.sdp) ? ok(request.sdp) : offer
      return registry.make(request.callId, async (call) => {
        const isNew = call.legs.size === 0
        return keepIfOk(registry, call, isNew, await passOfferOn(registry, call, request, offer.value))
      })
    },
    async answer(request) {
      const answer = describeAudio(request.sdp)
      if (!answer.ok) return isBetweenEnds(request.sdp) ? ok(request.sdp) : answer
      const done = await registry.find(request.callId, (call) => passAnswerBack(registry, call, request, answer.value))
      return done ?? unknownCall
    },
    async terminate({ callId, legId, sdp, signalAddress }) {
      const offer = describeAudio(sdp)
      if (!offer.ok) return offer
      return registry.make(callId, async (call) => {
        const isNew = call.legs.size === 0
        const leg = await registry.openLeg(call, legId, familyAt(offer.value))
        if (!leg.ok) return keepIfOk(registry, call, isNew, leg)
        const agreement = answerOurselves(leg.value.session, offer.value)
        if (!agreement.ok) return keepIfOk(registry, call, isNew, agreement)
        leg.value.signalAddress = signalAddress ?? leg.value.signalAddress
        leg.value.connect(undefined, agreement.value.codecs)
        return ok(agreement.value.sdp)
      })
    },
  }
}
