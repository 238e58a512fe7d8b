/** What the pages about invoices, runs and proofs read. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, pagedRead, valueOf, type Answered, type Signal } from './api.ts'

export type Invoice = Answered<typeof api.get<'/api/v1/invoices'>>['items'][number]
export type WholeInvoice = Answered<typeof api.get<'/api/v1/invoices/{id}'>>
export type InvoiceLine = WholeInvoice['lines'][number]
export type InvoiceCall = Answered<typeof api.get<'/api/v1/invoices/{id}/calls'>>['items'][number]
export type BillingRun = Answered<typeof api.get<'/api/v1/billing/runs'>>['items'][number]
export type Proof = Answered<typeof api.get<'/api/v1/billing/proof'>>

/** Invoices, the newest first. */
export const invoicesRead = () =>
  pagedRead('/api/v1/invoices', {}, (query, signal) => api.get('/api/v1/invoices', { query, signal }))

/** One invoice with its lines. */
export function invoiceRead(id: string) {
  return {
    queryKey: [addressOf('/api/v1/invoices/{id}', { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/invoices/{id}', { params: { id }, signal })),
  }
}

/** Its calls, or those of one line. */
export function invoiceCallsRead(id: string, line: string | undefined) {
  const filter = line === undefined ? {} : { line }
  return pagedRead(addressOf('/api/v1/invoices/{id}/calls', { params: { id } }), filter, (query, signal) =>
    api.get('/api/v1/invoices/{id}/calls', { params: { id }, query, signal }),
  )
}

/** Where the document is, and the lines as a file. */
export const documentOf = (id: string): string => addressOf('/api/v1/invoices/{id}/document.pdf', { params: { id } })
export const linesFileOf = (id: string): string => addressOf('/api/v1/invoices/{id}/lines.csv', { params: { id } })

/** Billing runs. */
export const runsRead = {
  queryKey: ['/api/v1/billing/runs'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/billing/runs', { signal })),
}

/** The proof of a month; every record is looked at, so it is not asked twice. */
export function proofRead(month: string) {
  return {
    queryKey: [addressOf('/api/v1/billing/proof', { query: { month } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/billing/proof', { query: { month }, signal })),
    staleTime: Infinity,
  }
}
