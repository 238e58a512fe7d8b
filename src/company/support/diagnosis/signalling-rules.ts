/**
 * Causes that the SIP messages show: who refused, with what; who never answered; what the two sides could not agree on.
 */

import { headerOf, isPrivateAddress, legsOf, mediaAddressOf, type Evidence, type Message } from './evidence.ts'
import type { Cause, Rule } from './finding.ts'

/** What final statuses of a carrier mean (RFC 3398 §8.2.6.1, RFC 8197, RFC 8688). */
const carrierSays: Readonly<Record<number, readonly [code: string, sentence: string]>> = {
  403: ['carrier_403', 'The carrier forbade the call: often a number shown that it does not know as ours.'],
  404: ['carrier_404', 'The carrier says that the number called does not exist.'],
  408: ['carrier_408', 'The carrier gave up waiting for the far end.'],
  410: ['carrier_410', 'The carrier says that the number called has changed.'],
  480: ['carrier_480', 'The carrier says that the number called cannot be reached now.'],
  484: ['carrier_484', 'The carrier says that the number is incomplete.'],
  500: ['carrier_500', 'The carrier had a fault of its own.'],
  502: ['carrier_502', 'The carrier got no usable answer from the next network.'],
  503: ['carrier_503', 'The carrier had no free circuit.'],
  504: ['carrier_504', 'The carrier waited in vain for the next network.'],
  603: ['declined', 'The number called declined the call.'],
  607: ['unwanted', 'The number called does not want calls from this one.'],
  608: ['rejected_by_analytics', 'A network on the way rejected the call because it looks unwanted.'],
}

const isFinalRefusal = ({ status, about, direction }: Message): boolean =>
  direction === 'in' && about === 'INVITE' && status >= 400 && ![401, 407, 487].includes(status)

/** The refusals of far legs, one a leg. */
function refusalsOf({ messages }: Evidence): Message[] {
  const { far } = legsOf(messages)
  return far.flatMap((leg) => messages.findLast((one) => one.leg === leg && isFinalRefusal(one)) ?? [])
}

/** A far end that refused, when the call was answered by nobody else. */
export const refusalRule: Rule = (evidence) => {
  const { call } = evidence
  if (call.answeredAt !== null) return undefined
  const refusals = refusalsOf(evidence)
  const isInside = call.direction === 'internal' || call.class === 'onnet' || call.direction === 'inbound'
  return refusals.flatMap((refusal): Cause[] => {
    const who = isInside ? refusal.remote : 'The carrier'
    const seen = [`${who} answered ${refusal.status} ${refusal.reason}`.trimEnd() + '.']
    if (refusal.status === 486 || refusal.status === 600) return []
    if (refusal.status === 488 || refusal.status === 606) return []
    const says = carrierSays[refusal.status]
    if (isInside) {
      if (refusal.status === 603) return []
      return [
        {
          code: 'phone_refused',
          sentence: 'The phone that was called refused the call.',
          where: 'callee',
          severity: 'normal',
          evidence: seen,
        },
      ]
    }
    const [code, sentence] = says ?? ['carrier_other', `The carrier refused the call with ${refusal.status}.`]
    const isTheirs = ['declined', 'unwanted', 'carrier_404', 'carrier_410', 'carrier_484'].includes(code)
    return [
      {
        code,
        sentence,
        where: isTheirs ? 'nobody' : 'carrier',
        severity: isTheirs ? undefined : 'high',
        evidence: seen,
      },
    ]
  })
}

/** INVITEs that went out and were never answered by anything. */
export const silenceRule: Rule = ({ call, messages }) => {
  if (call.answeredAt !== null) return undefined
  const silent = legsOf(messages).far.filter(
    (leg) => !messages.some((one) => one.leg === leg && one.direction === 'in' && one.about === 'INVITE'),
  )
  return silent.map((leg): Cause => {
    const sent = messages.filter((one) => one.leg === leg && one.method === 'INVITE')
    const isCarrier = call.direction === 'outbound' && call.class !== 'onnet'
    return {
      code: isCarrier ? 'carrier_silent' : 'phone_silent',
      sentence: isCarrier
        ? 'The carrier did not answer at all.'
        : 'The phone is registered, but did not answer: its network address has changed, or it is switched off.',
      where: isCarrier ? 'carrier' : 'callee',
      severity: 'high',
      evidence: [`${sent.length} INVITEs to ${isCarrier ? 'the carrier' : sent[0]!.remote} without any answer.`],
    }
  })
}

