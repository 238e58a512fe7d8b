/** Counts what becomes of the calls of a load. */

import type { Call } from './caller.ts'
import { quantilesOf, type CallLoad, type LoadResult } from './load.ts'

export type Tally = {
  begun(call: Call, lateMs: number): void
  /** The far end was rung for a dialled number. */
  arrived(dialled: string, atMs: number): void
  ended(call: Call, failure: string | undefined): void
  retransmitted(): void
  /** Every call has ended, one way or the other. */
  isOver(): boolean
  result(): LoadResult
}

/** Begins with nothing. */
export function openTally({ seconds }: CallLoad): Tally {
  const ringing = new Map<string, Call>()
  const failures: Record<string, number> = {}
  const [setups, lateness]: [number[], number[]] = [[], []]
  let overs = 0
  const emergencies = { begun: 0, completed: 0 }
  const counts = { begun: 0, completed: 0, lostByes: 0, retransmissions: 0 }
  return {
    begun(call, lateMs) {
      lateness.push(lateMs)
      counts.begun += 1
      if (call.isEmergency) emergencies.begun += 1
      else ringing.set(call.dialled, call)
    },
    arrived(dialled, atMs) {
      const digits = dialled.replace('%2B', '').replace('+', '')
      const call = ringing.get(digits)
      ringing.delete(digits)
      if (call) setups.push(atMs - call.invitedAt)
    },
    ended(call, failure) {
      overs += 1
      ringing.delete(call.dialled)
      if (failure === 'lost_bye') counts.lostByes += 1
      if (failure === undefined) counts.completed += 1
      else failures[failure] = (failures[failure] ?? 0) + 1
      if (failure === undefined && call.isEmergency) emergencies.completed += 1
    },
    retransmitted: () => void (counts.retransmissions += 1),
    isOver: () => overs >= counts.begun,
    result: () => ({
      ...counts,
      failed: counts.begun - counts.completed,
      failures,
      emergencies,
      setupMs: quantilesOf(setups),
      latenessMs: quantilesOf(lateness),
      seconds,
    }),
  }
}
