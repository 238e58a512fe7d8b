/** From what SIP tells to what the switch does: requests to the door, events of legs to their calls. */

import { dialledDigits, nanp, newId, toE164 } from '../../../base/index.ts'
import {
  header,
  ownText,
  type IncomingInvite,
  type LegId,
  type Notifier,
  type Registrar,
  type Reply,
  type SipEvents,
  type SipLegs,
  type SipMessage,
} from '../../../network/sip/index.ts'
import { answerOf } from '../../../network/stir/index.ts'
import type { Flow } from '../../../network/transport/index.ts'
import type { Admission } from './admit.ts'
import type { Call, CallerIdentity, Hangup, Way } from '../calls/call.ts'
import { callerIdentityOf } from '../trunks/signed-identity.ts'
import type { CallBacks } from '../emergency/call-backs.ts'
import type { CarrierWatch } from '../carriers/watch-carriers.ts'
import type { CarrierPlaces } from '../carriers/carrier-places.ts'
import { createCall } from '../calls/create-call.ts'
import { digitIn } from '../calls/info-digits.ts'
import { carriedBy } from '../routing/carried-headers.ts'
import { dialledBy, dialledUser, dialsEmergency } from '../routing/dialled.ts'
import type { Extension } from '../directory/directory.ts'
import { readDiversions } from '../routing/diversion.ts'
import type { Executor } from '../calls/executor.ts'
import type { Gate } from './gate.ts'
import type { Lines } from '../lines/lines.ts'
import { originate, type OriginateParts } from '../routing/originate.ts'
import { answerOptions, answerOther, answerRegister } from '../registrations/register.ts'
import { giveAway, type GiveAwayParts } from '../transfers/give-away.ts'
import { replacedBy, type Replaced } from '../transfers/replaces.ts'
import type { Caller } from '../routing/route.ts'
import type { SwitchParts } from '../switch-parts.ts'
import { answerSubscribe } from '../lines/watch-lines.ts'

export type Door = {
  readonly parts: SwitchParts
  readonly places: CarrierPlaces
  readonly registrar: Registrar
  readonly admission: Admission
  readonly gate: Gate
  /** The executor is made after the SIP endpoint that it commands. */
  executor(): Executor
  legs(): SipLegs
  carriers(): CarrierWatch
  readonly watch: Notifier
  readonly lines: Lines
  readonly callBacks: CallBacks
  /** Who was let in, until the leg of its INVITE is there. */
  readonly admitted: WeakMap<SipMessage, Caller>
  /** Hops that the caller's request had left, for the legs of its call. */
  readonly hops: Map<string, number>
  /** Legs that gave their call away before: their next try needs a name of its own (RFC 3515 §2.4.6). */
  readonly referred: Set<LegId>
  /** Legs whose caller is being verified, and whether they ended meanwhile. */
  readonly judged: Map<LegId, { isOver: boolean }>
  /** `draining` still takes emergencies, `now` nothing at all. */
  closing: undefined | 'draining' | 'now'
}

/** 933 and 988 are routed like it; nobody is alarmed by them. */
const EMERGENCY = '911'
const HOPS_MAX = 255
const INFO_BYTES_MAX = 1000

function admitInvite(door: Door, request: SipMessage, flow: Flow): Reply | 'accept' {
  if (door.closing === 'now' || (door.closing && !dialsEmergency(dialledUser(request)))) {
    door.admission.refused('closing')
    return { status: 503, headers: [['Retry-After', '2']] }
  }
  const shed = door.gate.shed(request, flow)
  if (shed !== 'pass') return shed
  const admitted = door.admission.caller(request, flow)
  if (!admitted.ok) return admitted.reply
  const replaced = replacedBy(replacing(door), request, admitted.caller)
  if (replaced && 'status' in replaced) return replaced
  door.admitted.set(request, admitted.caller)
  return 'accept'
}

/** What `originate` decides from, as it is at this moment. */
function originating({ parts, places, registrar, executor, carriers, callBacks }: Door): OriginateParts {
  return {
    directory: parts.directory(),
    bindings: registrar.bindings,
    countOf: (tenantId) => executor().countOf(tenantId),
    callsOfOneMax: parts.callsOfOneMax,
    placesOf: places.of,
    isDown: (carrierId) => carriers().health.isDown(carrierId),
    mayCallBack: (number) => callBacks.isExpected(number),
    newId: () => newId(parts.clock, parts.random),
  }
}

/** A way of a call in progress on behalf of an extension, as if it were dialled there. */
export function originateFor(door: Door, call: Call, by: Extension, dialled: string): Way | undefined {
  const { parts } = door
  const [extension, customer] = [parts.directory().extension(by.id), parts.directory().customer(by.tenantId)]
  if (!extension || !customer) return undefined
  const caller = { kind: 'device', device: undefined, extension, customer } as const
  return originate(originating(door), { callId: call.id, caller, dialled, at: parts.clock.now() })
}

