/**
 * How a target is reached at this moment, and what it is told of the caller. Both sides of a call see
 * our address only: a B2BUA with its own Call-ID, Via and Contact on each leg.
 */

import {
  parseUri,
  quotedDisplayName,
  writeSipUri,
  type Binding,
  type Credentials,
  type Headers,
  type InviteCommand,
} from '../../../network/sip/index.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { Call, Party, Target } from '../calls/call.ts'
import type { Carrier, Directory, NumberFormat } from '../directory/directory.ts'
import { carriedHeaders } from './carried-headers.ts'
import { diversionHeaders } from './diversion.ts'
import { locationOf, type Location } from '../emergency/pidf-lo.ts'
import { identityHeaders, isSignedFor, type IdentityPort } from '../trunks/signed-identity.ts'
import { numberForTrunk } from '../trunks/trunk-format.ts'

/** Nobody answers a phone that rang for this long. */
const RING_MS = 60_000
/** A network far away needs longer until it rings at all. */
const CARRIER_RING_MS = 120_000

export type ReachParts = {
  readonly directory: Directory
  bindings(sipUser: string): readonly Binding[]
  /** Our own address in From, To and identity headers. */
  readonly host: string
  /** Hops that the caller's request had left, less ours; the default of the stack when unknown. */
  readonly maxForwards: number | undefined
  readonly identity: IdentityPort | undefined
  /** The places of a carrier, best first. */
  placesOf(carrier: Carrier): readonly Hop[]
  /** What a carrier's challenges are answered with. */
  credentialsFor(carrier: Carrier): Credentials | undefined
  /** Where a carrier that we register with wants its calls to pass (RFC 3608). */
  serviceRoutes(carrierId: string): readonly string[]
  readonly at: number
}

export type Reached = Omit<InviteCommand, 'legId' | 'sdp'>

/** The INVITE for a target, without its SDP; undefined when the phone, the trunk or the carrier is gone. */
export function reachTarget(parts: ReachParts, call: Call, target: Target): Reached | undefined {
  const reached = reach(parts, call, target)
  return reached && parts.maxForwards !== undefined ? { ...reached, maxForwards: parts.maxForwards } : reached
}

function reach(parts: ReachParts, call: Call, target: Target): Reached | undefined {
  switch (target.kind) {
    case 'carrier': {
      const carrier = parts.directory.carrier(target.carrierId)
      const urgent = call.route.kind === 'emergency'
      const reached = carrier && reachCarrier(parts, call, carrier, target)
      return reached && { ...reached, urgent }
    }
    case 'trunk':
      return reachTrunk(parts, call, target)
    case 'joined':
      return undefined
    default:
      return reachPhone(parts, call, target)
  }
}

/** Networks say whether what is heard before the answer is theirs to be heard (RFC 5009 §5). */
const EARLY_MEDIA = ['P-Early-Media', 'supported'] as const

/** Who gave the call away, when his telephone said so, as we know him and not as he wrote it (RFC 3892 §2.1). */
function referredHeaders({ host }: ReachParts, { transfer }: Call): Headers {
  if (!transfer?.isReferred) return []
  const { by, before } = transfer
  const { name, number } = by === before.callerLeg ? before.caller : before.callee
  return [['Referred-By', `${quotedDisplayName(name)}<${writeSipUri({ user: number, host })}>`]]
}

/** An emergency centre sees everybody. */
const isWithheld = ({ caller, route }: Call): boolean => caller.isPrivate === true && route.kind !== 'emergency'

/** `"Ann Lee" <sip:+14165550101@host>`. */
function identityOf({ host }: ReachParts, { caller }: Call, format: NumberFormat = 'e164'): string {
  const user = caller.number === '' ? 'anonymous' : numberForTrunk(format, caller.number)
  return `${quotedDisplayName(caller.name)}<${writeSipUri({ user, host })}>`
}

/** The From of a leg: of a caller who is withheld it names nobody (RFC 3323 §4.1.1.3). */
function fromOf(parts: ReachParts, call: Call, format?: NumberFormat): string {
  return isWithheld(call) ? '"Anonymous" <sip:anonymous@anonymous.invalid>' : identityOf(parts, call, format)
}

/** The From that a phone sees: with the verdict on the caller where one was asked for (3GPP TS 24.229 §7.2A.20). */
function markedFrom(parts: ReachParts, call: Call): string {
  const from = fromOf(parts, call)
  return call.identity && !isWithheld(call) ? from.replace(/@(?=[^@]*>$)/, `;verstat=${call.identity.verstat}@`) : from
}

