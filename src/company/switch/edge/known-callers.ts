/** Whom we know by name or address: phones, trunks, carriers, and whoever proved himself from an address before. */

import type { DigestServer, SipMessage } from '../../../network/sip/index.ts'
import type { Flow } from '../../../network/transport/index.ts'
import { chosenNumber, trunkCallerOf } from '../trunks/caller-identity.ts'
import type { Carrier, Directory, Trunk } from '../directory/directory.ts'
import type { KnownSources } from './known-sources.ts'
import type { Caller } from '../routing/route.ts'

export type KnownCallerParts = {
  directory(): Directory
  readonly digest: DigestServer
  readonly sources: KnownSources
  /** Whether a phone is registered from an address. */
  isRegisteredFrom(sipUser: string, address: string): boolean
}

/** Proved himself once, and has no phone here any more. */
export const guestOf = (sipUser: string): Caller => ({ kind: 'guest', sipUser })

/** The phone or trunk of a SIP user, and the number that it shows in this request. */
export function callerOfAccount(directory: Directory, sipUser: string, request: SipMessage): Caller | undefined {
  const trunk = directory.trunkOf(sipUser)
  if (trunk) return callerOfTrunk(directory, trunk, request)
  const device = directory.device(sipUser)
  const extension = device && directory.extension(device.extensionId)
  const customer = device && directory.customer(device.tenantId)
  if (!extension || !customer) return undefined
  const { number, isPrivate } = chosenNumber(directory, customer, request)
  return { kind: 'device', device, extension, customer, number, isPrivate }
}

function callerOfTrunk(directory: Directory, trunk: Trunk, request: SipMessage): Caller | undefined {
  const customer = directory.customer(trunk.tenantId)
  return customer && trunkCallerOf(directory, trunk, customer, request)
}

/** Whose address a request comes from. A TCP connection comes from any port: then its Via tells where it listens. */
function ownerOf<Owner>(find: (address: string, port: number) => Owner | undefined, request: SipMessage, flow: Flow) {
  const { address, port } = flow.remote
  const listensOn = flow.protocol !== 'udp' && request.via ? (request.via.port ?? 5060) : port
  return find(address, port) ?? find(address, listensOn)
}

/** The carrier that a request comes from. */
export function carrierOf(directory: Directory, request: SipMessage, flow: Flow): Carrier | undefined {
  return ownerOf(directory.carrierAt, request, flow)
}

/** A trunk that is known by its address; it has proved that it is there, as a password would. */
export function staticTrunkCaller(parts: KnownCallerParts, request: SipMessage, flow: Flow): Caller | undefined {
  const directory = parts.directory()
  const trunk = ownerOf(directory.trunkAt, request, flow)
  const caller = trunk && callerOfTrunk(directory, trunk, request)
  if (trunk && caller) parts.sources.prove(flow.remote.address, directory.trunkNumber(trunk)?.number ?? trunk.name)
  return caller
}

/** Of an emergency from a known address: by proof, else the phone registered there, else who proved it last. */
export function emergencyCaller(parts: KnownCallerParts, request: SipMessage, flow: Flow, lastUser: string): Caller {
  const verdict = parts.digest.authenticate(request, flow)
  const named = request.from?.uri.user ?? ''
  const isThere = verdict.ok || parts.isRegisteredFrom(named, flow.remote.address)
  const sipUser = verdict.ok ? verdict.user : isThere ? named : lastUser
  return callerOfAccount(parts.directory(), sipUser, request) ?? guestOf(lastUser)
}