/** "unavailable" without anybody to ring: no phone of the extension is registered. */
export const unregisteredRule: Rule = ({ call, messages }) => {
  if (call.hangupCause !== 'unavailable' || call.answeredAt !== null) return undefined
  if (legsOf(messages).far.length > 0 || (messages.length === 0 && call.ringingAt !== null)) return undefined
  return {
    code: 'unregistered',
    sentence: 'No phone of the extension called was registered.',
    where: 'callee',
    severity: 'high',
    evidence: ['The call ended with 480 and was sent to no phone.'],
  }
}

const codecsOf = ({ sdp }: Message): string => {
  const audio = /m=audio \d+ (\S+) ([\d ]+)/.exec(sdp)
  if (!audio) return 'no audio'
  const names = audio[2]!
    .trim()
    .split(' ')
    .map((type) => new RegExp(String.raw`a=rtpmap:${type} ([^\r\n]+)`).exec(sdp)?.[1] ?? type)
  return `${audio[1]} ${names.join(', ')}`
}

/** Two sides without a codec, or with different ideas of encryption. */
export const codecRule: Rule = ({ call, messages }) => {
  const refusal = messages.find((one) => (one.status === 488 || one.status === 606) && one.about === 'INVITE')
  if (call.answeredAt !== null || (call.hangupCause !== 'no_common_codec' && !refusal)) return undefined
  const offers = messages.filter((one) => one.method === 'INVITE' && one.sdp !== '')
  const isSecure = (one: Message): boolean => /m=audio \d+ (RTP\/SAVP|UDP\/TLS)/.test(one.sdp)
  const mixed = offers.some(isSecure)
  return {
    code: mixed ? 'encryption_mismatch' : 'codec_mismatch',
    sentence: mixed
      ? 'One side asks for encrypted audio, the other one does not speak it.'
      : 'The two sides have no audio codec in common.',
    where: refusal?.direction === 'in' ? 'callee' : 'caller',
    severity: 'normal',
    evidence: [
      ...(offers[0] ? [`Offered: ${codecsOf(offers[0])}.`] : []),
      ...(refusal ? [`One side answered 488 ${refusal.reason}`.trimEnd() + '.'] : [`SIP ${call.sipStatus}.`]),
    ],
  }
}

/** Challenged again after an answer to the challenge: the password is wrong. */
export const passwordRule: Rule = ({ messages }) => {
  const isProof = (one: Message): boolean => one.direction === 'in' && /\n(proxy-)?authorization[ \t]*:/i.test(one.text)
  const proofs = messages.filter(isProof)
  for (const proof of proofs) {
    const answer = messages.find(
      (one) => one.leg === proof.leg && one.direction === 'out' && one.cseq === proof.cseq && one.status >= 400,
    )
    const isStale = answer !== undefined && /stale=true/i.test(answer.text)
    if (!answer || isStale || ![401, 407].includes(answer.status)) continue
    const later = messages.some(
      (one) => one.leg === proof.leg && one.at > answer.at && one.status > 100 && one.status < 300,
    )
    if (later) continue
    return {
      code: 'wrong_password',
      sentence: 'The phone sent a wrong password.',
      where: 'caller',
      severity: 'normal',
      evidence: [`${proof.remote} answered the challenge and was given ${answer.status} again.`],
    }
  }
  return undefined
}

/** The device of a carrier that challenges us and refuses our proof. */
export const carrierPasswordRule: Rule = ({ messages }) => {
  const refused = messages.find(
    (one) => one.direction === 'in' && [401, 407].includes(one.status) && one.about === 'INVITE',
  )
  const isTaken = (one: Message): boolean =>
    one.leg === refused?.leg && one.at > refused.at && one.status >= 180 && one.status < 300
  if (!refused || messages.some(isTaken)) return undefined
  return {
    code: 'carrier_challenge',
    sentence: 'The carrier asked us for a password, and did not take ours.',
    where: 'us',
    severity: 'high',
    evidence: [`The carrier answered ${refused.status}.`],
  }
}

const hasKeys = ({ sdp }: Message): boolean => /telephone-event/i.test(sdp)

