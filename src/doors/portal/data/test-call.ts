/** What the page Test a call reads. */

import { api, valueOf, type Answered, type Signal } from './api.ts'
import { addressOf } from '../../../platform/http/client.ts'

export type TestedCall = Answered<typeof api.post<'/api/v1/decks/{id}/test-call'>>

const ALL = '200'

/** The decks that a call can be tested by. */
export const decksRead = {
  queryKey: [addressOf('/api/v1/decks', { query: { limit: ALL } })] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/decks', { query: { limit: ALL }, signal })),
}