/** Decides from memory where the call goes, makes its record and starts it. */
function takeInvite(door: Door, invite: IncomingInvite): void {
  const caller = door.admitted.get(invite.request)
  if (!caller) return
  const replaced = replacedBy(replacing(door), invite.request, caller)
  if (replaced && caller.kind === 'device' && invite.sdp !== undefined) {
    return takePlace(door, invite, caller, replaced)
  }
  const ringing = caller.kind === 'device' ? ringingFor(door, caller, dialledUser(invite.request)) : undefined
  if (ringing && caller.kind === 'device' && invite.sdp !== undefined) return takePlace(door, invite, caller, ringing)
  const judging = judgeCaller(door, caller, invite.request)
  if (!judging) return startCall(door, invite, caller, undefined)
  const judged = { isOver: false }
  door.judged.set(invite.legId, judged)
  void judging.then((identity) => {
    door.judged.delete(invite.legId)
    if (judged.isOver) return
    const refusal = identity.failure && door.parts.identity?.isRequired ? answerOf[identity.failure] : undefined
    if (!refusal) return startCall(door, invite, caller, identity)
    door.admission.refused(identity.failure!)
    door.legs().hangup(invite.legId, refusal)
  })
}

/** Verifies a carrier's caller; undefined for those whom we know ourselves, and for calls back from an emergency. */
function judgeCaller(
  { parts: { identity, directory, clock }, callBacks }: Door,
  caller: Caller,
  request: SipMessage,
): Promise<CallerIdentity> | undefined {
  if (!identity || caller.kind !== 'carrier') return undefined
  const routes = directory().emergencyRoutes()
  if (routes.some((one) => one.kind === 'emergency' && one.carrierId === caller.carrier.id)) return undefined
  // Whoever was cut off from a centre is reached at once, through whatever network the centre calls.
  const digits = dialledDigits(dialledBy(caller, request))
  const number = digits && toE164(digits, nanp)
  if (number && callBacks.isExpected(number)) return undefined
  const headers = request.headers('Identity')
  const from = caller.number
  return identity
    .verify({ identities: headers, from, to: dialledBy(caller, request), at: clock.now() })
    .then((verdict) => callerIdentityOf(verdict, headers))
}

function startCall(door: Door, invite: IncomingInvite, caller: Caller, identity: CallerIdentity | undefined): void {
  const { parts, hops } = door
  const { request, legId, flow, sdp } = invite
  const id = newId(parts.clock, parts.random)
  const at = parts.clock.now()
  const way = originate(originating(door), { callId: id, caller, dialled: dialledBy(caller, request), at })
  const call = createCall({
    id,
    callerLeg: legId,
    sipCallId: ownText(request.callId),
    sdp,
    way,
    diversions: caller.kind === 'carrier' ? readDiversions(request) : [],
    identity,
    carried: carriedBy(request, caller),
    at,
  })
  if (way.route.kind === 'emergency') tellOfEmergency(door, call)
  const left = request.integer(header.maxForwards, HOPS_MAX)
  if (left !== undefined) hops.set(id, Math.min(left, 70) - 1)
  parts.trace?.beginLeg(id, request.callId, call.caller.tenantId)
  door.executor().start(call, flow.remote.address)
}

/** Dialled before an extension: takes what rings there. */
const PICK_UP = '*8'

function ringingFor(
  { parts, lines }: Door,
  caller: Caller & { kind: 'device' },
  dialled: string,
): Replaced | undefined {
  if (!dialled.startsWith(PICK_UP)) return undefined
  const number = dialled.slice(PICK_UP.length)
  const extension = parts.directory().extensionByNumber(caller.customer.tenantId, number)
  return extension && lines.ringingAt(extension.id)
}

/** The centre may call back, and whoever is responsible on the site is told (47 CFR §9.16); neither delays the call. */
function tellOfEmergency({ parts, callBacks }: Door, call: Call): void {
  if (call.route.kind !== 'emergency' || call.route.dialled !== EMERGENCY) return
  const { callerNumber, dialled } = call.route
  if (callerNumber) callBacks.expect(callerNumber.number)
  const { tenantId, number, name } = call.caller
  const shown = { callId: call.id, tenantId, number, name, dialled, at: call.startedAt }
  parts.onEmergency?.({ ...shown, numberId: callerNumber?.id, place: callerNumber?.place })
}

function replacing(door: Door): GiveAwayParts {
  const { parts, executor, legs } = door
  return {
    directory: parts.directory(),
    legOf: (dialog) => legs().legOf(dialog),
    callOf: (legId) => executor().callOf(legId),
  }
}