/** Keys are sent as events by one side and not understood by the other. */
export const keysRule: Rule = ({ call, messages }) => {
  if (call.answeredAt === null) return undefined
  const { caller, far } = legsOf(messages)
  const offer = messages.find((one) => one.leg === caller && one.method === 'INVITE' && one.sdp !== '')
  const answer = messages.findLast(
    (one) => far.includes(one.leg) && one.direction === 'in' && one.status === 200 && one.sdp !== '',
  )
  if (!offer || !answer || hasKeys(offer) === hasKeys(answer)) return undefined
  const usesInfo = messages.some((one) => one.method === 'INFO' && /dtmf/i.test(one.text))
  const knowing = hasKeys(offer) ? offer : answer
  return {
    code: 'dtmf_mode',
    sentence: 'One side sends pressed keys as events (RFC 4733), the other one does not understand them.',
    where: knowing === offer ? 'callee' : 'caller',
    severity: 'normal',
    evidence: [
      `The ${knowing === offer ? 'caller' : 'far side'} has telephone-event, the other side has not.`,
      ...(usesInfo ? ['Keys were sent by INFO.'] : []),
    ],
  }
}

/** A hold that nobody took back. */
export const holdRule: Rule = ({ call, messages }) => {
  if (call.answeredAt === null) return undefined
  const offers = messages.filter((one) => one.method === 'INVITE' && one.direction === 'in' && one.sdp !== '')
  for (const leg of new Set(offers.map((one) => one.leg))) {
    const last = offers.findLast((one) => one.leg === leg)!
    if (!/a=(sendonly|inactive)/.test(last.sdp) || offers.filter((one) => one.leg === leg).length < 2) continue
    return {
      code: 'left_on_hold',
      sentence: 'The call was put on hold and not taken back until it ended.',
      where: leg === legsOf(messages).caller ? 'caller' : 'callee',
      severity: 'normal',
      evidence: [`The last offer says ${/a=(sendonly|inactive)/.exec(last.sdp)![1]}.`],
    }
  }
  return undefined
}

/** A far side that vanished: a request within the call found nobody any more. */
export const lostPeerRule: Rule = ({ call, messages }) => {
  if (call.answeredAt === null) return undefined
  const gone = messages.find(
    (one) => one.direction === 'in' && [408, 481].includes(one.status) && one.about !== 'BYE' && one.about !== 'CANCEL',
  )
  if (call.hangupCause !== 'peer_lost' && !gone) return undefined
  return {
    code: 'peer_lost',
    sentence: 'One side of the call vanished: it did not answer our questions any more.',
    where: call.endedBy === 'caller' ? 'caller' : 'callee',
    severity: 'normal',
    evidence: gone ? [`It answered ${gone.status}.`] : ['No answer to a refresh of the session.'],
  }
}

const SLOW_MS = 10_000

/** It took very long until it rang. */
export const slowRule: Rule = ({ call, messages }) => {
  if (call.ringingAt === null || call.ringingAt - call.startedAt < SLOW_MS) return undefined
  const { far } = legsOf(messages)
  const waited = Math.round((call.ringingAt - call.startedAt) / 1000)
  return {
    code: 'slow_setup',
    sentence: `It took ${waited} seconds until it rang.`,
    where: call.direction === 'outbound' ? 'carrier' : 'callee',
    severity: 'normal',
    evidence: [`${far.length} ${far.length === 1 ? 'place was' : 'places were'} tried.`],
  }
}

/** The address book of a router rewrote some parts of a message and not others. */
export function rewrittenBy(messages: readonly Message[], leg: string | undefined): Message | undefined {
  return messages.find((one) => {
    if (one.leg !== leg || one.direction !== 'in' || one.sdp === '') return false
    const origin = /(?:^|\n)o=\S+ \S+ \S+ IN IP4 (\S+)/.exec(one.sdp)?.[1] ?? ''
    const contact = /@?((?:\d{1,3}\.){3}\d{1,3})/.exec(headerOf(one, 'contact') || headerOf(one, 'm'))?.[1] ?? ''
    const media = mediaAddressOf(one)
    if (media === '' || isPrivateAddress(media)) return false
    // It put its public address in one place, and left the private one in another.
    return isPrivateAddress(origin) || isPrivateAddress(contact)
  })
}
