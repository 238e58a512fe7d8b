/** What the pages about paying read. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, pagedRead, valueOf, type Answered, type Signal } from './api.ts'

export type PaymentInfo = Answered<typeof api.get<'/api/v1/payment-info'>>
export type Payment = Answered<typeof api.get<'/api/v1/payments'>>['items'][number]
export type StatementLine = Answered<typeof api.get<'/api/v1/statement-lines'>>['items'][number]
export type Dunning = Answered<typeof api.get<'/api/v1/dunning'>>['items'][number]

/** What there is to pay, and how. */
export const paymentInfoRead = {
  queryKey: ['/api/v1/payment-info'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/payment-info', { query: {}, signal })),
}

export type PaymentFilter = {
  readonly customerId?: string | undefined
  readonly status?: Payment['status'] | undefined
}

/** Payments, the newest first. */
export const paymentsRead = (filter: PaymentFilter = {}) =>
  pagedRead('/api/v1/payments', filter, (query, signal) => api.get('/api/v1/payments', { query, signal }))

/** Lines of the bank that wait. */
export const linesRead = {
  queryKey: [addressOf('/api/v1/statement-lines', { query: { status: 'open' } })] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/statement-lines', { query: { status: 'open' }, signal })),
}

/** Money that was announced. */
export const expectedRead = {
  queryKey: ['/api/v1/expected-payments'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/expected-payments', { signal })),
}

/** Refunds that wait for a second person. */
export const refundsRead = {
  queryKey: ['/api/v1/refunds'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/refunds', { signal })),
}

/** Accounts that are chased. */
export const dunningRead = {
  queryKey: ['/api/v1/dunning'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/dunning', { signal })),
}
