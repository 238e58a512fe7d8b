/**
 * A phone gives its side of a conversation away (REFER, RFC 3515): to a number, or to the far side of another
 * conversation of its own (Replaces, RFC 5589 §7). It is carried out here, not passed on: the phones of the other
 * side need know nothing of it, and whoever gives away pays.
 */

import { parseNameAddr, type LegId, type Reply, type SipMessage } from '../../../network/sip/index.ts'
import type { Call } from '../calls/call.ts'
import type { Directory, Extension } from '../directory/directory.ts'
import type { AnyEvent } from '../calls/execution.ts'
import { parseReplaces, partyAt, type ReplacesParts } from './replaces.ts'

export type GiveAwayParts = ReplacesParts & { readonly directory: Directory }

export type GiveAway = {
  readonly reply: NonNullable<Reply>
  /** What happens next, after the reply; nothing when it is refused. */
  readonly event?: AnyEvent
  /** A call of the phone that rings no more: whom it called there is called anew. */
  readonly ended?: string
}

const refuse = (status: number, reason?: string): GiveAway => ({
  reply: reason === undefined ? { status } : { status, reason },
})

/** What a REFER inside a call asks for, and our answer. */
export function giveAway(
  parts: GiveAwayParts,
  legId: LegId,
  { request, isFirst }: { readonly request: SipMessage; readonly isFirst: boolean },
): GiveAway {
  const call = parts.callOf(legId)
  const party = call && partyAt(call, legId)
  const by = party?.extensionId === undefined ? undefined : parts.directory.extension(party.extensionId)
  // Networks and trunks do not send our customers' calls elsewhere.
  if (!call || !by) return refuse(403)
  const targets = request.headers('Refer-To')
  const target = targets.length === 1 ? parseNameAddr(targets[0]!) : undefined
  if (!target) return refuse(400, 'Bad Refer-To')
  if (target.uri.user === '' || /(?:^|[;?&])method=(?!invite)/i.test(target.uri.params + target.uri.headers)) {
    return refuse(400, 'Bad Refer-To')
  }
  if (call.state !== 'talking' || call.rejoining) return refuse(491)
  const isTold = request.header('Refer-Sub')?.trim().toLowerCase() !== 'false'
  const reply = isTold ? { status: 202 } : { status: 202, headers: [['Refer-Sub', 'false']] as const }
  const isReferred = request.header('Referred-By') !== undefined
  const eventId = isFirst ? {} : { eventId: String(request.cseq?.number) }
  const told = { legId, isTold, ...(isReferred ? { isReferred } : {}), ...eventId }
  const replaces = headerOf(target.uri.headers, 'replaces')
  const wanted = { told, by, dialled: target.uri.user }
  return { reply, ...(replaces === undefined ? blind(wanted) : attended(parts, { call, wanted, replaces })) }
}

type Told = {
  readonly legId: LegId
  readonly isTold: boolean
  readonly isReferred?: boolean
  readonly eventId?: string
}
type Wanted = { readonly told: Told; readonly by: Extension; readonly dialled: string }

function blind({ told, by, dialled }: Wanted): Pick<GiveAway, 'event'> {
  return { event: { kind: 'transfer', ...told, by, dialled } }
}

/** To the far side of the phone's other conversation; when that still rings there, it is called anew. */
function attended(
  parts: GiveAwayParts,
  { call, wanted, replaces }: { readonly call: Call; readonly wanted: Wanted; readonly replaces: string },
): Pick<GiveAway, 'event' | 'ended'> {
  const { told, by } = wanted
  const named = parseReplaces(replaces)
  const otherLeg = named && parts.legOf(named)
  const other = otherLeg === undefined ? undefined : parts.callOf(otherLeg)
  const party = other && otherLeg !== undefined ? partyAt(other, otherLeg) : undefined
  const isOwn = other !== undefined && other !== call && party?.tenantId === by.tenantId
  if (!isOwn || otherLeg === undefined) return { event: { kind: 'join', ...told, callId: '', farLeg: '', leaving: [] } }
  if (other.state !== 'talking') return { ...blind({ ...wanted, dialled: other.callee.number }), ended: other.id }
  const farLeg = otherLeg === other.callerLeg ? other.answeredLeg : other.callerLeg
  return { event: { kind: 'join', ...told, callId: other.id, farLeg: farLeg ?? '', leaving: [otherLeg] } }
}

/** A header that a URI wants in the request it makes, unescaped (RFC 3261 §19.1.1). */
function headerOf(headers: string, name: string): string | undefined {
  for (const pair of headers.replace(/^\?/, '').split('&')) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).toLowerCase() !== name) continue
    try {
      return decodeURIComponent(pair.slice(equals + 1))
    } catch {
      return ''
    }
  }
  return undefined
}
