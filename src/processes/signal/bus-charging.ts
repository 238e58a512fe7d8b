/** Charging in the process `charge`, as the switch sees it: short questions, and an answer even when it is away. */

import { ok, type Failure, type Result } from '../../base/index.ts'
import {
  chargeSilent,
  confirmReservation,
  extendReservation,
  freeForgotten,
  reserve,
  settleCalls,
} from '../../company/ledger/index.ts'
import type { ChargingPort } from '../../company/switch/index.ts'
import type { Bus, RequestTopic } from '../../platform/bus/index.ts'

const CHARGE = 'charge'
/** Decided from memory there; a caller hears nothing meanwhile. */
const RESERVE_MS = 1500
/** Waits for a disk there. */
const COMMIT_MS = 3000
const SETTLE_MS = 10_000

export type BusCharging = ChargingPort & {
  /** Whether the last question was answered. */
  isThere(): boolean
}

/** Asks `charge` over the bus; no question is repeated here, for the call machine knows what to do. */
export function chargeOverBus(bus: Bus): BusCharging {
  let isThere = false
  const ask = async <Request, Value, F extends Failure>(
    topic: RequestTopic<Request, Result<Value, F>>,
    request: Request,
    timeoutMs: number,
  ): Promise<Result<Value, F | ReturnType<typeof chargeSilent>['failure']>> => {
    const reply = await bus.request(CHARGE, topic, request, { timeoutMs })
    isThere = reply.ok
    return reply.ok ? reply.value : chargeSilent(reply.failure.code)
  }
  return {
    isThere: () => isThere,
    reserve: (request) => ask(reserve, request, RESERVE_MS),
    confirm: (cdrId, answeredAt) => ask(confirmReservation, { cdrId, answeredAt }, COMMIT_MS),
    extend: (cdrId, elapsedSeconds) => ask(extendReservation, { cdrId, elapsedSeconds }, COMMIT_MS),
    freeForgotten: (request) => ask(freeForgotten, request, SETTLE_MS),
    async settle(records) {
      const reply = await bus.request(CHARGE, settleCalls, { records }, { timeoutMs: SETTLE_MS })
      isThere = reply.ok
      return reply.ok ? ok(reply.value.stored) : chargeSilent(reply.failure.code)
    },
  }
}
