/** What the pages of support read. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, pagedRead, valueOf, type Answered, type Signal } from './api.ts'

type Tickets = Answered<typeof api.get<'/api/v1/support/tickets'>>
export type ListedTicket = Tickets['items'][number]
export type WholeTicket = Answered<typeof api.get<'/api/v1/support/tickets/{id}'>>
export type TicketSeverity = ListedTicket['severity']
export type TicketState = ListedTicket['state']

/** Which tickets are asked for. */
export type TicketFilter = {
  readonly state?: string | undefined
  readonly search?: string | undefined
  readonly desk?: string | undefined
  readonly assignee?: string | undefined
}

/** Tickets in the order in which they are answered. */
export const ticketsRead = (filter: TicketFilter = {}) =>
  pagedRead('/api/v1/support/tickets', { ...filter }, (query, signal) =>
    api.get('/api/v1/support/tickets', { query, signal }),
  )

/** One ticket with everything about it. */
export function ticketRead(id: string) {
  return {
    queryKey: [addressOf('/api/v1/support/tickets/{id}', { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/support/tickets/{id}', { params: { id }, signal })),
  }
}

/** What is open at the desk. */
export const boardRead = {
  queryKey: ['/api/v1/support/board'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/support/board', { signal })),
}

/** What a call of a sample was found to suffer from, as the API gives it. */
export type Finding = {
  readonly causes: readonly {
    readonly code: string
    readonly sentence: string
    readonly evidence: readonly string[]
    readonly where: string
  }[]
  readonly unknown: readonly string[]
  readonly facts: readonly string[]
}
