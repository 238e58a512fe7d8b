/** Tells of registrations that begin, end, or go on with another program or from another address. */

import type { Clock } from '../../../base/index.ts'
import type { Binding, RegistrarEvents } from '../../../network/sip/index.ts'
import type { Directory } from '../directory/directory.ts'
import type { RegistrationChanged } from '../topics.ts'

/** Makes the events of a registrar; a refresh that changes nothing is told to nobody. */
export function tellRegistrations(parts: {
  readonly clock: Clock
  directory(): Directory
  publish(event: RegistrationChanged): void
}): RegistrarEvents {
  const tell = (kind: RegistrationChanged['kind'], sipUser: string, binding: Binding, before?: Binding): void =>
    parts.publish({
      kind,
      at: parts.clock.now(),
      tenantId: parts.directory().account(sipUser)?.tenantId,
      sipUser,
      contact: binding.contact,
      protocol: binding.flow.protocol,
      source: sourceOf(binding),
      userAgent: binding.userAgent,
      before: before && { source: sourceOf(before), userAgent: before.userAgent },
    })
  return {
    onRegistered(sipUser, binding, isNew, before) {
      if (isNew) return tell('registered', sipUser, binding)
      const isMoved = before?.flow.remote.address !== binding.flow.remote.address
      if (before && (isMoved || before.userAgent !== binding.userAgent)) tell('changed', sipUser, binding, before)
    },
    onUnregistered: (sipUser, binding, reason) => tell(reason, sipUser, binding),
  }
}

function sourceOf({ flow }: Binding): string {
  const { address, port } = flow.remote
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
