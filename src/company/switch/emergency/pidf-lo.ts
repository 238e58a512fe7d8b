/**
 * Where help is to be sent, as a location object: PIDF-LO (RFC 4119, RFC 5491) with a civic address (RFC 5139), carried
 * by value in the INVITE and named by its Geolocation header (RFC 6442).
 */

import { splitList, type BodyPart, type Headers, type SipMessage } from '../../../network/sip/index.ts'
import type { PhoneNumber, Place } from '../directory/directory.ts'

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no place for control characters, not even escaped. */
const controls = /\p{Cc}/gu

const escaped = (text: string): string => text.replaceAll(controls, ' ').replaceAll(/[&<>"]/g, (mark) => marks[mark]!)

const element = (name: string, value: string): string =>
  value === '' ? '' : `<ca:${name}>${escaped(value)}</ca:${name}>`

/** `12B King Street West` is house 12, suffix B, road `King Street West`; anything else is all road. */
function roadOf(street: string): { readonly number: string; readonly suffix: string; readonly road: string } {
  const [first = '', ...rest] = street.trim().split(' ')
  const digits = Number.parseInt(first, 10)
  const number = Number.isNaN(digits) ? '' : String(digits)
  if (number === '' || !first.startsWith(number) || rest.length === 0) return { number: '', suffix: '', road: street }
  return { number, suffix: first.slice(number.length), road: rest.join(' ') }
}

/** The document for a place; `number` names whose it is, `at` when it was put together. */
export function writePidfLo(place: Place, { number, host, at }: { number: string; host: string; at: number }): string {
  const { number: house, suffix, road } = roadOf(place.street)
  const civic = [
    element('country', place.country),
    element('A1', place.region),
    element('A3', place.city),
    element('RD', road),
    element('HNO', house),
    element('HNS', suffix),
    element('NAM', place.callerName),
    element('PC', place.postalCode),
    element('UNIT', place.unit),
  ].join('')
  const timestamp = Temporal.Instant.fromEpochMilliseconds(at).toString()
  return `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" \
xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" entity="pres:${escaped(number)}@${escaped(host)}">\
<tuple id="caller"><status><gp:geopriv><gp:location-info>\
<ca:civicAddress xml:lang="en">${civic}</ca:civicAddress></gp:location-info>\
<gp:usage-rules><gp:retransmission-allowed>true</gp:retransmission-allowed></gp:usage-rules>\
<gp:method>Manual</gp:method></gp:geopriv></status><timestamp>${timestamp}</timestamp></tuple></presence>`
}

/** What a caller says himself of where he is: telephone systems know the floor and the room (47 CFR §9.16). */
export type OwnLocation = {
  /** The document, by value. */
  readonly document: string | undefined
  /** Where the centre may ask for it. */
  readonly references: readonly string[]
  /** It said that it knows, and cannot be read: told so, and sent to the address on file all the same. */
  readonly isFaulty: boolean
}

const DOCUMENT_MAX = 20_000
const REFERENCES_MAX = 3

/** Reads the location of an INVITE; undefined when there is none. */
export function ownLocation(request: SipMessage): OwnLocation | undefined {
  const values = request.headers('Geolocation').flatMap((value) => splitList(value))
  if (values.length === 0) return undefined
  const part = request.part('application/pidf+xml')
  const isReadable = part !== undefined && part.length <= DOCUMENT_MAX && /<(?:\w+:)?presence[\s>]/.test(part)
  const references = values.filter((value) => /^<(?:https|sips?|pres):[^<>\s"]{1,300}>/i.test(value))
  const isNamed = values.some((value) => /^<cid:/i.test(value))
  const isFaulty = isNamed ? !isReadable : references.length === 0
  return {
    document: isNamed && isReadable ? part : undefined,
    references: references.slice(0, REFERENCES_MAX),
    isFaulty,
  }
}

export type Location = { readonly headers: Headers; readonly parts: readonly BodyPart[] }

/** What an emergency's INVITE says of where its caller is; nothing when no address is in force. */
export function locationOf(
  number: PhoneNumber | undefined,
  call: { readonly callId: string; readonly host: string; readonly at: number; readonly own?: OwnLocation | undefined },
): Location {
  const { callId, host, at, own } = call
  const place = number?.place
  const body = own?.document ?? (number && place && writePidfLo(place, { number: number.number, host, at }))
  const references = (own?.references ?? []).map((value) => ['Geolocation', value] as const)
  if (body === undefined) {
    return { headers: references.length > 0 ? [...references, ['Geolocation-Routing', 'yes']] : [], parts: [] }
  }
  const contentId = `${callId}@${host}`
  return {
    headers: [['Geolocation', `<cid:${contentId}>`], ...references, ['Geolocation-Routing', 'yes']],
    parts: [{ contentType: 'application/pidf+xml', contentId, body }],
  }
}
