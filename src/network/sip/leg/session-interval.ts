/**
 * Session timers (RFC 4028): within an agreed interval one side must refresh the call, else it is over. Each leg has
 * its own. A peer that knows nothing of it is refreshed by us: its answers prove that it lives.
 */

import { parseDigits } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { Headers } from '../message/write.ts'
import { findParameter } from '../parameters.ts'
import { sendBye } from './end-call.ts'
import type { Leg, Session, Stack } from './leg.ts'

const SECONDS_MAX = 86_400
/** RFC 4028 §4: what Min-SE means when it is not said. */
const MIN_SECONDS = 90
/** A peer may send us up twice; whoever goes on naming another interval is refused (no loop). */
const RAISES_MAX = 2
/** However short an interval a peer insists on, we do not refresh more often. */
const REFRESH_MIN_MS = 10_000
/** What is left at least to a session that a restart interrupted. */
const GRACE_MS = 45_000

/** A refresh that was refused, and not because the call is unknown, is tried again this much later. */
export const REFUSED_MS = 10_000

type Interval = { readonly seconds: number; readonly refresher: string | undefined }

/** Session-Expires of a message; one that cannot be read is none. */
function intervalOf(message: SipMessage): Interval | undefined {
  const value = message.raw(header.sessionExpires)
  if (value === undefined) return undefined
  const semicolon = value.indexOf(';')
  const digits = (semicolon < 0 ? value : value.slice(0, semicolon)).trim()
  const seconds = parseDigits(digits, 2 ** 31 - 1)
  if (seconds <= 0) return undefined
  const refresher = semicolon < 0 ? undefined : findParameter(value.slice(semicolon), 'refresher')?.toLowerCase()
  return { seconds: Math.min(seconds, SECONDS_MAX), refresher }
}

function minimumOf(message: SipMessage): number {
  const value = message.raw(header.minSe)?.split(';')[0]?.trim() ?? ''
  return Math.max(0, parseDigits(value, SECONDS_MAX))
}

function wantedSeconds(stack: Stack, leg: Leg): number {
  return Math.max(leg.session?.seconds ?? stack.session.seconds, leg.minSeconds)
}

/** The lines by which a request of ours asks for an interval, or keeps the one in force and its refresher. */
export function intervalLines(stack: Stack, leg: Leg): string {
  const role = leg.session ? `;refresher=${leg.session.refresher === 'us' ? 'uac' : 'uas'}` : ''
  const minimum = leg.minSeconds > MIN_SECONDS ? `Min-SE: ${leg.minSeconds}\r\n` : ''
  return `Session-Expires: ${wantedSeconds(stack, leg)}${role}\r\n${minimum}`
}

/** The refusal of an interval that is too short (RFC 4028 §9); a peer that could not raise it is not refused. */
export function tooBrief(stack: Stack, request: SipMessage): { status: number; headers: Headers } | undefined {
  const asked = intervalOf(request)
  const { minSeconds } = stack.session
  if (!asked || asked.seconds >= minSeconds || !request.hasOption(header.supported, 'timer')) return undefined
  return { status: 422, headers: [['Min-SE', String(minSeconds)]] }
}

/** After a 422: whether the request may be sent again with the longer interval that it names (RFC 4028 §7.4). */
export function raiseInterval(stack: Stack, leg: Leg, response: SipMessage): boolean {
  const minimum = minimumOf(response)
  if (response.status !== 422 || minimum <= wantedSeconds(stack, leg) || leg.raises >= RAISES_MAX) return false
  leg.raises++
  leg.minSeconds = minimum
  return true
}

/** Agrees on the interval of a request that we accept (RFC 4028 §9, table 2); returns the lines of our 2xx. */
export function agreeInterval(stack: Stack, leg: Leg, request: SipMessage): string {
  const asked = intervalOf(request)
  const knows = request.hasOption(header.supported, 'timer')
  const ours = leg.session?.seconds ?? stack.session.seconds
  const wanted = asked === undefined ? ours : Math.min(asked.seconds, Math.max(ours, stack.session.seconds))
  const seconds = Math.max(wanted, minimumOf(request), stack.session.minSeconds)
  // Who asks may say who refreshes; else it stays as it is, and at first the peer does it.
  const kept = leg.session?.refresher === 'us' ? 'uas' : 'uac'
  const refresher = !knows ? 'uas' : (asked?.refresher ?? kept)
  run(stack, leg, seconds, refresher === 'uas' ? 'us' : 'peer')
  return `Session-Expires: ${seconds};refresher=${refresher}\r\n${refresher === 'uac' ? 'Require: timer\r\n' : ''}`
}

/** Begins, or begins anew, after a 2xx to a request of ours (RFC 4028 §7.2). */
export function startSession(stack: Stack, leg: Leg, response: SipMessage): void {
  const agreed = intervalOf(response)
  const seconds = agreed?.seconds ?? wantedSeconds(stack, leg)
  run(stack, leg, seconds, agreed?.refresher === 'uas' ? 'peer' : 'us')
}

/** Goes on with a session of before a restart; one that ended meanwhile gets a little longer. */
export function resumeSession(stack: Stack, leg: Leg, { seconds, refresher, endsMs }: Session): void {
  leg.session = { seconds, refresher, endsMs: Math.max(endsMs, stack.clock.monotonic() + GRACE_MS) }
  scheduleSession(stack, leg)
}

function run(stack: Stack, leg: Leg, seconds: number, refresher: 'us' | 'peer'): void {
  leg.session = { seconds, refresher, endsMs: stack.clock.monotonic() + seconds * 1000 }
  scheduleSession(stack, leg)
}

/** Sets the timer of the session as it stands: our refresh at half of it, or its end (RFC 4028 §10). */
function scheduleSession(stack: Stack, leg: Leg): void {
  const { session } = leg
  if (!session || leg.state === 'ending' || leg.state === 'gone') return
  leg.sessionTimer?.stop()
  const leftMs = session.endsMs - stack.clock.monotonic()
  if (session.refresher === 'us') {
    const delayMs = Math.max(REFRESH_MIN_MS, leftMs - session.seconds * 500)
    leg.sessionTimer = stack.wheel.after(delayMs, () => stack.refresh(leg))
    return
  }
  // RFC 4028 §10: the smaller of 32 s and a third of the interval before its end.
  const delayMs = Math.max(0, leftMs - Math.min(32_000, (session.seconds * 1000) / 3))
  leg.sessionTimer = stack.wheel.after(delayMs, () => expire(stack, leg))
}

/** A refresh that did not go through is tried again after `delayMs`, or when little is left at the end. */
export function refreshLater(stack: Stack, leg: Leg, delayMs: number): void {
  const { session } = leg
  if (!session || leg.state !== 'up') return
  leg.sessionTimer?.stop()
  const leftMs = session.endsMs - stack.clock.monotonic()
  leg.sessionTimer =
    leftMs <= delayMs && !leg.urgent
      ? stack.wheel.after(Math.max(0, leftMs), () => expire(stack, leg))
      : stack.wheel.after(delayMs, () => stack.refresh(leg))
}

/** Nobody refreshed: the call is over, but never an emergency, whose media may well go on. */
function expire(stack: Stack, leg: Leg): void {
  if (leg.urgent || leg.state !== 'up') return
  sendBye(stack, leg, { status: 408, reason: 'Session Expired', by: 'timeout' })
}
