/**
 * What an extension can be instead of a person: a menu, a mailbox, a conference room. Each is a script that hears
 * inputs and gives outputs, pure as the machine of a call is; `calls/steps/serving.ts` joins the two.
 */

import type { Choice, ConferenceService, GroupService, MenuService, PromptName } from '../../numbers/index.ts'

export type { Choice, ConferenceService, GroupService, MenuService }

/** Takes a message for an extension. */
export type MailboxService = {
  readonly kind: 'mailbox'
  readonly extensionId: string
  readonly greeting: readonly PromptName[]
  readonly maxSeconds: number
}

/** Plays the messages of an extension to its own phones. */
export type InboxService = { readonly kind: 'inbox'; readonly extensionId: string }

export type Service = MenuService | MailboxService | InboxService | ConferenceService | GroupService

/** A service that answers the call itself. */
export type TalkingService = Exclude<Service, GroupService>

/** A message as a mailbox tells of it. */
export type MessageSummary = {
  readonly id: string
  readonly audio: PromptName
  readonly isNew: boolean
}

/** What a script asks the office: it knows what is stored, the script does not. */
export type Question =
  | { readonly kind: 'messages'; readonly extensionId: string }
  | { readonly kind: 'heard' | 'delete'; readonly extensionId: string; readonly messageId: string }

export type Reply =
  | { readonly kind: 'messages'; readonly messages: readonly MessageSummary[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'unavailable' }

export type Input =
  | { readonly kind: 'begin' }
  | { readonly kind: 'digit'; readonly digit: string }
  /** What was being said is over. */
  | { readonly kind: 'said' }
  | { readonly kind: 'waited' }
  | { readonly kind: 'recorded'; readonly spokenMs: number }
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** What was dialled came to nothing. */
  | { readonly kind: 'dialFailed'; readonly cause: string }

/** For whom a message is kept. */
export type Keep = { readonly kind: 'message'; readonly extensionId: string }

export type Output =
  | { readonly kind: 'say'; readonly prompts: readonly PromptName[]; readonly times: number }
  | { readonly kind: 'hush' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'record'; readonly keep: Keep; readonly maxMs: number; readonly silenceMs: number }
  | { readonly kind: 'endRecording' }
  | { readonly kind: 'enterRoom'; readonly roomId: string; readonly isMuted: boolean }
  | { readonly kind: 'ask'; readonly question: Question }
  | { readonly kind: 'dial'; readonly dialled: string }
  | { readonly kind: 'hangUp' }

export type Turn<State> = { readonly state: State; readonly outputs: readonly Output[] }

/** The outputs of a choice; `again` is for the script itself. */
export function outputsOf(choice: Exclude<Choice, 'again'>): readonly Output[] {
  return choice === 'hangUp' ? [{ kind: 'hangUp' }] : [{ kind: 'hush' }, { kind: 'dial', dialled: choice.dial }]
}
