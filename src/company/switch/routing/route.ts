/**
 * Where a call goes: a pure decision over the directory. Emergency is looked at before anything else,
 * so that no rule written below can ever refuse, delay or charge it.
 */

import { dialledDigits, isEmergency, nanp, toE164, type E164 } from '../../../base/index.ts'
import type { CallClass } from '../../ledger/index.ts'
import {
  noForward,
  type Carrier,
  type CarrierRoute,
  type Customer,
  type Device,
  type Directory,
  type Extension,
  type PhoneNumber,
  type Trunk,
} from '../directory/directory.ts'
import type { Service } from '../services/service.ts'
import { numberFromTrunk } from '../trunks/trunk-format.ts'

export type Caller =
  /** A phone, or an extension that sends a call on. */
  | {
      readonly kind: 'device'
      readonly device: Device | undefined
      readonly extension: Extension
      readonly customer: Customer
      /** Another number of the customer's that he chose to show. */
      readonly number?: PhoneNumber | undefined
      /** Wants to be withheld. */
      readonly isPrivate?: boolean
    }
  | {
      readonly kind: 'trunk'
      readonly trunk: Trunk
      readonly customer: Customer
      /** The number that he shows: one of the customer's. */
      readonly number: PhoneNumber | undefined
      readonly name: string
      readonly isPrivate: boolean
    }
  | {
      readonly kind: 'carrier'
      readonly carrier: Carrier
      readonly number: string
      readonly name: string
      readonly isPrivate?: boolean
    }
  /** Proved itself from its address once and has no phone here any more: heard for emergencies only. */
  | { readonly kind: 'guest'; readonly sipUser: string }

export type Refusal = {
  readonly kind: 'refuse'
  readonly status: number
  readonly reason: string
  /** Stable word for the CDR. */
  readonly cause: string
  /** Announcement played before the final answer; silence when absent. */
  readonly prompt?: string
}

export type Route =
  | {
      readonly kind: 'emergency'
      readonly dialled: string
      readonly routes: readonly CarrierRoute[]
      readonly callerNumber: PhoneNumber | undefined
    }
  | {
      readonly kind: 'extension'
      /** What another customer is shown of a caller of ours. */
      readonly callerNumber?: PhoneNumber | undefined
      readonly extension: Extension
      readonly customer: Customer
      readonly number: PhoneNumber | undefined
      readonly callClass: CallClass
      /** Of an emergency centre: nothing holds it up. */
      readonly isCallBack?: boolean
    }
  | {
      readonly kind: 'trunk'
      readonly callerNumber?: PhoneNumber | undefined
      readonly trunk: Trunk
      readonly customer: Customer
      readonly number: PhoneNumber
      readonly callClass: CallClass
      /** Of an emergency centre: nothing holds it up. */
      readonly isCallBack?: boolean
    }
  | {
      readonly kind: 'carrier'
      readonly destination: E164
      readonly routes: readonly CarrierRoute[]
      readonly callerNumber: PhoneNumber
    }
  | { readonly kind: 'announcement'; readonly prompt: string; readonly times: number }
  | Refusal

const refuse = (status: number, reason: string, cause: string, prompt?: string): Refusal =>
  prompt ? { kind: 'refuse', status, reason, cause, prompt } : { kind: 'refuse', status, reason, cause }

/** Dialled from any phone: our own voice answers, so that a new phone can be tried without a second one. */
const TEST_CALL = '*43'

/**
 * The route of a call. `dialled` is the user part of the Request-URI.
 * A refusal carries the SIP status, the word for the CDR and what the caller hears.
 */
export function chooseRoute(directory: Directory, caller: Caller, dialled: string): Route {
  if (caller.kind === 'carrier') return routeInbound(directory, dialled)
  const digits = dialledDigits(dialled)
  if (digits && isEmergency(digits, nanp)) {
    const callerNumber = caller.kind === 'guest' ? undefined : callBackNumber(directory, caller)
    // Behind a line prefix (9911) it is the same number.
    return { kind: 'emergency', dialled: digits.slice(-3), routes: directory.emergencyRoutes(), callerNumber }
  }
  if (caller.kind === 'guest') return refuse(403, 'Service Ended', 'terminated')
  if (caller.customer.status === 'terminated') return refuse(403, 'Service Ended', 'terminated')
  const mailbox = toMailbox(directory, caller, dialled)
  if (mailbox) return mailbox
  if (dialled === TEST_CALL) return { kind: 'announcement', prompt: 'welcome_echo_test', times: 1 }
  const internal = directory.extensionByNumber(caller.customer.tenantId, dialled)
  if (internal) return toExtension(directory, internal, undefined, 'onnet')
  const { areaCode } = caller.customer
  const format = caller.kind === 'trunk' ? caller.trunk.formatIn : 'national'
  const destination = digits && numberFromTrunk(format, digits, areaCode)
  if (!destination) return refuse(404, 'Not Found', 'not_a_number', 'not_in_service')
  const onNet = directory.number(destination)
  if (onNet) {
    const route = routeNumber(directory, onNet, 'onnet')
    const isAnswered = route.kind === 'extension' || route.kind === 'trunk'
    return isAnswered ? { ...route, callerNumber: shownNumber(directory, caller) } : route
  }
  return routeOut(directory, caller, destination)
}

