/** Session descriptions (RFC 8866) and the offer/answer model (RFC 3264), as plain data. */
export type { AnswerFailure, SdpFailure } from './errors.ts'
export {
  attributeOf,
  attributesOf,
  type Attribute,
  type Direction,
  type Media,
  type Origin,
  type SdpAddress,
  type Session,
} from './session.ts'
export { isSameSession } from './same-session.ts'
export { parseSdp } from './parse-sdp.ts'
export { writeSdp } from './write-sdp.ts'
export { codecsOf, isSameCodec, withCodecs, type Codec } from './codecs.ts'
export {
  answerDirection,
  audioOf,
  directionOf,
  relocate,
  rtcpTargetOf,
  rtpTargetOf,
  withDirection,
  type Place,
} from './streams.ts'
export { makeAnswer, makeOffer, type Answer, type LocalMedia } from './offer-answer.ts'
