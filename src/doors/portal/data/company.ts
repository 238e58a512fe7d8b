/** What the pages about customers and the house read: typed, keyed by address, like `api.ts`, but not of every page. */

import type { QueryClient } from './query-client.ts'
import { addressOf } from '../../../platform/http/client.ts'
import { api, pagedRead, valueOf, type Answered, type Signal } from './api.ts'

type ItemOf<Page extends { items: readonly unknown[] }> = Page['items'][number]

export type Person = ItemOf<Answered<typeof api.get<'/api/v1/people'>>>
export type Extension = ItemOf<Answered<typeof api.get<'/api/v1/extensions'>>>
export type Device = ItemOf<Answered<typeof api.get<'/api/v1/devices'>>>
export type PhoneNumber = ItemOf<Answered<typeof api.get<'/api/v1/numbers'>>>
export type Carrier = ItemOf<Answered<typeof api.get<'/api/v1/carriers'>>>
export type Jobs = Answered<typeof api.get<'/api/v1/jobs'>>
export type Mail = ItemOf<Answered<typeof api.get<'/api/v1/mail'>>>
export type AuditEntry = ItemOf<Answered<typeof api.get<'/api/v1/audit'>>>

/** Which rows of a list are asked for. */
export type ListFilter = { readonly customerId?: string | undefined; readonly search?: string | undefined }

const asked = ({ customerId, search }: ListFilter) => ({ customerId, search: search || undefined })

/** People by name. */
export const peopleRead = (filter: ListFilter = {}) =>
  pagedRead('/api/v1/people', asked(filter), (query, signal) => api.get('/api/v1/people', { query, signal }))

/** Extensions by number. */
export const extensionsRead = (filter: ListFilter = {}) =>
  pagedRead('/api/v1/extensions', asked(filter), (query, signal) => api.get('/api/v1/extensions', { query, signal }))

/** Phones by SIP user. */
export const devicesRead = (filter: ListFilter = {}) =>
  pagedRead('/api/v1/devices', asked(filter), (query, signal) => api.get('/api/v1/devices', { query, signal }))

/** Telephone numbers. */
export const numbersRead = (filter: ListFilter = {}) =>
  pagedRead('/api/v1/numbers', asked(filter), (query, signal) => api.get('/api/v1/numbers', { query, signal }))

/** Accounts in the order of the list of customers. */
export const balancesRead = (filter: ListFilter = {}) =>
  pagedRead('/api/v1/accounts', asked(filter), (query, signal) => api.get('/api/v1/accounts', { query, signal }))

/** Mails, the latest first. */
export const mailRead = () =>
  pagedRead('/api/v1/mail', {}, (query, signal) => api.get('/api/v1/mail', { query, signal }))

/** Who did what, the latest first. */
export const auditRead = () =>
  pagedRead('/api/v1/audit', {}, (query, signal) => api.get('/api/v1/audit', { query, signal }))

/** One customer. */
export function customerRead(id: string) {
  return {
    queryKey: [addressOf('/api/v1/customers/{id}', { params: { id } })] as const,
    queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/customers/{id}', { params: { id }, signal })),
  }
}

/** Carriers with their routes. */
export const carriersRead = {
  queryKey: ['/api/v1/carriers'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/carriers', { signal })),
}

/** Jobs by kind and state, and those that were given up. */
export const jobsRead = {
  queryKey: ['/api/v1/jobs'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/jobs', { signal })),
}

/** The processes of the installation. */
export const processesRead = {
  queryKey: ['/api/v1/processes'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/processes', { signal })),
}

/** The open sessions of this login. */
export const sessionsRead = {
  queryKey: ['/api/v1/sessions'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/sessions', { signal })),
}

/** Customers by name, page after page. */
export function customersRead(search: string) {
  return pagedRead('/api/v1/customers', { search: search || undefined }, (query, signal) =>
    api.get('/api/v1/customers', { query, signal }),
  )
}

/** What is kept out at the SIP door. */
export const shieldRead = {
  queryKey: ['/api/v1/shield'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/shield', { signal })),
}

/** Reads every list under these paths again, because something in them was changed. */
export async function changed(client: QueryClient, ...paths: readonly `/api/v1/${string}`[]): Promise<void> {
  await client.invalidateQueries({
    predicate: ({ queryKey }) => paths.some((path) => String(queryKey[0]).startsWith(path)),
  })
}
