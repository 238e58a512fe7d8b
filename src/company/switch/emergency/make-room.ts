/**
 * An emergency, or the call back of a centre, finds a place where all are taken: the youngest other call gives up its
 * own. Our limits do not hold an emergency up; those of a carrier, a customer's line or our media would.
 */

import type { Log } from '../../../base/index.ts'
import type { Call, Hangup, Target } from '../calls/call.ts'
import type { Directory } from '../directory/directory.ts'
import type { Executor } from '../calls/executor.ts'
import { seatsOf } from '../calls/seats.ts'

const preempted: Hangup = { cause: 'preempted', status: 503, reason: 'Preempted By An Emergency', by: 'system' }

/** Whether nothing may hold a call up, and nothing may end it for another one. */
function isUrgentCall({ route }: Call): boolean {
  return route.kind === 'emergency' || ('isCallBack' in route && route.isCallBack)
}

export type RoomParts = {
  readonly executor: Pick<Executor, 'calls' | 'countOf' | 'endCall'>
  readonly directory: Directory
  readonly callsOfOneMax: number
  readonly log: Log
}

/** Ends the youngest call that is not urgent, of those that occupy `seat` (any at all without one); false when none. */
export function endYoungest({ executor, log }: RoomParts, seat?: string): boolean {
  const others = executor.calls().filter((call) => !isUrgentCall(call) && call.state !== 'ended')
  const those = seat === undefined ? others : others.filter((call) => seatsOf(call).includes(seat))
  const [youngest] = those.toSorted((a, b) => b.startedAt - a.startedAt)
  if (!youngest) return false
  log.warn('a call was ended to make room for an emergency', { callId: youngest.id })
  return executor.endCall(youngest.id, preempted)
}

/** Makes room wherever an urgent call that is about to be dialled would find none. */
export function makeRoom(parts: RoomParts, call: Call, target: Target | undefined): void {
  if (!isUrgentCall(call)) return
  const { executor, directory, callsOfOneMax } = parts
  // Of its own places an emergency counts those at carriers only; a call back counts all of its own.
  const own = call.route.kind === 'emergency' ? 0 : 1
  const { trunkId = call.callee.trunkId, tenantId = call.callee.tenantId } = call.caller
  const trunk = trunkId === undefined ? undefined : directory.trunk(trunkId)
  if (trunk && executor.countOf(trunk.id) - own >= trunk.channelsMax) endYoungest(parts, trunk.id)
  if (tenantId !== undefined && executor.countOf(tenantId) - own >= callsOfOneMax) endYoungest(parts, tenantId)
  const carrier = target?.kind === 'carrier' ? directory.carrier(target.carrierId) : undefined
  if (carrier && executor.countOf(carrier.id) > (carrier.channelsMax ?? Infinity)) endYoungest(parts, carrier.id)
}
