/** What the command palette reads. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from './api.ts'

const PATH = '/api/v1/search'

export type Found = Answered<typeof api.get<typeof PATH>>['items'][number]

/** Shorter texts fit too much. */
export const SEARCH_MIN = 2

/** Everything that fits a text. */
export function searchRead(q: string) {
  return {
    queryKey: [addressOf(PATH, { query: { q } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get(PATH, { query: { q }, signal })),
  }
}
