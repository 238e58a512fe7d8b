/** The INVITE client transaction (RFC 3261 §17.1.1 with RFC 6026 §7.2). */

import { longWaitMs, stay, type MachineStep, type Settings } from './machine.ts'

export type ClientInviteState = {
  readonly phase: 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated'
  /** Timer A's present value. */
  readonly resendMs: number
}

export type ClientEvent =
  | { readonly kind: 'start' | 'resend' | 'deadline' | 'transportError' }
  | { readonly kind: 'response'; readonly status: number }

type Step = MachineStep<ClientInviteState>

/** Timer D: as long as an unreliable server may repeat its final answer (RFC 3261 §17.1.1.2). */
const TIMER_D_MS = 32_000

export const clientInviteStart: ClientInviteState = { phase: 'calling', resendMs: 0 }

/** The next state and what to do about it. */
export function stepClientInvite(state: ClientInviteState, event: ClientEvent, settings: Settings): Step {
  if (event.kind === 'transportError') return onTransportError(state)
  switch (state.phase) {
    case 'calling':
      return inCalling(state, event, settings)
    case 'proceeding':
      return inProceeding(state, event, settings)
    case 'completed':
      return inCompleted(state, event)
    case 'accepted':
      return inAccepted(state, event)
    default:
      return stay(state)
  }
}

function onTransportError(state: ClientInviteState): Step {
  if (state.phase === 'accepted' || state.phase === 'terminated') return stay(state)
  const terminated: ClientInviteState = { ...state, phase: 'terminated' }
  // After a final answer only the ACK was lost, and the user already knows the answer.
  return { state: terminated, outputs: state.phase === 'completed' ? ['end'] : ['unreachable', 'end'] }
}

function inCalling(state: ClientInviteState, event: ClientEvent, settings: Settings): Step {
  switch (event.kind) {
    case 'start': {
      const deadline = { deadlineInMs: longWaitMs(settings) }
      if (settings.reliable) return { state, outputs: ['send', deadline] }
      const { t1Ms } = settings
      return { state: { ...state, resendMs: t1Ms }, outputs: ['send', { resendInMs: t1Ms }, deadline] }
    }
    case 'resend': {
      const resendMs = state.resendMs * 2
      return { state: { ...state, resendMs }, outputs: ['send', { resendInMs: resendMs }] }
    }
    case 'deadline':
      return { state: { ...state, phase: 'terminated' }, outputs: ['timeout', 'end'] }
    case 'response':
      return onResponse(state, event.status, settings)
    default:
      return stay(state)
  }
}

function inProceeding(state: ClientInviteState, event: ClientEvent, settings: Settings): Step {
  if (event.kind === 'response') return onResponse(state, event.status, settings)
  if (event.kind !== 'deadline') return stay(state)
  return { state: { ...state, phase: 'terminated' }, outputs: ['timeout', 'end'] }
}

function onResponse(state: ClientInviteState, status: number, settings: Settings): Step {
  if (status < 200) {
    // Timer B guards only against a server that says nothing at all; ringing may take as long as its user lets it.
    const first = state.phase === 'calling'
    const proceeding: ClientInviteState = { ...state, phase: 'proceeding' }
    return {
      state: proceeding,
      outputs: first ? ['stopResend', { deadlineInMs: Infinity }, 'deliver'] : ['deliver'],
    }
  }
  if (status < 300) {
    // RFC 6026 §7.2: the transaction stays, so that repeated and forked 2xx still find their user (timer M).
    const accepted: ClientInviteState = { ...state, phase: 'accepted' }
    return { state: accepted, outputs: ['stopResend', { deadlineInMs: longWaitMs(settings) }, 'deliver'] }
  }
  if (settings.reliable) {
    return { state: { ...state, phase: 'terminated' }, outputs: ['stopResend', 'sendAck', 'deliver', 'end'] }
  }
  const completed: ClientInviteState = { ...state, phase: 'completed' }
  return { state: completed, outputs: ['stopResend', { deadlineInMs: TIMER_D_MS }, 'sendAck', 'deliver'] }
}

function inCompleted(state: ClientInviteState, event: ClientEvent): Step {
  if (event.kind === 'deadline') return { state: { ...state, phase: 'terminated' }, outputs: ['end'] }
  return event.kind === 'response' && event.status >= 300 ? { state, outputs: ['sendAck'] } : stay(state)
}

function inAccepted(state: ClientInviteState, event: ClientEvent): Step {
  if (event.kind === 'deadline') return { state: { ...state, phase: 'terminated' }, outputs: ['end'] }
  const again = event.kind === 'response' && event.status >= 200 && event.status < 300
  return again ? { state, outputs: ['deliver'] } : stay(state)
}
