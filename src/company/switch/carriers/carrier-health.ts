/**
 * Whether carriers answer: by pings (OPTIONS, RFC 3261 §11) and by calls. Down after so many failures in a row, up
 * again after so many answers in a row, so that one lost packet moves no traffic and a flapping network gets none.
 */

import type { Clock, Metrics } from '../../../base/index.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { Carrier, Directory } from '../directory/directory.ts'
import type { CarrierHealth } from '../topics.ts'

const DOWN_AFTER = 3
const UP_AFTER = 2

export type Sign = {
  readonly carrierId: string
  readonly isAlive: boolean
  /** What was seen: `200`, `503`, `timeout`, `transport`. */
  readonly detail: string
  /** How long a ping took. */
  readonly latencyMs?: number
  /** One of several places, and whether the call goes on to another one: then the carrier itself is not dead. */
  readonly hop?: Hop
  readonly hasMore?: boolean
}

export type CarrierHealthKeeper = {
  note(sign: Sign): void
  isDown(carrierId: string): boolean
  /** Every carrier of the directory, by name. */
  view(): readonly CarrierHealth[]
}

type Health = Omit<CarrierHealth, 'name' | 'calls' | 'registration'> & {
  readonly failures: number
  readonly answers: number
}

/** Starts with nothing known; a carrier that was never heard is not down. */
export function createCarrierHealth(parts: {
  readonly directory: () => Directory
  readonly clock: Clock
  readonly metrics: Metrics
  /** Legs that a carrier carries now. */
  readonly callsOf: (carrierId: string) => number
  readonly onChange: (health: CarrierHealth) => void
}): CarrierHealthKeeper {
  const { directory, clock } = parts
  const known = new Map<string, Health>()
  const up = parts.metrics.gauge('dialhouse_carrier_up', 'Whether a carrier answers')
  const unknown = (carrierId: string): Health => {
    const never = { changedAt: undefined, detail: '', latencyMs: undefined, failures: 0, answers: 0 }
    return { carrierId, state: 'unknown', ...never }
  }
  const viewOf = ({ id, name }: Carrier): CarrierHealth => {
    const { failures: _, answers: __, ...health } = known.get(id) ?? unknown(id)
    return { ...health, name, calls: parts.callsOf(id) }
  }
  return {
    note({ carrierId, isAlive, detail, latencyMs, hasMore }) {
      if (!isAlive && hasMore) return
      const carrier = directory().carrier(carrierId)
      if (!carrier) return void known.delete(carrierId)
      const before = known.get(carrierId) ?? unknown(carrierId)
      const failures = isAlive ? 0 : before.failures + 1
      const answers = isAlive ? before.answers + 1 : 0
      const state = nextState(before.state, { failures, answers }, carrier)
      const changedAt = state === before.state ? before.changedAt : clock.now()
      const latency = latencyMs ?? before.latencyMs
      known.set(carrierId, { carrierId, state, changedAt, detail, latencyMs: latency, failures, answers })
      if (state === before.state) return
      up.set(state === 'up' ? 1 : 0, { carrier: carrier.name })
      parts.onChange(viewOf(carrier))
    },
    isDown: (carrierId) => known.get(carrierId)?.state === 'down',
    view: () => directory().carriers().map(viewOf),
  }
}

function nextState(
  state: CarrierHealth['state'],
  { failures, answers }: { readonly failures: number; readonly answers: number },
  { downAfter = DOWN_AFTER, upAfter = UP_AFTER }: Carrier,
): CarrierHealth['state'] {
  if (failures >= downAfter) return 'down'
  // The first answer of a carrier that was never heard is enough; one that was down must answer again.
  if (state === 'unknown') return answers > 0 ? 'up' : 'unknown'
  return state === 'down' && answers >= upAfter ? 'up' : state
}
