/** What every part of a page may ask: who looks, whose brand it is, what time it is. */

import { createContext, use, useCallback, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Me } from '../data/api.ts'
import type { FirstView, ViewBrand } from '../first-view.ts'
import type { FoundPage } from './page-module.ts'

export type House = {
  readonly me: Me
  readonly brand: ViewBrand
  /** The server's clock when the page was made, epoch milliseconds. */
  readonly at: number
  /** The server's clock now, as far as the browser can tell. */
  readonly now: () => number
  /** The page that came with the view. */
  readonly first: { readonly path: string; readonly page: FoundPage }
  /** Fetches the code of the page at a path ahead of its need. */
  readonly warm: (path: string) => void
}

type HouseProviderProps = Pick<House, 'warm' | 'first'> & { readonly view: FirstView; readonly children: ReactNode }

const HouseContext = createContext<House | undefined>(undefined)

/** Gives the page its house; the browser's own clock may be wrong, so it only counts on from the server's. */
export function HouseProvider({ view, first, warm, children }: HouseProviderProps) {
  const [house] = useState<House>(() => {
    const loadedAt = performance.now()
    const { me, brand, at } = view
    return { me, brand, at, first, now: () => at + performance.now() - loadedAt, warm }
  })
  return <HouseContext value={house}>{children}</HouseContext>
}

/** The house of this page. */
export function useHouse(): House {
  const house = use(HouseContext)
  if (!house) throw new Error('useHouse outside HouseProvider')
  return house
}

/** The time, renewed every `everyMs`; the first view shows the server's. */
export function useNow(everyMs = 1000): number {
  const { at, now } = useHouse()
  const subscribe = useCallback(
    (tick: () => void) => {
      const timer = setInterval(tick, everyMs)
      return () => clearInterval(timer)
    },
    [everyMs],
  )
  const floor = (time: number): number => Math.floor(time / everyMs) * everyMs
  return useSyncExternalStore(
    subscribe,
    () => floor(now()),
    () => floor(at),
  )
}
