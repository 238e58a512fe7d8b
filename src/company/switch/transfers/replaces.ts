/**
 * The dialog that a Replaces header names (RFC 3891): an INVITE that takes a place in a call, or the other
 * conversation of a phone that transfers. A phone knows its own dialog with us; we know which call that is.
 */

import { findParameter, type DialogId, type LegId, type Reply, type SipMessage } from '../../../network/sip/index.ts'
import type { Call, Party } from '../calls/call.ts'
import type { Caller } from '../routing/route.ts'

export type Replaces = DialogId & { readonly isEarlyOnly: boolean }

/** Reads `call-id;to-tag=x;from-tag=y`; undefined when a part is missing. */
export function parseReplaces(value: string): Replaces | undefined {
  const semicolon = value.indexOf(';')
  if (semicolon < 0) return undefined
  const params = value.slice(semicolon)
  const [toTag, fromTag] = [findParameter(params, 'to-tag'), findParameter(params, 'from-tag')]
  if (toTag === undefined || fromTag === undefined) return undefined
  const isEarlyOnly = findParameter(params, 'early-only') !== undefined
  return { callId: value.slice(0, semicolon).trim(), toTag, fromTag, isEarlyOnly }
}

/** Who sits at a leg of a call; undefined for a leg that only rings. */
export function partyAt(call: Call, legId: LegId): Party | undefined {
  if (call.transfer || call.joining) return undefined
  if (legId === call.callerLeg) return call.caller
  return call.legs.some((leg) => leg.legId === legId) ? call.callee : undefined
}

export type Replaced = { readonly call: Call; readonly legId: LegId }

export type ReplacesParts = {
  legOf(dialog: DialogId): LegId | undefined
  callOf(legId: LegId): Call | undefined
}

/**
 * Whom an INVITE with Replaces replaces; a reply refuses it, undefined when it replaces nobody (RFC 3891 §3). Only a
 * phone may, and only in a call of its own customer; for all others there is no such dialog.
 */
export function replacedBy(parts: ReplacesParts, request: SipMessage, caller: Caller): Replaced | Reply {
  const values = request.headers('Replaces')
  if (values.length === 0) return undefined
  const named = values.length === 1 ? parseReplaces(values[0]!) : undefined
  if (!named) return { status: 400, reason: 'Bad Replaces' }
  const legId = parts.legOf(named)
  const call = legId === undefined ? undefined : parts.callOf(legId)
  const party = call && legId !== undefined ? partyAt(call, legId) : undefined
  const isTheirs = caller.kind === 'device' && party?.tenantId === caller.customer.tenantId
  if (!call || legId === undefined || !isTheirs) return { status: 481 }
  if (call.state === 'talking') return named.isEarlyOnly ? { status: 486 } : replacing(request, { call, legId })
  // A phone takes what rings at another one; nobody takes the place of a caller who waits (RFC 3891 §3).
  const rings =
    call.state === 'dialling' && call.route.kind === 'extension' && legId !== call.callerLeg && !call.transfer
  return rings ? replacing(request, { call, legId }) : { status: 481 }
}

function replacing(request: SipMessage, replaced: Replaced): Replaced | Reply {
  return request.sdp === undefined ? { status: 488 } : replaced
}
