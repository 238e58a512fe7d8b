/**
 * Notes conversations in the journal, each a moment after it changed or ended: an answer and its ACK are one note, all
 * of a moment are one write, and nothing waits for it. A call that ended in the moment before a crash is not carried
 * on all the same: its media is gone, or its record is closed.
 */

import type { Clock, Timer } from '../../../base/index.ts'
import type { LegId, SipLegs } from '../../../network/sip/index.ts'
import type { Entry } from '../calls/execution.ts'
import type { Journal, KeptCall } from './journal.ts'

const MOMENT_MS = 50

export type CallNotes = {
  /** The call, or how it is carried, changed. */
  touch(callId: string): void
  drop(callId: string): void
  /** Notes at once what waits for its moment. */
  flush(): void
}

/** How a conversation is carried now; undefined for every call that is none, or not any more. */
export function keptCallOf(entry: Entry, sip: Pick<SipLegs, 'keep'>): KeptCall | undefined {
  const { call, addresses } = entry
  if (call.state !== 'talking' || call.answeredLeg === undefined) return undefined
  const ids: readonly LegId[] = [call.callerLeg, call.answeredLeg]
  const legs = ids.map((legId) => sip.keep(legId)).filter((leg) => leg !== undefined)
  return legs.length === ids.length ? { call, legs, addresses: [...addresses] } : undefined
}

/** Starts with nothing noted. */
export function createCallNotes(
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  keep: (callId: string) => KeptCall | undefined,
): CallNotes {
  const dirty = new Set<string>()
  const over = new Set<string>()
  const noted = new Set<string>()
  let moment: Timer | undefined
  const flush = (): void => {
    moment?.stop()
    moment = undefined
    for (const callId of dirty) {
      const kept = keep(callId)
      if (!kept) continue
      journal.keep(kept)
      noted.add(callId)
    }
    dirty.clear()
    for (const callId of over) journal.drop(callId)
    over.clear()
  }
  const soon = (): void => {
    moment ??= clock.after(MOMENT_MS, flush)
  }
  return {
    touch(callId) {
      dirty.add(callId)
      soon()
    },
    drop(callId) {
      dirty.delete(callId)
      if (!noted.delete(callId)) return
      over.add(callId)
      soon()
    },
    flush,
  }
}
