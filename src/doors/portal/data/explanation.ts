/** What the panel of a call reads: the call, and the derivation of its charge when somebody asks why. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from './api.ts'

const PATH = '/api/v1/transactions/{id}/explanation'

export type Explained = Answered<typeof api.get<typeof PATH>>

/** Why a call was charged what it was charged. */
export function explanationRead(id: string) {
  return {
    queryKey: [addressOf(PATH, { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get(PATH, { params: { id }, signal })),
  }
}

/** One call with the computation of its charge. */
export function callRead(id: string) {
  return {
    queryKey: [addressOf('/api/v1/calls/{id}', { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/calls/{id}', { params: { id }, signal })),
  }
}

const CONTEXT = '/api/v1/calls/{id}/context'

export type CallContext = Answered<typeof api.get<typeof CONTEXT>>

/** What is known of a call beyond its record. */
export function callContextRead(id: string) {
  return {
    queryKey: [addressOf(CONTEXT, { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get(CONTEXT, { params: { id }, signal })),
  }
}
