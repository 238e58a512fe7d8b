/** What the pages about users, security, brand and company read. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from './api.ts'

export type Login = Answered<typeof api.get<'/api/v1/logins'>>['items'][number]
export type BrandFace = Answered<typeof api.get<'/api/v1/brands'>>['items'][number]

/** Who may sign in; of one customer when he is named. */
export function loginsRead(customerId?: string) {
  const query = customerId === undefined ? {} : { customerId }
  return {
    queryKey: [addressOf('/api/v1/logins', { query })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/logins', { query, signal })),
  }
}

/** How this login comes in beside its password. */
export const factorsRead = {
  queryKey: ['/api/v1/me/factors'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/me/factors', { signal })),
}

/** The brands that the reader may see. */
export const brandsRead = {
  queryKey: ['/api/v1/brands'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/brands', { signal })),
}
