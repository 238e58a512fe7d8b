/**
 * Who a caller says he is: P-Asserted-Identity, P-Preferred-Identity and From in that order, and whether he wants to be
 * withheld (RFC 3323 §4.2, RFC 3325 §9.3). What a peer that we do not trust says is a wish: it is checked against the
 * numbers of its customer.
 */

import { dialledDigits, nanp, toE164 } from '../../../base/index.ts'
import { parseNameAddr, splitList, type NameAddr, type SipMessage } from '../../../network/sip/index.ts'
import type { Customer, Directory, NumberFormat, PhoneNumber, Trunk } from '../directory/directory.ts'
import { numberFromTrunk } from './trunk-format.ts'

/** Identities that are looked at; a request with more is odd. */
const IDENTITIES_MAX = 4

function addressesOf(request: SipMessage, name: string): NameAddr[] {
  const items = request.headers(name).flatMap(splitList).slice(0, IDENTITIES_MAX)
  return items.flatMap((item) => parseNameAddr(item) ?? [])
}

/** Whether the caller asks not to be shown. */
function wantsPrivacy(request: SipMessage): boolean {
  const wishes = (request.header('Privacy') ?? '').toLowerCase().split(/[;,\s]+/)
  if (wishes.some((wish) => wish === 'id' || wish === 'user' || wish === 'header')) return true
  const from = request.from?.uri
  return from?.user === 'anonymous' || from?.host === 'anonymous.invalid'
}

/** Who a carrier says is calling; a trusted network's identity beats its From (RFC 3325 §9.1). */
export function assertedCaller(request: SipMessage): { number: string; name: string; isPrivate: boolean } {
  const presented = addressesOf(request, 'P-Asserted-Identity')[0] ?? request.from
  const user = presented?.uri.user.split(';', 1)[0] ?? ''
  const digits = dialledDigits(user)
  const number = (digits && toE164(digits, nanp)) || user
  const isPrivate = wantsPrivacy(request)
  return { number, name: presented?.displayName ?? '', isPrivate }
}

export type Chosen = { readonly number: PhoneNumber | undefined; readonly name: string; readonly isPrivate: boolean }

/**
 * The number of his own that a caller chose to show: the first that belongs to his customer and has an active 911
 * service address; none when he named no such number.
 */
export function chosenNumber(
  directory: Directory,
  customer: Customer,
  request: SipMessage,
  format: NumberFormat = 'national',
): Chosen {
  const named = [
    ...addressesOf(request, 'P-Asserted-Identity'),
    ...addressesOf(request, 'P-Preferred-Identity'),
    ...(request.from ? [request.from] : []),
  ]
  const isPrivate = wantsPrivacy(request)
  for (const { uri, displayName } of named) {
    const e164 = numberFromTrunk(format, uri.user.split(';', 1)[0] ?? '', customer.areaCode)
    const number = e164 === undefined ? undefined : directory.number(e164)
    if (number?.tenantId === customer.tenantId && number.emergencyAddressActive) {
      return { number, name: displayName, isPrivate }
    }
  }
  return { number: undefined, name: request.from?.displayName ?? '', isPrivate }
}

/** What a trunk's caller shows: a number of the customer's, else the trunk's main number. */
export function trunkCallerOf(directory: Directory, trunk: Trunk, customer: Customer, request: SipMessage) {
  const chosen = chosenNumber(directory, customer, request, trunk.formatIn)
  const number = chosen.number ?? directory.trunkNumber(trunk)
  return { kind: 'trunk' as const, trunk, customer, ...chosen, number }
}
