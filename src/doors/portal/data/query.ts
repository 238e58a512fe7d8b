/** Readings of the API in components: what is shown is read, kept fresh, and drawn again when it changes. */

import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import {
  isStale,
  plan,
  type Fetcher,
  type Query,
  type QueryClient,
  type QueryKey,
  type QueryState,
  type Watcher,
} from './query-client.ts'

const ClientContext = createContext<QueryClient | undefined>(undefined)

/** Gives a page its readings. */
export const QueryClientProvider = ClientContext

/** The readings of this page. */
export function useQueryClient(): QueryClient {
  const client = use(ClientContext)
  if (!client) throw new Error('useQueryClient outside QueryClientProvider')
  return client
}

/** With `placeholderData`: what was shown of the former key stands until that of the next is there. */
export const keepPreviousData = true

const STALE_MS = 15_000
const RETRY = 1

/** How a reading behaves. */
export type Manner<T> = {
  readonly staleTime?: number
  readonly retry?: number
  readonly enabled?: boolean
  readonly refetchInterval?: number | ((query: { readonly state: QueryState<T> }) => number)
  readonly placeholderData?: typeof keepPreviousData
}

export type Read<T> = Manner<T> & {
  readonly queryKey: QueryKey
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<T>
}

export type UseQueryResult<T> = QueryState<T> & {
  readonly isError: boolean
  readonly refetch: () => Promise<void>
}

/** A reading for as long as the component stands. */
export function useQuery<T>(read: Read<T>): UseQueryResult<T> {
  const { queryFn } = read
  const { client, query, state } = useReading<T>(read.queryKey, read, (signal) => queryFn({ signal }))
  return { ...state, isError: state.error !== null, refetch: () => client.fetch(query) }
}

/** The reading itself, for hooks that read in their own way. */
export function useReading<T>(queryKey: QueryKey, manner: Manner<T>, fetcher: Fetcher) {
  const client = useQueryClient()
  const query = client.query(queryKey)
  const [watching] = useState(() => createWatching<T>(client))
  useEffect(() => watching.learn(manner, fetcher))
  const subscribe = watching.of(query, manner.enabled !== false)
  const now = (): QueryState => query.state
  const state = useSyncExternalStore(subscribe, now, now) as QueryState<T>
  return { client, query, state: useKept(state, manner.placeholderData === true) }
}

/** The state, with the data of the former key where there are none yet. */
function useKept<T>(state: QueryState<T>, isKept: boolean): QueryState<T> {
  const [former, keep] = useState(state.data)
  if (isKept && state.data !== undefined && state.data !== former) keep(state.data)
  return isKept && state.data === undefined && former !== undefined ? { ...state, data: former } : state
}

type Subscribe = (changed: () => void) => () => void

/** What one component watches: it changes with the key, and how it reads with every drawing. */
function createWatching<T>(client: QueryClient) {
  let manner: Manner<T> = {}
  let fetcher: Fetcher = () => Promise.reject(new Error('nothing is read before it is drawn'))
  let known: { readonly query: Query; readonly isActive: boolean; readonly subscribe: Subscribe } | undefined
  const watcher: Watcher = {
    fetcher: (signal, before) => fetcher(signal, before),
    retry: () => manner.retry ?? RETRY,
    staleMs: () => manner.staleTime ?? STALE_MS,
    everyMs: (state) => {
      const { refetchInterval = 0 } = manner
      return typeof refetchInterval === 'number' ? refetchInterval : refetchInterval({ state: state as QueryState<T> })
    },
  }
  return {
    learn(nextManner: Manner<T>, nextFetcher: Fetcher): void {
      manner = nextManner
      fetcher = nextFetcher
    },
    /** The same function for the same reading, as React wants it. */
    of(query: Query, isActive: boolean): Subscribe {
      if (known?.query === query && known.isActive === isActive) return known.subscribe
      const subscribe: Subscribe = (changed) => watch(client, query, changed, isActive ? watcher : undefined)
      known = { query, isActive, subscribe }
      return subscribe
    },
  }
}

function watch(client: QueryClient, query: Query, changed: () => void, watcher: Watcher | undefined): () => void {
  query.listeners.add(changed)
  if (watcher) {
    query.watchers.add(watcher)
    // What the component learns of its manner comes with the same drawing.
    queueMicrotask(() => {
      if (!query.watchers.has(watcher)) return
      if (isStale(query)) void client.fetch(query)
      plan(query, client)
    })
  }
  return () => {
    query.listeners.delete(changed)
    if (!watcher) return
    query.watchers.delete(watcher)
    plan(query, client)
    // Whoever comes in the same moment still wants the answer.
    setTimeout(() => query.watchers.size === 0 && query.abort?.abort())
  }
}
