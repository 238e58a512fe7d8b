/** The client transaction of every other request (RFC 3261 §17.1.2). */

import type { ClientEvent } from './client-invite.ts'
import { longWaitMs, stay, type MachineStep, type Settings } from './machine.ts'

export type ClientRequestState = {
  readonly phase: 'trying' | 'proceeding' | 'completed' | 'terminated'
  /** Timer E's present value. */
  readonly resendMs: number
}

type Step = MachineStep<ClientRequestState>

export const clientRequestStart: ClientRequestState = { phase: 'trying', resendMs: 0 }

/** The next state and what to do about it. */
export function stepClientRequest(state: ClientRequestState, event: ClientEvent, settings: Settings): Step {
  switch (state.phase) {
    case 'trying':
    case 'proceeding':
      return beforeFinal(state, event, settings)
    case 'completed':
      return event.kind === 'deadline' ? { state: { ...state, phase: 'terminated' }, outputs: ['end'] } : stay(state)
    default:
      return stay(state)
  }
}

function beforeFinal(state: ClientRequestState, event: ClientEvent, settings: Settings): Step {
  const terminated: ClientRequestState = { ...state, phase: 'terminated' }
  switch (event.kind) {
    case 'start': {
      const deadline = { deadlineInMs: longWaitMs(settings) }
      if (settings.reliable) return { state, outputs: ['send', deadline] }
      const { t1Ms } = settings
      return { state: { ...state, resendMs: t1Ms }, outputs: ['send', { resendInMs: t1Ms }, deadline] }
    }
    case 'resend': {
      const resendMs = state.phase === 'proceeding' ? settings.t2Ms : Math.min(state.resendMs * 2, settings.t2Ms)
      return { state: { ...state, resendMs }, outputs: ['send', { resendInMs: resendMs }] }
    }
    case 'deadline':
      return { state: terminated, outputs: ['timeout', 'end'] }
    case 'transportError':
      return { state: terminated, outputs: ['unreachable', 'end'] }
    case 'response':
      return onResponse(state, event.status, settings)
    default:
      return stay(state)
  }
}

function onResponse(state: ClientRequestState, status: number, settings: Settings): Step {
  if (status < 200) return { state: { ...state, phase: 'proceeding' }, outputs: ['deliver'] }
  if (settings.reliable) {
    return { state: { ...state, phase: 'terminated' }, outputs: ['stopResend', 'deliver', 'end'] }
  }
  // Timer K absorbs repetitions of the answer.
  const outputs = ['stopResend', { deadlineInMs: settings.t4Ms }, 'deliver'] as const
  return { state: { ...state, phase: 'completed' }, outputs }
}
