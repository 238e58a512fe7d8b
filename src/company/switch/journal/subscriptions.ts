/**
 * The subscriptions of telephones on disk: lamps go on over a restart. What came over a connection ends with it, and
 * its telephone subscribes anew.
 */

import type { Log } from '../../../base/index.ts'
import type { KeptSubscription } from '../../../network/sip/index.ts'
import { openLineFile, readLines } from './line-file.ts'

export type SubscriptionLine =
  | { readonly kind: 'kept'; readonly key: string; readonly kept: KeptSubscription }
  | { readonly kind: 'over'; readonly key: string }

export type SubscriptionBook = {
  /** What the former process kept. */
  readonly left: readonly KeptSubscription[]
  keep(key: string, kept: KeptSubscription): void
  drop(key: string): void
  close(): Promise<void>
}

/** What lines add up to. */
export function subscriptionsIn(lines: readonly SubscriptionLine[]): Map<string, KeptSubscription> {
  const kept = new Map<string, KeptSubscription>()
  for (const line of lines) applyLine(kept, line)
  return kept
}

function applyLine(kept: Map<string, KeptSubscription>, line: SubscriptionLine): void {
  if (line.kind === 'kept') kept.set(line.key, line.kept)
  else kept.delete(line.key)
}

/** Opens the book at `path`. */
export async function openSubscriptions(path: string, log: Log): Promise<SubscriptionBook> {
  const kept = new Map<string, KeptSubscription>()
  readLines(path, log, (text) => applyLine(kept, JSON.parse(text) as SubscriptionLine))
  const left = [...kept.values()]
  const file = await openLineFile(path, {
    log,
    safe: 'handed over',
    everything: () => [...kept].map(([key, one]) => JSON.stringify({ kind: 'kept', key, kept: one })),
  })
  const write = (line: SubscriptionLine): void => {
    applyLine(kept, line)
    file.append(JSON.stringify(line)).catch((error: unknown) => {
      log.error('subscriptions could not be written; a restart would end them', { error })
    })
  }
  return {
    left,
    keep: (key, one) => write({ kind: 'kept', key, kept: one }),
    drop: (key) => void (kept.has(key) && write({ kind: 'over', key })),
    close: () => file.close(),
  }
}
