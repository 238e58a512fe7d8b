/** A conference room behind a number: whoever knows its PIN hears everybody, and is heard. */

import type { ConferenceService, Input, Output, Turn } from './service.ts'

export type ConferenceState = {
  readonly kind: 'conference'
  readonly service: ConferenceService
  readonly roomId: string
  readonly phase: 'pin' | 'welcome' | 'inside' | 'ending'
  readonly typed: string
  readonly wrong: number
  readonly isMuted: boolean
}

const WRONG_MOST = 3
const PIN_MS = 8000
/** Mutes oneself, and ends that. */
const MUTE_KEY = '*'

/** A room before its door. */
export function newConference(service: ConferenceService, roomId: string): ConferenceState {
  const phase = service.pin === null ? 'welcome' : 'pin'
  return { kind: 'conference', service, roomId, phase, typed: '', wrong: 0, isMuted: false }
}

/** What a room makes of an input of one who comes, or is inside. */
export function stepConference(state: ConferenceState, input: Input): Turn<ConferenceState> {
  switch (input.kind) {
    case 'begin':
      return { state, outputs: [say(state.phase === 'pin' ? 'enter_pin' : 'conference_welcome')] }
    case 'said':
      return onSaid(state)
    case 'digit':
      return onDigit(state, input.digit)
    case 'waited':
      return state.phase === 'pin' ? checkPin(state) : { state, outputs: [] }
    default:
      return { state, outputs: [] }
  }
}

function say(...prompts: string[]): Output {
  return { kind: 'say', prompts, times: 1 }
}

function onSaid(state: ConferenceState): Turn<ConferenceState> {
  switch (state.phase) {
    case 'pin':
      return { state, outputs: [{ kind: 'wait', ms: PIN_MS }] }
    case 'welcome':
      return enter({ ...state, phase: 'inside' })
    case 'ending':
      return { state, outputs: [{ kind: 'hangUp' }] }
    default:
      return { state, outputs: [] }
  }
}

function enter(state: ConferenceState): Turn<ConferenceState> {
  return { state, outputs: [{ kind: 'enterRoom', roomId: state.roomId, isMuted: state.isMuted }] }
}

function onDigit(state: ConferenceState, digit: string): Turn<ConferenceState> {
  if (state.phase === 'inside')
    return digit === MUTE_KEY ? enter({ ...state, isMuted: !state.isMuted }) : { state, outputs: [] }
  if (state.phase !== 'pin') return { state, outputs: [] }
  if (digit === '#') return checkPin(state)
  const typed = state.typed + digit
  const asked: ConferenceState = { ...state, typed }
  if (typed.length >= (state.service.pin?.length ?? 0)) return checkPin(asked)
  return { state: asked, outputs: [{ kind: 'hush' }, { kind: 'wait', ms: PIN_MS }] }
}

function checkPin(state: ConferenceState): Turn<ConferenceState> {
  const { typed, service } = state
  if (typed === service.pin)
    return { state: { ...state, phase: 'welcome', typed: '' }, outputs: [say('conference_welcome')] }
  const wrong = state.wrong + 1
  if (wrong >= WRONG_MOST) return { state: { ...state, phase: 'ending' }, outputs: [say('pin_wrong')] }
  return { state: { ...state, typed: '', wrong }, outputs: [say('pin_wrong', 'enter_pin')] }
}
