/**
 * Where help is to be sent, as a location object: PIDF-LO (RFC 4119, RFC 5491) with a civic address (RFC 5139), carried
 * by value in the INVITE and named by its Geolocation header (RFC 6442).
 */

import type { BodyPart, Headers } from '../../../network/sip/index.ts'
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

export type Location = { readonly headers: Headers; readonly parts: readonly BodyPart[] }

/** What an emergency's INVITE says of where its caller is; nothing when no address is in force. */
export function locationOf(
  number: PhoneNumber | undefined,
  { callId, host, at }: { readonly callId: string; readonly host: string; readonly at: number },
): Location {
  const place = number?.place
  if (!number || !place) return { headers: [], parts: [] }
  const contentId = `${callId}@${host}`
  const body = writePidfLo(place, { number: number.number, host, at })
  return {
    headers: [
      ['Geolocation', `<cid:${contentId}>`],
      ['Geolocation-Routing', 'yes'],
    ],
    parts: [{ contentType: 'application/pidf+xml', contentId, body }],
  }
}
