/** Voicemail, the owner's side: messages one after the other, new ones first, kept or deleted by a key. */

import type { Input, InboxService, MessageSummary, Output, Reply, Turn } from './service.ts'

export type InboxState = {
  readonly kind: 'inbox'
  readonly service: InboxService
  readonly phase: 'loading' | 'playing' | 'ending'
  readonly waiting: readonly MessageSummary[]
}

/** After a message, for the key that says what becomes of it. */
const KEY_MS = 4000

/** An inbox that nobody has opened yet. */
export function newInbox(service: InboxService): InboxState {
  return { kind: 'inbox', service, phase: 'loading', waiting: [] }
}

/** What an inbox makes of an input: `1` again, `7` delete, `#` next. */
export function stepInbox(state: InboxState, input: Input): Turn<InboxState> {
  switch (input.kind) {
    case 'begin':
      return load(state)
    case 'digit':
      return onKey(state, input.digit)
    case 'said':
      return onSaid(state)
    case 'waited':
      return state.phase === 'playing' ? next(heard(state)) : { state, outputs: [] }
    case 'reply':
      return onReply(state, input.reply)
    default:
      return { state, outputs: [] }
  }
}

function say(...prompts: string[]): Output {
  return { kind: 'say', prompts, times: 1 }
}

function load(state: InboxState): Turn<InboxState> {
  const { extensionId } = state.service
  return {
    state: { ...state, phase: 'loading' },
    outputs: [{ kind: 'ask', question: { kind: 'messages', extensionId } }],
  }
}

function onSaid(state: InboxState): Turn<InboxState> {
  if (state.phase === 'playing') return { state, outputs: [{ kind: 'wait', ms: KEY_MS }] }
  return state.phase === 'ending' ? { state, outputs: [{ kind: 'hangUp' }] } : { state, outputs: [] }
}

function onReply(state: InboxState, reply: Reply): Turn<InboxState> {
  if (reply.kind === 'unavailable') return end(state, 'sorry_system')
  if (reply.kind !== 'messages' || state.phase !== 'loading') return { state, outputs: [] }
  const waiting = [...reply.messages.filter((one) => one.isNew), ...reply.messages.filter((one) => !one.isNew)]
  return next({ state: { ...state, waiting }, outputs: [] })
}

function end(state: InboxState, prompt: string): Turn<InboxState> {
  return { state: { ...state, phase: 'ending', waiting: [] }, outputs: [say(prompt)] }
}

/** Plays the first message that is left. */
function next({ state, outputs }: Turn<InboxState>): Turn<InboxState> {
  const [message] = state.waiting
  if (!message) {
    const done = end(state, 'no_more_messages')
    return { state: done.state, outputs: [...outputs, ...done.outputs] }
  }
  const intro = message.isNew ? 'message_new' : 'message_old'
  return { state: { ...state, phase: 'playing' }, outputs: [...outputs, say(intro, message.audio, 'message_keys')] }
}

/** The message in hand is done with: it counts as heard. */
function heard(state: InboxState): Turn<InboxState> {
  return leave(state, 'heard')
}

function leave(state: InboxState, kind: 'heard' | 'delete'): Turn<InboxState> {
  const [message, ...waiting] = state.waiting
  const { extensionId } = state.service
  if (!message) return { state, outputs: [] }
  return {
    state: { ...state, waiting },
    outputs: [{ kind: 'ask', question: { kind, extensionId, messageId: message.id } }],
  }
}

function onKey(state: InboxState, digit: string): Turn<InboxState> {
  if (state.phase !== 'playing') return { state, outputs: [] }
  if (digit === '1') return next({ state, outputs: [] })
  if (digit === '7') return next(leave(state, 'delete'))
  return digit === '#' ? next(heard(state)) : { state, outputs: [] }
}