/** A phone takes the place of another one of its customer, in a conversation or before it begins. */
function takePlace(
  door: Door,
  { legId, flow, sdp }: IncomingInvite,
  caller: Caller & { kind: 'device' },
  replaced: Replaced | NonNullable<Reply>,
): void {
  if ('status' in replaced || sdp === undefined) return door.legs().hangup(legId, { status: 481 })
  const { customer, extension } = caller
  const party = {
    tenantId: customer.tenantId,
    accountId: customer.accountId,
    personId: extension.personId,
    number: extension.number,
    name: extension.name,
    extensionId: extension.id,
  }
  const event = { kind: 'replace', legId, replaced: replaced.legId, sdp, party } as const
  door.executor().adopt(replaced.call.id, { legId, address: flow.remote.address }, event)
}

/** Requests in a call that are about the call itself. */
function answerInCall(door: Door, legId: LegId, request: SipMessage): Reply {
  if (request.method !== 'REFER') return undefined
  const isFirst = !door.referred.has(legId)
  const { reply, event, ended } = giveAway(replacing(door), legId, { request, isFirst })
  // After the reply: no phone expects to hear of a transfer before that was accepted.
  if (event) {
    door.referred.add(legId)
    door.parts.clock.after(1, () => {
      door.executor().onLeg(legId, event)
      if (ended !== undefined) door.executor().endCall(ended, transferred)
    })
  }
  return reply
}

const transferred: Hangup = { cause: 'transferred', status: 487, reason: 'Request Terminated', by: 'caller' }

function answerRequest(door: Door, request: SipMessage, flow: Flow): Reply {
  const { admission, registrar, parts } = door
  switch (request.method) {
    case 'REGISTER': {
      const shed = door.gate.shed(request, flow)
      if (shed !== 'pass') return shed
      return answerRegister({ admission, registrar, directory: parts.directory() }, request, flow)
    }
    case 'SUBSCRIBE':
      return answerSubscribe({ admission, directory: parts.directory(), watch: door.watch }, request, flow)
    case 'NOTIFY':
      // We subscribe to nothing.
      return { status: 481 }
    case 'OPTIONS':
      return answerOptions(door.gate.capabilities(request, flow))
    default:
      return answerOther(admission, request, flow)
  }
}

/**
 * Digits pressed as INFO: for a service of ours they are keys, for a side that hears events they become such
 * (RFC 4733); every other side, and everything else that an INFO says, gets it as it came (RFC 6086 §2).
 */
function passInfo(door: Door, legId: LegId, request: SipMessage): void {
  if (request.bodyLength > INFO_BYTES_MAX) return
  const executor = door.executor()
  const call = executor.callOf(legId)
  const digit = digitIn(request)
  if (call && digit !== undefined) executor.onMedia({ kind: 'digit', callId: call.id, legId, digit })
  const other = executor.otherSide(legId)
  if (!call || other === undefined) return
  const contentType = request.header('Content-Type') ?? 'application/dtmf-relay'
  const pass = (): void => {
    door.legs().request(other, 'INFO', { body: request.body.toString('latin1'), contentType })
  }
  const sdp = other === call.callerLeg ? call.callerSdp : call.calleeSdp
  const hearsEvents = digit !== undefined && !call.direct && /^a=rtpmap:\d+ telephone-event\//im.test(sdp ?? '')
  if (!hearsEvents) return pass()
  void door.parts.media.press({ callId: call.id, legId: other, digits: digit }).then(
    (isHeard) => isHeard || pass(),
    () => pass(),
  )
}

/** The events of the SIP endpoint. */
export function openDoor(door: Door): SipEvents {
  const calls = door.executor
  return {
    admitInvite: (request, flow) => admitInvite(door, request, flow),
    mayAnswer: door.gate.mayAnswer,
    isUrgent: (request) => dialsEmergency(dialledUser(request)),
    onInvite: (invite) => takeInvite(door, invite),
    onRequest: (request, flow) => answerRequest(door, request, flow),
    onProgress: (legId, status, sdp) => calls().onLeg(legId, { kind: 'progress', legId, status, sdp }),
    onAnswered: (legId, sdp) => calls().onLeg(legId, { kind: 'answered', legId, sdp }),
    onConfirmed(legId, sdp) {
      if (sdp !== undefined) calls().onLeg(legId, { kind: 'lateSdp', legId, sdp })
    },
    onDialogRequest: (legId, request) => answerInCall(door, legId, request),
    onReinvite: (legId, sdp) => calls().onLeg(legId, { kind: 'reinvite', legId, sdp }),
    onReinviteDone: (legId, status, sdp) => calls().onLeg(legId, { kind: 'reinviteDone', legId, status, sdp }),
    onDialogChanged: (legId) => calls().onDialogChanged(legId),
    onInfo: (legId, request) => passInfo(door, legId, request),
    onEnded(legId, end) {
      door.referred.delete(legId)
      const judged = door.judged.get(legId)
      if (judged) judged.isOver = true
      calls().onLeg(legId, { kind: 'legEnded', legId, end })
    },
  }
}
