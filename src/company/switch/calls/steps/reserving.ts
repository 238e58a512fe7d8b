/** Money first: no paid leg is dialled before `charge` has decided. */

import type { Grant } from '../../../ledger/index.ts'
import type { Call, CallEvent, Step } from '../call.ts'
import { orderByCost } from '../../carriers/carrier-order.ts'
import type { Refusal } from '../../routing/route.ts'
import { refuseCall } from './announcing.ts'
import { dialNext } from './dialling.ts'
import { endCall } from './ending.ts'
import { openRecords, withRecord } from './records.ts'
import { startServing } from './serving.ts'

const refusals: Readonly<Record<string, Omit<Refusal, 'kind' | 'cause'>>> = {
  'ledger.no_credit': { status: 402, reason: 'Payment Required', prompt: 'no_credit' },
  'ledger.over_limit': { status: 402, reason: 'Payment Required', prompt: 'no_credit' },
  'ledger.quota_used': { status: 402, reason: 'Payment Required', prompt: 'no_credit' },
  'ledger.too_many_calls': { status: 486, reason: 'Too Many Calls', prompt: 'all_circuits_busy' },
  'ledger.no_rate': { status: 404, reason: 'No Rate', prompt: 'not_in_service' },
  'ledger.destination_blocked': { status: 403, reason: 'Destination Blocked', prompt: 'destination_blocked' },
  'ledger.below_cost': { status: 503, reason: 'No Route', prompt: 'all_circuits_busy' },
  'ledger.account_suspended': { status: 403, reason: 'Account Suspended', prompt: 'account_suspended' },
}

/** A failure that nobody foresaw, `ledger.unavailable` among them: the caller hears that the fault is ours. */
const unavailable: Omit<Refusal, 'kind' | 'cause'> = {
  status: 503,
  reason: 'Charging Unavailable',
  prompt: 'sorry_system',
}

/** Asks for the reservation of the next record that pays; rings when all are granted. */
export function startReserving(call: Call, at: number): Step {
  const paying = openRecords(call).find((record) => record.reserve && !record.grant)
  if (!paying?.reserve) return startServing(call) ?? dialNext({ ...call, state: 'dialling' }, at)
  return { call: { ...call, state: 'reserving' }, actions: [{ kind: 'reserve', request: paying.reserve }] }
}

/** Carriers that charging allows, the cheapest of equals first. */
function waitingFor({ waiting, route }: Call, { carriers }: Grant): Call['waiting'] {
  return carriers && route.kind === 'carrier' ? orderByCost(waiting, route.routes, carriers) : waiting
}

/** What a call that waits for its grant makes of an event. */
export function stepReserving(call: Call, event: CallEvent): Step {
  switch (event.kind) {
    case 'reserved': {
      if (event.result.ok) {
        const grant = event.result.value
        const granted = withRecord(call, event.cdrId, { grant })
        return startReserving({ ...granted, waiting: waitingFor(call, grant) }, event.at)
      }
      const code = event.result.failure.code
      return refuseCall(call, { kind: 'refuse', cause: code, ...(refusals[code] ?? unavailable) }, event.at)
    }
    case 'legEnded':
      return endCall(
        call,
        { cause: 'cancelled', status: 487, reason: 'Cancelled', by: 'caller' },
        event.at,
        call.callerLeg,
      )
    default:
      return { call, actions: [] }
  }
}
