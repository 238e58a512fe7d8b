/**
 * The API as the portal reads it: one typed function a reading, keyed by its address, so that what the server
 * fetched for a first view and what the browser fetches later are the same thing.
 */

import type { Failure, Result } from '../../../base/index.ts'
import { addressOf, createClient } from '../../../platform/http/client.ts'
import type { operations as billingOperations } from '../../../company/billing/operations.ts'
import type { operations as catalogOperations } from '../../../company/catalog/operations.ts'
import type { operations as ledgerOperations } from '../../../company/ledger/operations.ts'
import type { operations as numbersOperations } from '../../../company/numbers/operations.ts'
import type { operations as supportOperations } from '../../../company/support/operations.ts'
import type { operations as tenantOperations } from '../../../company/tenant/operations.ts'
import type { operations as officeOperations } from '../../../processes/operations.ts'

type Operations = typeof officeOperations &
  typeof tenantOperations &
  typeof ledgerOperations &
  typeof numbersOperations &
  typeof billingOperations &
  typeof catalogOperations &
  typeof supportOperations

let signedOut = (): void => {}

/** The API from this page. */
export const api = createClient<Operations>({ onSignedOut: () => signedOut() })

/** Says what happens when the session has ended. */
export function onSignedOut(act: () => void): void {
  signedOut = act
}

export type Answered<Call extends (...given: never[]) => Promise<unknown>> =
  Extract<Awaited<ReturnType<Call>>, { ok: true }> extends { value: infer Value } ? Value : never

export type Me = Answered<typeof api.get<'/api/v1/me'>>
export type LiveCall = Answered<typeof api.get<'/api/v1/live-calls'>>['items'][number]
export type ShieldReport = Answered<typeof api.get<'/api/v1/shield'>>
export type HouseProcess = Answered<typeof api.get<'/api/v1/processes'>>['items'][number]
export type Transaction = Answered<typeof api.get<'/api/v1/transactions'>>['items'][number]
export type TransactionsPage = Answered<typeof api.get<'/api/v1/transactions'>>
export type CallRecord = Answered<typeof api.get<'/api/v1/calls/{id}'>>
export type Account = Answered<typeof api.get<'/api/v1/accounts'>>['items'][number]
export type Customer = Answered<typeof api.get<'/api/v1/customers'>>['items'][number]
export type Session = Answered<typeof api.get<'/api/v1/sessions'>>['items'][number]

/** A refusal of the API on its way through the query cache, which knows only thrown errors. */
class ReadFailure extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** The value of an answer; a refusal is thrown, as the query cache wants it. */
export async function valueOf<T>(answer: Promise<Result<T>>): Promise<T> {
  const result = await answer
  if (!result.ok) throw new ReadFailure(result.failure)
  return result.value
}

export type Signal = { readonly signal: AbortSignal }

/** Calls in progress. */
export const liveCallsRead = {
  queryKey: ['/api/v1/live-calls'] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/live-calls', { signal })),
}

const RECENT = '20'

/** The calls that ended last. */
export const recentCallsRead = {
  queryKey: [addressOf('/api/v1/calls', { query: { limit: RECENT } })] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/calls', { query: { limit: RECENT }, signal })),
}

/** Balances and limits. */
export const accountsRead = {
  queryKey: [addressOf('/api/v1/accounts', { query: { limit: '10' } })] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/accounts', { query: { limit: '10' }, signal })),
}

/** Bounds of a report: days in the zone of the login, half open. */
export type Range = { readonly from: string; readonly to: string }

/** How many rows a page of a list has; only lists that grow by pages ask for that many. */
const PAGE = '50'

type Paged = { readonly next: string | null }
type PageQuery = Readonly<Record<string, string | undefined>>

/** A list, page after page: what to ask for, and how. */
export function pagedRead<Page extends Paged>(
  path: string,
  filter: PageQuery,
  ask: (query: PageQuery, signal: AbortSignal) => Promise<Result<Page>>,
) {
  const query = { ...filter, limit: PAGE }
  return {
    queryKey: [addressOf(path, { query })] as const,
    queryFn: ({ signal, pageParam }: Signal & { pageParam: string | undefined }) =>
      valueOf(ask(pageParam === undefined ? query : { ...query, cursor: pageParam }, signal)),
    getNextPageParam: (last: Paged) => last.next ?? undefined,
  }
}

/** Whether an answer at this address is the first page of a list that grows. */
export function isPaged(address: string): boolean {
  return address.endsWith(`limit=${PAGE}`)
}

/** What a report is about. */
export type Report = Range & {
  readonly customerId?: string | undefined
  readonly direction?: Transaction['direction']
  readonly class?: Transaction['class']
  readonly number?: string
}

/** Rated calls of a range, page after page. */
export function transactionsRead(report: Report) {
  return pagedRead('/api/v1/transactions', report, (query, signal) =>
    api.get('/api/v1/transactions', { query: { ...report, ...query }, signal }),
  )
}

/** Where the same rows are as a file. */
export function transactionsFile(report: Report, form: 'csv' | 'xlsx'): string {
  return addressOf(`/api/v1/transactions.${form}`, { query: report })
}
