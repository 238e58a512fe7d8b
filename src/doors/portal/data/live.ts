/**
 * What happens now, from the server's stream of events into the query cache: calls as they change, and the lists that
 * show charges again when one was stored. It says at any time how fresh the page is.
 */

import type { QueryClient } from './query-client.ts'
import { useSyncExternalStore } from 'react'
import { api, liveCallsRead, type LiveCall } from './api.ts'

export type Freshness = {
  readonly state: 'connecting' | 'live' | 'lost'
  /** When the connection was lost, on the server's clock. */
  readonly lostAt?: number
}

export type Live = {
  readonly freshness: () => Freshness
  /** The stream is open as long as somebody listens. */
  readonly subscribe: (listener: () => void) => () => void
}

/** Charges often arrive in bursts: lists are read again at most this often. */
const READ_AGAIN_MS = 1000
const TRY_AGAIN_MS = 5000

const connecting: Freshness = { state: 'connecting' }

/** What happens now, for the page of `client`; `now` is the server's clock. */
export function createLive(client: QueryClient, now: () => number): Live {
  let freshness = connecting
  let close: (() => void) | undefined
  const listeners = new Set<() => void>()
  const become = (next: Freshness): void => {
    freshness = next
    for (const listener of listeners) listener()
  }
  return {
    freshness: () => freshness,
    subscribe: (listener) => {
      listeners.add(listener)
      close ??= openStream(client, {
        isLive: () => become({ state: 'live' }),
        isLost: () => freshness.state !== 'lost' && become({ state: 'lost', lostAt: now() }),
      })
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        close?.()
        close = undefined
      }
    },
  }
}

type Told = { readonly isLive: () => void; readonly isLost: () => void }

/** Opens the stream and keeps it open; returns what ends it. */
function openStream(client: QueryClient, told: Told): () => void {
  let source: EventSource | undefined
  let wasLost = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let reading: ReturnType<typeof setTimeout> | undefined
  const readAgain = (): void => {
    reading ??= setTimeout(() => {
      reading = undefined
      void client.invalidateQueries({ predicate: ({ queryKey }) => showsCharges(String(queryKey[0])) })
    }, READ_AGAIN_MS)
  }
  const connect = (): void => {
    source = new EventSource('/api/v1/live')
    source.addEventListener('open', () => {
      told.isLive()
      // What happened meanwhile was not heard.
      void client.invalidateQueries({ queryKey: liveCallsRead.queryKey })
      if (wasLost) readAgain()
      wasLost = false
    })
    source.addEventListener('call', (event: MessageEvent<string>) => {
      putCall(client, JSON.parse(event.data) as LiveCall)
    })
    source.addEventListener('rated', readAgain)
    source.addEventListener('error', () => {
      wasLost = true
      told.isLost()
      // The browser comes back by itself after a broken connection, not after a refusal.
      if (source?.readyState !== EventSource.CLOSED) return
      retry = setTimeout(connect, TRY_AGAIN_MS)
      // A session that has ended is refused here too, and leads to the sign-in page.
      void api.get('/api/v1/me')
    })
  }
  connect()
  return () => {
    source?.close()
    clearTimeout(retry)
    clearTimeout(reading)
  }
}

/** Lists of what has just ended; a report of a range stays as it was asked for. */
function showsCharges(address: string): boolean {
  return address.startsWith('/api/v1/calls?') || address.startsWith('/api/v1/accounts')
}

function putCall(client: QueryClient, call: LiveCall): void {
  client.setQueryData<{ items: LiveCall[] }>(liveCallsRead.queryKey, (known) => {
    if (!known) return known
    const others = known.items.filter((one) => one.callId !== call.callId)
    return { items: call.state === 'ended' ? others : [call, ...others].toSorted(newestFirst) }
  })
}

/** Instants of one form compare as texts. */
function newestFirst(first: LiveCall, second: LiveCall): number {
  return second.startedAt.localeCompare(first.startedAt) || first.callId.localeCompare(second.callId)
}

/** How fresh the page is; asking is what keeps it so. */
export function useFreshness(live: Live): Freshness {
  return useSyncExternalStore(live.subscribe, live.freshness, () => connecting)
}
