/** Changes of registrations go to the table, and to whoever watches. */

import { registrationChanged, tellRegistrations, type RegistrationChanged } from '../../company/switch/index.ts'
import type { RegistrarEvents } from '../../network/sip/index.ts'
import type { ProcessParts } from '../parts.ts'
import type { Stores } from './stores.ts'

/** What the registrar of this process reports to. */
export function registrationEvents({ bus, clock }: ProcessParts, stores: Stores): RegistrarEvents {
  const { registrations, directory } = stores
  const publish = (event: RegistrationChanged): void => bus.publish(registrationChanged, event)
  const told = tellRegistrations({ clock, directory: directory.current, publish })
  return {
    onRegistered(aor, binding, isNew, before) {
      registrations.registered(aor, binding)
      told.onRegistered(aor, binding, isNew, before)
    },
    onUnregistered(aor, binding, reason) {
      registrations.unregistered(aor, binding)
      told.onUnregistered(aor, binding, reason)
    },
  }
}