function reachPhone(parts: ReachParts, call: Call, target: Target & { kind: 'binding' }): Reached | undefined {
  const { sipUser, contact } = target
  const binding = parts.bindings(sipUser).find((one) => one.contact === contact)
  if (!binding) return undefined
  const isColleague = call.caller.tenantId !== undefined && call.caller.tenantId === call.callee.tenantId
  return {
    nextHop: { flow: binding.flow },
    ...routesOf(binding),
    target: contact,
    from: markedFrom(parts, call),
    to: `<${writeSipUri({ user: sipUser, host: parts.host })}>`,
    headers: [
      ...diversionHeaders(call.diversions, { host: parts.host, target: call.callee.number }),
      ...referredHeaders(parts, call),
      ...carriedHeaders(call.carried, parts.host, isColleague),
    ],
    ringTimeoutMs: RING_MS,
  }
}

/** "Path stored and used as route" (RFC 3327 §5.1). */
function routesOf({ path }: Binding): { readonly routes?: readonly string[] } {
  return path ? { routes: path } : {}
}

/**
 * A telephone system is told which of its numbers was dialled, in the Request-URI and in To. Who calls it learns in
 * P-Asserted-Identity too, unless he is withheld: it is the end of the trusted network (RFC 3325 §7).
 */
function reachTrunk(parts: ReachParts, call: Call, target: Target & { kind: 'trunk' }): Reached | undefined {
  const { user, contact } = target
  const trunk = parts.directory.trunk(target.trunkId)
  if (!trunk) return undefined
  const shown: Headers[number] = isWithheld(call)
    ? ['Privacy', 'id']
    : ['P-Asserted-Identity', identityOf(parts, call, trunk.formatOut)]
  const headers = [
    shown,
    EARLY_MEDIA,
    ...diversionHeaders(call.diversions, { host: parts.host, target: user }),
    ...referredHeaders(parts, call),
    ...carriedHeaders(call.carried, parts.host),
  ]
  const common = {
    from: fromOf(parts, call, trunk.formatOut),
    to: `<${writeSipUri({ user, host: parts.host })}>`,
    headers,
    ringTimeoutMs: CARRIER_RING_MS,
  }
  const { account, address } = trunk
  if (address) {
    const { host, port, protocol } = address
    return {
      nextHop: { protocol, remote: { address: host, port } },
      target: writeSipUri({ user, host, port }),
      ...common,
    }
  }
  const binding = account && parts.bindings(account.sipUser).find((one) => one.contact === contact)
  const registered = binding && parseUri(binding.contact)
  if (!registered) return undefined
  // The contact stands for all numbers of the system (RFC 6140 §5.2).
  const params = registered.params
    .split(';')
    .filter((one) => one !== 'bnc')
    .join(';')
  const uri = {
    user,
    host: registered.host,
    params,
    ...(registered.port === undefined ? {} : { port: registered.port }),
  }
  return { nextHop: { flow: binding.flow }, ...routesOf(binding), target: writeSipUri(uri), ...common }
}

/** Who answers for a call that was sent on or given away: the one of ours who did it, whoever called him. */
function assertedOf({ host }: ReachParts, { name, number }: Party): string {
  return `${quotedDisplayName(name)}<${writeSipUri({ user: number, host })}>`
}

type CarrierTarget = Target & { kind: 'carrier' }

const nowhere: Location = { headers: [], parts: [] }

/** A carrier at the place that the call has come to, else at its best; undefined while its name leads nowhere. */
function reachCarrier(parts: ReachParts, call: Call, carrier: Carrier, target: CarrierTarget): Reached | undefined {
  const { user, hop = parts.placesOf(carrier)[0] } = target
  if (!hop) return undefined
  const credentials = parts.credentialsFor(carrier)
  const routes = parts.serviceRoutes(carrier.id)
  const { host, port } = carrier
  // Carriers are trusted with who calls (RFC 3325 §9.1), and with not telling it; an emergency centre calls back to it.
  // Whose signed identity goes along is asserted too; else whoever sent the call on answers for it.
  const sponsor = isSignedFor(call) ? undefined : call.sponsor
  const identity = ['P-Asserted-Identity', sponsor ? assertedOf(parts, sponsor) : identityOf(parts, call)] as const
  const { route } = call
  const where =
    route.kind === 'emergency'
      ? locationOf(route.callerNumber, { ...parts, callId: call.id, own: call.carried?.location })
      : nowhere
  const history = diversionHeaders(call.diversions, { host: parts.host, target: user })
  return {
    nextHop: hop,
    ...(credentials ? { credentials } : {}),
    ...(routes.length > 0 ? { routes } : {}),
    target: writeSipUri({ user, host, ...(port === undefined ? {} : { port }) }),
    from: fromOf(parts, call),
    to: `<${writeSipUri({ user, host })}>`,
    headers: [
      identity,
      ...where.headers,
      ...(isWithheld(call) ? [['Privacy', 'id'] as const] : []),
      ...history,
      EARLY_MEDIA,
      ...carriedHeaders(call.carried, parts.host),
      ...identityHeaders(parts.identity, { call, directory: parts.directory, sponsor, to: user, at: parts.at }),
    ],
    parts: where.parts,
    ringTimeoutMs: CARRIER_RING_MS,
  }
}
