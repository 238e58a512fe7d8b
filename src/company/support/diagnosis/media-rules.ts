/** Causes that the media show: who was heard, what was lost on the way, and why. */

import { isPrivateAddress, legsOf, mediaAddressOf, type Evidence, type LegMedia } from './evidence.ts'
import type { Cause, Rule } from './finding.ts'
import { rewrittenBy } from './signalling-rules.ts'

/** "packet loss > 5 %"; below a second of audio nothing is said. */
const LOSS_RATIO = 0.05
const JITTER_MS = 30
const PACKETS_MIN = 50

const sides = ['caller', 'callee'] as const
type Side = (typeof sides)[number]

function legOfSide(evidence: Evidence, side: Side): LegMedia | undefined {
  return side === 'caller' ? evidence.media[0] : evidence.media.at(-1)
}

const isHeard = ({ packetsIn }: LegMedia): boolean => packetsIn >= 10

/** Whether the call should have had audio both ways. */
function talked({ call, media }: Evidence): boolean {
  return call.answeredAt !== null && media.length >= 2 && call.endedAt - call.answeredAt >= 3000
}

/** Held calls are silent on purpose. */
const isHeld = ({ messages }: Evidence): boolean =>
  messages.some(({ sdp }) => /a=(sendonly|inactive|recvonly)/.test(sdp))

/** Nothing came from one side, or from both. */
export const silentSideRule: Rule = (evidence) => {
  if (!talked(evidence) || isHeld(evidence)) return undefined
  const silent = sides.filter((side) => !isHeard(legOfSide(evidence, side)!))
  if (silent.length === 0) return undefined
  if (silent.length === 2) {
    return {
      code: 'no_audio',
      sentence: 'Neither side was heard: no audio arrived from either.',
      where: 'caller',
      severity: 'high',
      evidence: evidence.media.map((leg) => `${leg.legId}: ${leg.packetsIn} packets came in.`),
    }
  }
  return oneWay(evidence, silent[0]!)
}

function oneWay(evidence: Evidence, side: Side): Cause {
  const { messages } = evidence
  const leg = legOfSide(evidence, side)!
  const { caller, far } = legsOf(messages)
  const sipLeg = side === 'caller' ? caller : far.at(-1)
  const told = messages.findLast((one) => one.leg === sipLeg && one.direction === 'in' && one.sdp !== '')
  const address = told ? mediaAddressOf(told) : ''
  const seen = [`${leg.packetsIn} packets came from the ${side}, ${leg.packetsOut} went there.`]
  const base = { where: side, severity: 'high' } as const
  if (leg.dropped > PACKETS_MIN) {
    return {
      ...base,
      code: `one_way_${side}_other_source`,
      sentence: `The ${side} was not heard: its audio came from another address than it announced.`,
      evidence: [...seen, `${leg.dropped} packets came from elsewhere and were not taken.`],
    }
  }
  const rewritten = rewrittenBy(messages, sipLeg)
  if (rewritten) {
    return {
      ...base,
      code: `one_way_${side}_alg`,
      sentence: `The ${side} was not heard: a router (SIP ALG) rewrote only a part of its addresses.`,
      evidence: [...seen, `${rewritten.remote} announced ${mediaAddressOf(rewritten)} beside another address.`],
    }
  }
  if (told && isPrivateAddress(address) && !isPrivateAddress(told.remote)) {
    return {
      ...base,
      code: `one_way_${side}_private_address`,
      sentence: `The ${side} was not heard: its phone announced a private address, unreachable from outside.`,
      evidence: [...seen, `${told.remote} asked for audio at ${address}.`],
    }
  }
  return {
    ...base,
    code: `one_way_${side}`,
    sentence: `One-way audio: nothing was heard of the ${side}.`,
    evidence: seen,
  }
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`

function wherePackets(evidence: Evidence, side: Side): Cause['where'] {
  const { direction, class: kind } = evidence.call
  const isCarrier = kind !== 'onnet' && direction === (side === 'callee' ? 'outbound' : 'inbound')
  return isCarrier ? 'carrier' : side
}

/** Packets that were lost, or came unevenly, on the way to us. */
export const lossRule: Rule = (evidence) => {
  if (!talked(evidence)) return undefined
  return sides.flatMap((side): Cause[] => {
    const { packetsIn, lost, jitterMs } = legOfSide(evidence, side)!
    const share = lost / Math.max(1, packetsIn + lost)
    const where = wherePackets(evidence, side)
    const name = where === 'carrier' ? 'carrier' : side
    if (packetsIn < PACKETS_MIN) return []
    return [
      ...(share > LOSS_RATIO
        ? [
            {
              code: `packet_loss_${name}`,
              sentence: `The ${side} was heard badly: packets were lost on the way from ${placeOf(where)}.`,
              where,
              severity: 'normal' as const,
              evidence: [`${lost} of ${packetsIn + lost} packets, ${percent(share)}.`],
            },
          ]
        : []),
      ...(jitterMs > JITTER_MS
        ? [
            {
              code: `jitter_${name}`,
              sentence: `The ${side} was heard badly: packets came very unevenly from ${placeOf(where)}.`,
              where,
              severity: 'normal' as const,
              evidence: [`Jitter ${Math.round(jitterMs)} ms; up to 10 ms is good.`],
            },
          ]
        : []),
    ]
  })
}

const placeOf = (where: Cause['where']): string => (where === 'carrier' ? 'the carrier' : 'its site')

/** Audio stopped both ways, and the call was ended for it. */
export const mediaTimeoutRule: Rule = ({ call, media }) => {
  if (call.hangupCause !== 'media_timeout') return undefined
  return {
    code: 'media_timeout',
    sentence: 'Audio stopped, and the call was ended for it: often a network that went away.',
    where: 'caller',
    severity: 'normal',
    evidence: media.map((leg) => `${leg.legId}: ${leg.packetsIn} packets came in.`),
  }
}
