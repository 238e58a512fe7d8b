/** How a balance comes about, as the Dashboard reads it while somebody looks. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from './api.ts'

const PATH = '/api/v1/accounts/{id}/balance'

export type Balance = Answered<typeof api.get<typeof PATH>>

/** The parts of one balance. */
export function balanceRead(id: string) {
  return {
    queryKey: [addressOf(PATH, { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get(PATH, { params: { id }, signal })),
  }
}
