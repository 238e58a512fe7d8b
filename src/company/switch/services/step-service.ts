/** The scripts of all services that answer, behind one door. */

import { newConference, stepConference, type ConferenceState } from './conference.ts'
import { newInbox, stepInbox, type InboxState } from './inbox.ts'
import { newMailbox, stepMailbox, type MailboxState } from './mailbox.ts'
import { newMenu, stepMenu, type MenuState } from './menu.ts'
import type { Input, TalkingService, Turn } from './service.ts'

export type ServiceState = MenuState | MailboxState | InboxState | ConferenceState

/** A script that has heard nothing yet; a conference is the room of its extension. */
export function newService(service: TalkingService, extensionId: string): ServiceState {
  switch (service.kind) {
    case 'menu':
      return newMenu(service)
    case 'mailbox':
      return newMailbox(service)
    case 'inbox':
      return newInbox(service)
    case 'conference':
      return newConference(service, extensionId)
  }
}

/** What a script makes of an input. */
export function stepService(state: ServiceState, input: Input): Turn<ServiceState> {
  switch (state.kind) {
    case 'menu':
      return stepMenu(state, input)
    case 'mailbox':
      return stepMailbox(state, input)
    case 'inbox':
      return stepInbox(state, input)
    case 'conference':
      return stepConference(state, input)
  }
}
