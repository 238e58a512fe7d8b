/** What the pages about prices read. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from './api.ts'

export type Deck = Answered<typeof api.get<'/api/v1/decks'>>['items'][number]
export type DeckVersion = Deck['versions'][number]
export type DeckChanges = Answered<typeof api.post<'/api/v1/decks/{id}/versions'>>['changes']

const MOST = '200'

/** Rate decks with their versions; there are few. */
export const decksRead = {
  queryKey: [addressOf('/api/v1/decks', { query: { limit: MOST } })] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/decks', { query: { limit: MOST }, signal })),
}

/** Where a version is as the file that would import it again. */
export function deckFile(deckId: string, versionId: string): string {
  return addressOf('/api/v1/decks/{id}/versions/{versionId}/rows.csv', { params: { id: deckId, versionId } })
}
