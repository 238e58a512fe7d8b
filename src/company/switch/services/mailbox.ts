/** Voicemail, the caller's side: a greeting, a tone, and what he has to say. */

import type { Input, MailboxService, Turn } from './service.ts'

export type MailboxState = {
  readonly kind: 'mailbox'
  readonly service: MailboxService
  readonly phase: 'greeting' | 'recording' | 'ending'
}

/** So much silence ends a message. */
const SILENCE_MS = 5000

/** A mailbox that has not been heard yet. */
export function newMailbox(service: MailboxService): MailboxState {
  return { kind: 'mailbox', service, phase: 'greeting' }
}

/** What a mailbox makes of an input; `#` ends the greeting, and then the message. */
export function stepMailbox(state: MailboxState, input: Input): Turn<MailboxState> {
  const { service, phase } = state
  const record = (): Turn<MailboxState> => ({
    state: { ...state, phase: 'recording' },
    outputs: [
      { kind: 'hush' },
      {
        kind: 'record',
        keep: { kind: 'message', extensionId: service.extensionId },
        maxMs: service.maxSeconds * 1000,
        silenceMs: SILENCE_MS,
      },
    ],
  })
  switch (input.kind) {
    case 'begin':
      return { state, outputs: [{ kind: 'say', prompts: [...service.greeting, 'tone/record'], times: 1 }] }
    case 'said':
      if (phase === 'greeting') return record()
      return phase === 'ending' ? { state, outputs: [{ kind: 'hangUp' }] } : { state, outputs: [] }
    case 'digit':
      if (input.digit !== '#') return { state, outputs: [] }
      return phase === 'greeting' ? record() : { state, outputs: [{ kind: 'endRecording' }] }
    case 'recorded':
      return {
        state: { ...state, phase: 'ending' },
        outputs: [{ kind: 'say', prompts: [input.spokenMs > 0 ? 'message_kept' : 'message_empty'], times: 1 }],
      }
    default:
      return { state, outputs: [] }
  }
}
