/**
 * What goes along with a call although we make no use of it: user-to-user information (RFC 7433), and the wish that a
 * telephone answers by itself (RFC 5373), which only colleagues are granted.
 */

import type { Headers, SipMessage } from '../../../network/sip/index.ts'
import { ownLocation, type OwnLocation } from '../emergency/pidf-lo.ts'
import { dialledUser, dialsEmergency } from './dialled.ts'
import type { Caller } from './route.ts'

/** Of all its user-to-user information together; ISDN carried 128 bytes. */
const UUI_MAX = 400

export type Carried = {
  readonly userToUser: readonly string[]
  readonly isIntercom: boolean
  /** Of an emergency: where its caller says that he is. */
  readonly location?: OwnLocation | undefined
}

const asksToAnswer = (request: SipMessage): boolean =>
  /^auto\b/i.test(request.header('Answer-Mode') ?? '') ||
  request.headers('Call-Info').some((value) => /;\s*answer-after\s*=\s*0\b/i.test(value)) ||
  request.headers('Alert-Info').some((value) => /;\s*info\s*=\s*"?(alert-autoanswer|auto-answer|intercom)/i.test(value))

/** Reads it from an INVITE; undefined when there is nothing, which is nearly always. */
export function carriedBy(request: SipMessage, caller: Caller): Carried | undefined {
  const said = request.headers('User-to-User').filter((value) => /^[\w"%.;=+\-/ ]+$/.test(value))
  const userToUser = said.join(',').length <= UUI_MAX ? said : []
  const isIntercom = caller.kind === 'device' && asksToAnswer(request)
  const location = dialsEmergency(dialledUser(request)) ? ownLocation(request) : undefined
  return userToUser.length > 0 || isIntercom || location ? { userToUser, isIntercom, location } : undefined
}

/** The same as headers; `isColleague` when a telephone of the caller's own company is rung. */
export function carriedHeaders(carried: Carried | undefined, host: string, isColleague = false): Headers {
  if (!carried) return []
  const told = carried.userToUser.map((value) => ['User-to-User', value] as const)
  if (!carried.isIntercom || !isColleague) return told
  return [...told, ['Answer-Mode', 'Auto'], ['Call-Info', `<sip:${host}>;answer-after=0`]]
}
