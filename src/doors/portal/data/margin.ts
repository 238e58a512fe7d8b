/** What the page Margin reads. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Range, type Signal } from './api.ts'

export type Margin = Answered<typeof api.get<'/api/v1/margin'>>
export type MarginRow = Margin['items'][number]
export type MarginBy = 'customer' | 'destination' | 'carrier'
export type BelowCost = Answered<typeof api.get<'/api/v1/margin/below-cost'>>['items'][number]

export type MarginReport = Range & { readonly by: MarginBy }

/** Charges beside costs. */
export function marginRead(report: MarginReport) {
  return {
    queryKey: [addressOf('/api/v1/margin', { query: report })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/margin', { query: report, signal })),
  }
}

/** Where every row is as a file. */
export function marginFile(report: MarginReport): string {
  return addressOf('/api/v1/margin.csv', { query: report })
}

/** Routes that sold below cost. */
export const belowCostRead = {
  queryKey: ['/api/v1/margin/below-cost'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/margin/below-cost', { signal })),
}
