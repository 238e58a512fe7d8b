/**
 * Notes conversations in the journal, each a moment after it changed: an answer and its ACK are one note, and neither
 * waits for it.
 */

import type { Clock, Timer } from '../../base/index.ts'
import type { LegId, SipLegs } from '../../network/sip/index.ts'
import type { Entry } from './execution.ts'
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
  }
  return {
    touch(callId) {
      dirty.add(callId)
      moment ??= clock.after(MOMENT_MS, flush)
    },
    drop(callId) {
      dirty.delete(callId)
      if (noted.delete(callId)) journal.drop(callId)
    },
    flush,
  }
}
