/** What was not let in, counted by reason: for the metrics, and for people. */

import type { Metrics } from '../../../base/index.ts'

export type Refusals = {
  refused(reason: string): void
  /** Counts since the start, the most frequent first. */
  counts(): readonly { readonly reason: string; readonly count: number }[]
}

/** Starts with nothing counted; reasons are words of ours, so that their number is small. */
export function createRefusals(metrics: Metrics): Refusals {
  const counter = metrics.counter('dialhouse_sip_refused_total', 'SIP requests that were not let in, by reason')
  const counts = new Map<string, number>()
  return {
    refused(reason) {
      counter.add(1, { reason })
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    },
    counts: () => [...counts].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count),
  }
}
