/** Messages of mailboxes. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, pagedRead, type Answered } from './api.ts'

export type VoiceMessage = Answered<typeof api.get<'/api/v1/messages'>>['items'][number]

/** The newest first. */
export const messagesRead = () =>
  pagedRead('/api/v1/messages', {}, (query, signal) => api.get('/api/v1/messages', { query, signal }))

/** Where the audio of a message is. */
export function audioOf({ id }: VoiceMessage): string {
  return addressOf('/api/v1/messages/{id}/audio', { params: { id } })
}
