/** What can keep a service from being created or changed. */

import { fail, type Failure } from '../../base/index.ts'

export type ExtensionFailure = Failure<'numbers.extension_taken'>
export type DeviceFailure = Failure<'numbers.sip_user_taken' | 'numbers.no_such_extension'>
export type NumberFailure = Failure<'numbers.number_taken' | 'numbers.no_such_extension' | 'numbers.no_such_trunk'>
export type RouteFailure = Failure<
  'numbers.no_such_number' | 'numbers.no_such_extension' | 'numbers.no_such_trunk' | 'numbers.one_route_only'
>
export type TrunkTakenFailure = Failure<'numbers.trunk_taken'>
export type NoTrunkFailure = Failure<'numbers.no_such_trunk'>
export type AddressFailure = Failure<'numbers.no_such_number'>
export type CarrierFailure = Failure<'numbers.no_such_carrier'>
export type CostDeckFailure = Failure<'numbers.no_such_cost_deck'>
export type OfferFailure = Failure<'numbers.nothing_offered'>

export type ForwardFailure = Failure<'numbers.no_such_extension' | 'numbers.forwards_to_itself'>

export const forwardsToItself = fail('numbers.forwards_to_itself', 'an extension cannot forward its calls to itself')
export const noSuchExtension = fail('numbers.no_such_extension', 'this customer has no extension with this id')
export const noSuchNumber = fail('numbers.no_such_number', 'this customer has no phone number with this id')
export const noSuchCarrier = fail('numbers.no_such_carrier', 'there is no carrier with this id')
export const noSuchCostDeck = fail('numbers.no_such_cost_deck', "the carrier's provider has no deck with this id")

/** Another active extension of the customer has this number. */
export function extensionTaken(number: string) {
  return fail('numbers.extension_taken', `extension ${number} is taken; choose another number`)
}

/** Somebody's phone, perhaps another customer's, registers under this name. */
export function sipUserTaken(sipUser: string) {
  return fail('numbers.sip_user_taken', `the SIP user ${sipUser} is taken; choose another one`)
}

/** The phone number serves somebody already. */
export function numberTaken(number: string) {
  return fail('numbers.number_taken', `${number} is assigned already; release it first or choose another number`)
}

/** Whoever serves the customer sells nothing of that kind. */
export function nothingOffered(kind: string) {
  return fail('numbers.nothing_offered', `no product of the kind "${kind}" is offered to this customer; add one first`)
}

export type NoDeviceFailure = Failure<'numbers.no_such_device'>
export const noSuchDevice = fail('numbers.no_such_device', 'there is no phone with this id')
export const noSuchPerson = fail('numbers.no_such_person', 'this customer has no person with this id')

export const noSuchTrunk = fail('numbers.no_such_trunk', 'this customer has no trunk with this id')
export const oneRouteOnly = fail(
  'numbers.one_route_only',
  'a number rings at an extension or at a trunk: name one of them',
)

/** Another trunk of the installation has that SIP user, or sends from that address. */
export function trunkTaken(what: string) {
  return fail('numbers.trunk_taken', `${what} belongs to another trunk; choose another one`)
}

export type ServiceFailure = Failure<'numbers.no_such_extension' | 'numbers.no_such_member'>
export type MessageFailure = Failure<'numbers.no_such_message'>
export const noSuchMember = fail('numbers.no_such_member', 'a group rings other active extensions of its own customer')
export const noSuchMessage = fail('numbers.no_such_message', 'there is no message with this id')
