/** The INVITE server transaction (RFC 3261 §17.2.1 with RFC 6026 §7.1). */

import { longWaitMs, stay, type MachineStep, type Settings } from './machine.ts'

export type ServerInviteState = {
  readonly phase: 'proceeding' | 'completed' | 'accepted' | 'confirmed' | 'terminated'
  /** Timer G's present value. */
  readonly resendMs: number
}

export type ServerEvent =
  /** The request again (`repeat`), its ACK, our answer, or a timer. */
  | { readonly kind: 'repeat' | 'ack' | 'resend' | 'deadline' | 'transportError' }
  | { readonly kind: 'respond'; readonly status: number }

type Step = MachineStep<ServerInviteState>

export const serverInviteStart: ServerInviteState = { phase: 'proceeding', resendMs: 0 }

/** The next state and what to do about it; `send` sends the last answer. */
export function stepServerInvite(state: ServerInviteState, event: ServerEvent, settings: Settings): Step {
  switch (state.phase) {
    case 'proceeding':
      return inProceeding(state, event, settings)
    case 'completed':
      return inCompleted(state, event, settings)
    case 'accepted':
      return inAccepted(state, event)
    case 'confirmed':
      return event.kind === 'deadline' ? ended(state) : stay(state)
    default:
      return stay(state)
  }
}

function ended(state: ServerInviteState): Step {
  return { state: { ...state, phase: 'terminated' }, outputs: ['end'] }
}

function inProceeding(state: ServerInviteState, event: ServerEvent, settings: Settings): Step {
  if (event.kind === 'repeat') return { state, outputs: ['send'] }
  if (event.kind === 'transportError')
    return { state: { ...state, phase: 'terminated' }, outputs: ['unreachable', 'end'] }
  if (event.kind !== 'respond') return stay(state)
  if (event.status < 200) return { state, outputs: ['send'] }
  const deadline = { deadlineInMs: longWaitMs(settings) }
  if (event.status < 300) {
    // RFC 6026 §7.1: repeated INVITEs are absorbed; the user itself repeats its 2xx until the ACK.
    return { state: { ...state, phase: 'accepted' }, outputs: ['send', deadline] }
  }
  const resendMs = settings.t1Ms
  const completed: ServerInviteState = { phase: 'completed', resendMs }
  return {
    state: completed,
    outputs: settings.reliable ? ['send', deadline] : ['send', { resendInMs: resendMs }, deadline],
  }
}

function inCompleted(state: ServerInviteState, event: ServerEvent, settings: Settings): Step {
  switch (event.kind) {
    case 'repeat':
      return { state, outputs: ['send'] }
    case 'resend': {
      const resendMs = Math.min(state.resendMs * 2, settings.t2Ms)
      return { state: { ...state, resendMs }, outputs: ['send', { resendInMs: resendMs }] }
    }
    case 'ack':
      if (settings.reliable) return { state: { ...state, phase: 'terminated' }, outputs: ['stopResend', 'end'] }
      return { state: { ...state, phase: 'confirmed' }, outputs: ['stopResend', { deadlineInMs: settings.t4Ms }] }
    case 'deadline':
      return { state: { ...state, phase: 'terminated' }, outputs: ['timeout', 'end'] }
    case 'transportError':
      return ended(state)
    default:
      return stay(state)
  }
}

function inAccepted(state: ServerInviteState, event: ServerEvent): Step {
  if (event.kind === 'deadline') return ended(state)
  return event.kind === 'respond' && event.status < 300 ? { state, outputs: ['send'] } : stay(state)
}
