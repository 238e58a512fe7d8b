/** The ways in which a message between processes fails. */

import { fail, type Failure } from '../../base/index.ts'

export type BusFailure = Failure<'bus.unreachable' | 'bus.timeout' | 'bus.refused' | 'bus.too_large'>

/** Why a bus could not be opened. */
export type BusOpenFailure = Failure<'bus.name_taken' | 'bus.cannot_listen'>

/** The peer is away, went away before it replied, or does not read; a request may or may not have been done. */
export function unreachable(peer: string, why: string) {
  return fail('bus.unreachable', `${peer} cannot be reached: ${why}`, { peer })
}

/** No reply came in time; the request may still be done. */
export function timedOut(peer: string, topic: string, timeoutMs: number) {
  return fail('bus.timeout', `${peer} did not reply to ${topic} within ${timeoutMs} ms`, { peer, topic, timeoutMs })
}

/** The peer answered that it cannot do this. */
export function refused(why: string, details: Readonly<Record<string, unknown>>) {
  return fail('bus.refused', why, details)
}

/** The message is larger than a frame may be; it was not sent. */
export function tooLarge(topic: string, bytesMax: number) {
  return fail('bus.too_large', `a message of ${topic} has more than ${bytesMax} bytes`, { topic, bytesMax })
}
