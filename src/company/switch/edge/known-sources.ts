/**
 * Who may dial 911 without a new challenge: anyone who proved a credential from that address within
 * 30 days, whatever became of the account since (DESIGN.md §9). Strangers get the uniform challenge.
 */

import type { Clock } from '../../../base/index.ts'

const REMEMBERED_MS = 30 * 24 * 3600 * 1000
const SOURCES_MAX = 100_000

export type KnownSource = { readonly sipUser: string; readonly provenAt: number }

export type KnownSources = {
  prove(address: string, sipUser: string): void
  /** Who last proved a credential from this address. */
  lastAt(address: string): KnownSource | undefined
  entries(): readonly (readonly [string, KnownSource])[]
}

/** Starts from what was remembered before (`entries` of a former run). */
export function createKnownSources(
  clock: Clock,
  before: readonly (readonly [string, KnownSource])[] = [],
): KnownSources {
  const sources = new Map<string, KnownSource>(before)
  return {
    prove(address, sipUser) {
      // Deleted first, so that the map's order is from the longest silent to the latest proof.
      sources.delete(address)
      sources.set(address, { sipUser, provenAt: clock.now() })
      if (sources.size > SOURCES_MAX) sources.delete(sources.keys().next().value!)
    },
    lastAt(address) {
      const source = sources.get(address)
      return source && clock.now() - source.provenAt <= REMEMBERED_MS ? source : undefined
    },
    entries: () => [...sources],
  }
}
