/** What an event of a call says of the carrier that it came from. */

import type { Call, CallEvent, Target } from '../calls/call.ts'
import type { Sign } from './carrier-health.ts'

/** A sign of life or death; undefined when the event says neither. */
export function carrierSign(call: Call, event: CallEvent): Sign | undefined {
  if (event.kind === 'timer' && event.timer === 'silence') {
    const silent = call.legs.find((leg) => leg.state === 'inviting' && leg.target.kind === 'carrier')
    return silent?.target.kind === 'carrier'
      ? { carrierId: silent.target.carrierId, isAlive: false, detail: 'timeout', ...placeOf(call, silent.target) }
      : undefined
  }
  if (event.kind !== 'progress' && event.kind !== 'answered' && event.kind !== 'legEnded') return undefined
  const leg = call.legs.find((one) => one.legId === event.legId)
  if (leg?.target.kind !== 'carrier' || leg.state !== 'inviting') return undefined
  const { carrierId } = leg.target
  if (event.kind !== 'legEnded') return { carrierId, isAlive: true, detail: 'call', ...placeOf(call, leg.target) }
  const { by, status } = event.end
  if (by === 'local') return undefined
  const isAlive = by === 'remote' && status !== 503
  return { carrierId, isAlive, detail: by === 'remote' ? String(status) : by, ...placeOf(call, leg.target) }
}

/** Which place of the carrier it was, and whether others of the same carrier are still to be tried. */
function placeOf({ waiting }: Call, { carrierId, hop }: Target & { kind: 'carrier' }): Pick<Sign, 'hop' | 'hasMore'> {
  if (!hop) return {}
  const isSame = (target: Target | undefined): boolean => target?.kind === 'carrier' && target.carrierId === carrierId
  return { hop, hasMore: waiting.some(([target]) => isSame(target)) }
}
