/**
 * What the API answered, by address: read once for all who show it, kept while it is fresh, read again when it may be
 * old. It weighs little, because every page waits for it.
 */

export type QueryKey = readonly unknown[]

/** What somebody sees of one reading; a new object whenever something in it changes. */
export type QueryState<T = unknown> = {
  readonly data: T | undefined
  readonly error: Error | null
  /** Attempts in a row that failed. */
  readonly failureCount: number
  readonly isFetching: boolean
}

/** How a reading is done; `known` is what was there before. */
export type Fetcher = (signal: AbortSignal, known: unknown) => Promise<unknown>

/** Who shows a reading and wants it kept fresh. */
export type Watcher = {
  readonly fetcher: Fetcher
  readonly retry: () => number
  readonly staleMs: () => number
  /** Milliseconds until it is read again while somebody looks; 0 for never. */
  readonly everyMs: (state: QueryState) => number
}

export type Query = {
  readonly key: QueryKey
  state: QueryState
  readonly watchers: Set<Watcher>
  /** Told of every change. */
  readonly listeners: Set<() => void>
  /** When the data came, on the browser's monotonic clock. */
  at: number
  isInvalid: boolean
  reading: Promise<void> | undefined
  abort: AbortController | undefined
  again: ReturnType<typeof setTimeout> | undefined
}

const RETRY_MS = 1000
/** Readings that nobody shows are forgotten when there are more than so many. */
const KEPT = 100

const empty: QueryState = { data: undefined, error: null, failureCount: 0, isFetching: false }

/** The readings of one page, as long as its document stands. */
export class QueryClient {
  readonly #queries = new Map<string, Query>()

  /** The reading of a key, made when there was none. */
  query(key: QueryKey): Query {
    const name = JSON.stringify(key)
    const known = this.#queries.get(name)
    if (known) return known
    const made: Query = {
      key,
      state: empty,
      watchers: new Set(),
      listeners: new Set(),
      at: -Infinity,
      isInvalid: false,
      reading: undefined,
      abort: undefined,
      again: undefined,
    }
    this.#queries.set(name, made)
    if (this.#queries.size > KEPT) this.#forget()
    return made
  }

  #forget(): void {
    for (const [name, query] of this.#queries) {
      if (query.listeners.size === 0 && !query.reading && this.#queries.size > KEPT / 2) this.#queries.delete(name)
    }
  }

  getQueryData<T>(key: QueryKey): T | undefined {
    return this.query(key).state.data as T | undefined
  }

  /** Puts an answer in place of a reading, or changes the one that is there. */
  setQueryData<T>(key: QueryKey, given: T | ((known: T | undefined) => T | undefined)): void {
    const query = this.query(key)
    const data = typeof given === 'function' ? (given as (known: unknown) => unknown)(query.state.data) : given
    if (data !== undefined) arrive(query, data)
  }

  /** Says that readings are old: those that are shown are read again, the others when they are shown next. */
  async invalidateQueries(which: {
    readonly queryKey?: QueryKey
    readonly predicate?: (query: { readonly queryKey: QueryKey }) => boolean
  }): Promise<void> {
    const { queryKey, predicate } = which
    const chosen = [...this.#queries.values()].filter(({ key }) =>
      predicate ? predicate({ queryKey: key }) : (queryKey ?? []).every((part, at) => part === key[at]),
    )
    await Promise.all(
      chosen.map(async (query) => {
        query.isInvalid = true
        // One that is under way may have been answered before the change.
        if (query.reading) await query.reading
        await this.fetch(query)
      }),
    )
  }

  /** Reads again what is shown and may be old: the reader has come back to the page. */
  refresh(): void {
    for (const query of this.#queries.values()) if (isStale(query)) void this.fetch(query)
  }

  /** Reads now, once for all who want it; nobody who watches means nothing to read. */
  fetch(query: Query, fetcher?: Fetcher): Promise<void> {
    const watcher = [...query.watchers][0]
    if (!watcher) return Promise.resolve()
    return (query.reading ??= read(query, fetcher ?? watcher.fetcher, watcher.retry()))
  }

  clear(): void {
    for (const query of this.#queries.values()) {
      query.abort?.abort()
      clearTimeout(query.again)
    }
    this.#queries.clear()
  }
}

/** Whether what is there should be read again. */
export function isStale(query: Query): boolean {
  const staleMs = Math.min(...[...query.watchers].map((watcher) => watcher.staleMs()))
  return query.isInvalid || query.state.data === undefined || performance.now() - query.at >= staleMs
}

/** Plans the next reading of what is shown, for the most impatient of those who watch. */
export function plan(query: Query, client: QueryClient): void {
  clearTimeout(query.again)
  const waits = [...query.watchers].map((watcher) => watcher.everyMs(query.state)).filter((ms) => ms > 0)
  if (waits.length === 0) return
  query.again = setTimeout(
    () => {
      if (document.hidden) plan(query, client)
      else void client.fetch(query).then(() => plan(query, client))
    },
    Math.min(...waits),
  )
}

function change(query: Query, over: Partial<QueryState>): void {
  query.state = { ...query.state, ...over }
  for (const listener of query.listeners) listener()
}

function arrive(query: Query, data: unknown): void {
  query.at = performance.now()
  query.isInvalid = false
  change(query, { data: keepSame(query.state.data, data), error: null, failureCount: 0, isFetching: false })
}

async function read(query: Query, fetcher: Fetcher, retry: number): Promise<void> {
  const abort = (query.abort = new AbortController())
  change(query, { isFetching: true })
  for (let failures = 0; ;) {
    try {
      const data = await fetcher(abort.signal, query.state.data)
      query.reading = undefined
      return arrive(query, data)
    } catch (thrown) {
      failures += 1
      const isOver = failures > retry || abort.signal.aborted
      if (isOver) query.reading = undefined
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      if (abort.signal.aborted) return change(query, { isFetching: false })
      change(query, { failureCount: query.state.failureCount + 1, ...(isOver && { error, isFetching: false }) })
      if (isOver) return
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

/** `next` with every part of `known` that is equal to it: what did not change is not drawn again. */
function keepSame(known: unknown, next: unknown): unknown {
  if (Object.is(known, next)) return known
  if (typeof known !== 'object' || typeof next !== 'object' || !known || !next) return next
  if (Array.isArray(known) !== Array.isArray(next)) return next
  const before = known as Readonly<Record<string, unknown>>
  const after = next as Record<string, unknown>
  const names = Object.keys(after)
  const kept: Record<string, unknown> = Array.isArray(next) ? ([] as unknown as Record<string, unknown>) : {}
  let isSame = names.length === Object.keys(before).length
  for (const name of names) {
    kept[name] = keepSame(before[name], after[name])
    isSame &&= name in before && Object.is(kept[name], before[name])
  }
  return isSame ? known : kept
}
