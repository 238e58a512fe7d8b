/**
 * How a target is reached at this moment, and what it is told of the caller. Both sides of a call see
 * our address only: a B2BUA with its own Call-ID, Via and Contact on each leg.
 */

import { quotedDisplayName, writeSipUri, type Binding, type InviteCommand } from '../../network/sip/index.ts'
import type { Call, Target } from './call.ts'
import type { Carrier, Directory } from './directory.ts'
import { diversionHeaders } from './diversion.ts'

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
}

export type Reached = Omit<InviteCommand, 'legId' | 'sdp'>

/** The INVITE for a target, without its SDP; undefined when the phone or the carrier is gone. */
export function reachTarget(parts: ReachParts, call: Call, target: Target): Reached | undefined {
  const hops = parts.maxForwards === undefined ? {} : { maxForwards: parts.maxForwards }
  if (target.kind === 'carrier') {
    const carrier = parts.directory.carrier(target.carrierId)
    const urgent = call.route.kind === 'emergency'
    return carrier && { ...reachCarrier(parts, call, carrier, target.user), ...hops, urgent }
  }
  const { sipUser, contact } = target
  const binding = parts.bindings(sipUser).find((one) => one.contact === contact)
  if (!binding) return undefined
  return {
    nextHop: { flow: binding.flow },
    target: contact,
    from: callerOf(parts, call),
    to: `<${writeSipUri({ user: sipUser, host: parts.host })}>`,
    headers: diversionHeaders(call.diversions, { host: parts.host, target: call.callee.number }),
    ringTimeoutMs: RING_MS,
    ...hops,
  }
}

/** `"Ann Lee" <sip:+14165550101@host>`; a caller without a number is anonymous. */
function callerOf({ host }: ReachParts, call: Call): string {
  const user = call.caller.number === '' ? 'anonymous' : call.caller.number
  return `${quotedDisplayName(call.caller.name)}<${writeSipUri({ user, host })}>`
}

/** Who answers for a call that was sent on: the last of ours who did it, whoever called him. */
function assertedOf({ host }: ReachParts, call: Call): string | undefined {
  const last = call.diversions.findLast((one) => one.extensionId !== undefined)
  return last && `${quotedDisplayName(last.name)}<${writeSipUri({ user: last.number, host })}>`
}

function reachCarrier(parts: ReachParts, call: Call, carrier: Carrier, user: string): Reached {
  const { host, port, protocol } = carrier
  const from = callerOf(parts, call)
  return {
    nextHop: { protocol, remote: { address: host, port } },
    target: writeSipUri({ user, host, port }),
    from,
    to: `<${writeSipUri({ user, host })}>`,
    // Carriers are trusted with who calls (RFC 3325 §9.1); an emergency centre calls back to it.
    headers: [
      ['P-Asserted-Identity', assertedOf(parts, call) ?? from],
      ...diversionHeaders(call.diversions, { host: parts.host, target: user }),
    ],
    ringTimeoutMs: CARRIER_RING_MS,
  }
}
