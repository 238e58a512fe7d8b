/** The server transaction of every other request (RFC 3261 §17.2.2). */

import { longWaitMs, stay, type MachineStep, type Settings } from './machine.ts'
import type { ServerEvent } from './server-invite.ts'

export type ServerRequestState = {
  readonly phase: 'trying' | 'proceeding' | 'completed' | 'terminated'
  /** Unused here; the four states have one shape. */
  readonly resendMs: number
}

type Step = MachineStep<ServerRequestState>

export const serverRequestStart: ServerRequestState = { phase: 'trying', resendMs: 0 }

/** The next state and what to do about it; `send` sends the last answer. */
export function stepServerRequest(state: ServerRequestState, event: ServerEvent, settings: Settings): Step {
  switch (state.phase) {
    case 'trying':
    case 'proceeding':
      if (event.kind === 'repeat') return state.phase === 'proceeding' ? { state, outputs: ['send'] } : stay(state)
      if (event.kind === 'transportError') {
        return { state: { ...state, phase: 'terminated' }, outputs: ['unreachable', 'end'] }
      }
      return event.kind === 'respond' ? onAnswer(state, event.status, settings) : stay(state)
    case 'completed':
      if (event.kind === 'repeat') return { state, outputs: ['send'] }
      return event.kind === 'deadline' || event.kind === 'transportError'
        ? { state: { ...state, phase: 'terminated' }, outputs: ['end'] }
        : stay(state)
    default:
      return stay(state)
  }
}

function onAnswer(state: ServerRequestState, status: number, settings: Settings): Step {
  if (status < 200) return { state: { ...state, phase: 'proceeding' }, outputs: ['send'] }
  if (settings.reliable) return { state: { ...state, phase: 'terminated' }, outputs: ['send', 'end'] }
  // Timer J: as long as the client may repeat its request.
  return { state: { ...state, phase: 'completed' }, outputs: ['send', { deadlineInMs: longWaitMs(settings) }] }
}