/** Hear one's own messages; leave one for whoever sends the call on, or for the extension behind the code. */
const HEAR_MESSAGES = '*97'
const LEAVE_MESSAGE = /^\*98(\d{2,6})?$/
const MESSAGE_SECONDS = 180

/** The codes of voicemail; undefined for everything else. */
function toMailbox(directory: Directory, caller: OwnCaller, dialled: string): Route | undefined {
  const own = caller.kind === 'device' ? caller.extension : undefined
  const { customer } = caller
  const served = (extension: Extension, service: Service): Route => ({
    kind: 'extension',
    extension: { ...extension, forward: noForward, service },
    customer,
    number: undefined,
    callClass: 'onnet',
  })
  if (dialled === HEAR_MESSAGES) {
    return own && served(own, { kind: 'inbox', extensionId: own.id })
  }
  const code = LEAVE_MESSAGE.exec(dialled)
  if (!code) return undefined
  const owner = code[1] === undefined ? own : directory.extensionByNumber(customer.tenantId, code[1])
  if (!owner || owner.service) return undefined
  const greeting = ['mailbox_greeting']
  return served(owner, { kind: 'mailbox', extensionId: owner.id, greeting, maxSeconds: MESSAGE_SECONDS })
}

type OwnCaller = Caller & { readonly kind: 'device' | 'trunk' }

/** The number that others see of a caller of ours. */
function shownNumber(directory: Directory, caller: OwnCaller): PhoneNumber | undefined {
  if (caller.kind === 'trunk') return caller.number
  return caller.number ?? directory.callerNumber(caller.extension)
}

/** Where an emergency centre calls back; what a caller chose to show of a phone does not count. */
function callBackNumber(directory: Directory, caller: OwnCaller): PhoneNumber | undefined {
  return caller.kind === 'trunk' ? caller.number : directory.callerNumber(caller.extension)
}

/** A call from a carrier to one of our numbers; toll-free numbers cost the customer who is called. */
function routeInbound(directory: Directory, dialled: string): Route {
  const digits = dialledDigits(dialled)
  const number = digits && toE164(digits, nanp)
  const owned = number ? directory.number(number) : undefined
  if (!owned) return refuse(404, 'Not Found', 'not_in_service')
  return routeNumber(directory, owned, owned.kind === 'tollfree' ? 'tollfree' : 'inbound')
}

function routeNumber(directory: Directory, number: PhoneNumber, callClass: CallClass): Route {
  const trunk = number.trunkId === undefined ? undefined : directory.trunk(number.trunkId)
  if (trunk) return toTrunk(directory, trunk, number, callClass)
  const extension = number.extensionId ? directory.extension(number.extensionId) : undefined
  if (!extension) return refuse(480, 'Temporarily Unavailable', 'not_routed', 'not_in_service')
  return toExtension(directory, extension, number, callClass)
}

function toExtension(
  directory: Directory,
  extension: Extension,
  number: PhoneNumber | undefined,
  callClass: CallClass,
): Route {
  const customer = directory.customer(extension.tenantId)
  if (!customer || customer.status === 'terminated') return refuse(404, 'Not Found', 'not_in_service', 'not_in_service')
  return { kind: 'extension', extension, customer, number, callClass }
}

function toTrunk(directory: Directory, trunk: Trunk, number: PhoneNumber, callClass: CallClass): Route {
  const customer = directory.customer(trunk.tenantId)
  if (!customer || customer.status === 'terminated') return refuse(404, 'Not Found', 'not_in_service', 'not_in_service')
  return { kind: 'trunk', trunk, customer, number, callClass }
}

/** A call that leaves through a carrier; the number shown must have an active 911 service address. */
function routeOut(directory: Directory, caller: OwnCaller, destination: E164): Route {
  if (caller.customer.status === 'suspended') {
    return refuse(403, 'Account Suspended', 'account_suspended', 'account_suspended')
  }
  const callerNumber = shownNumber(directory, caller)
  if (!callerNumber) return refuse(403, 'No Caller Number', 'no_caller_number', 'call_rejected')
  if (!callerNumber.emergencyAddressActive) {
    return refuse(403, 'No 911 Service Address', 'no_emergency_address', 'call_rejected')
  }
  const routes = directory.routesFor(destination)
  if (routes.length === 0) return refuse(503, 'No Route', 'no_route', 'all_circuits_busy')
  return { kind: 'carrier', destination, routes, callerNumber }
}
