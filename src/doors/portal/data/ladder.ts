/** The SIP messages of a call, read when somebody asks for them: every look is in the audit. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from './api.ts'

const PATH = '/api/v1/calls/{id}/ladder'

export type Ladder = Answered<typeof api.get<typeof PATH>>
export type Arrow = Ladder['arrows'][number]

/** Who sent what to whom; null when nothing of the call is kept. */
export function ladderRead(id: string) {
  return {
    queryKey: [addressOf(PATH, { params: { id } })] as const,
    queryFn: async ({ signal }: Signal): Promise<Ladder | null> => {
      const answer = await api.get(PATH, { params: { id }, signal })
      if (!answer.ok && answer.failure.code === 'office.no_trace') return null
      return valueOf(Promise.resolve(answer))
    },
    staleTime: Infinity,
  }
}

/** Where the same messages are as a capture. */
export function captureFile(id: string): string {
  return addressOf('/api/v1/calls/{id}/pcap', { params: { id } })
}
