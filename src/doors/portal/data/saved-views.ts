/** The kept views of a list, as its bar reads them. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Signal } from './api.ts'

const PATH = '/api/v1/saved-views'

/** The own views of a list, and the shared ones. */
export function savedViewsRead(list: string) {
  return {
    queryKey: [addressOf(PATH, { query: { list } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get(PATH, { query: { list }, signal })),
  }
}
