/** Keeps an eye on the carriers of a switch: by its calls, and by pings when somebody wants to know. */

import type { SipEndpoint } from '../../../network/sip/index.ts'
import { createCarrierHealth, type CarrierHealthKeeper } from './carrier-health.ts'
import type { Executor } from '../calls/executor.ts'
import { registerWithCarriers, type CarrierRegistrations } from './register-with-carriers.ts'
import { pingCarriers } from './ping-carriers.ts'
import type { CarrierPlaces } from './carrier-places.ts'
import type { SwitchParts } from '../switch-parts.ts'
import type { CarrierHealth } from '../topics.ts'

export type CarrierWatch = {
  readonly health: CarrierHealthKeeper
  readonly registrations: CarrierRegistrations
  view(): readonly CarrierHealth[]
  stop(): void
}

/** Begins to watch. */
export function watchCarriers(
  parts: SwitchParts,
  places: CarrierPlaces,
  sip: SipEndpoint,
  executor: Executor,
): CarrierWatch {
  const health = createCarrierHealth({
    ...parts,
    callsOf: executor.countOf,
    onChange: (carrier) => parts.onCarrierChanged?.(carrier),
  })
  const stop =
    parts.onCarrierChanged &&
    pingCarriers({
      ...parts,
      health,
      nextHop: (carrier) => places.of(carrier)[0],
      onPlace: places.note,
      credentialsFor: places.credentialsFor,
      send: sip.send,
    })
  const registrations = registerWithCarriers({
    ...parts,
    nextHop: (carrier) => places.of(carrier)[0],
    onPlace: places.note,
    credentialsFor: places.credentialsFor,
    send: sip.send,
  })
  return {
    health,
    registrations,
    view: () =>
      health.view().map((one) => {
        const registration = registrations.stateOf(one.carrierId)
        return registration ? { ...one, registration } : one
      }),
    stop() {
      stop?.()
      registrations.stop()
    },
  }
}
