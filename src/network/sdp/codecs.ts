/** Codecs of an RTP stream: rtpmap and fmtp joined with the formats (RFC 8866 §6.6, RFC 3551 §6). */

import { attributesOf, type Attribute, type Media } from './session.ts'

export type Codec = {
  /** 0 to 127, as the writer of the description numbers it. */
  readonly payloadType: number
  /** As written: `PCMU`, `telephone-event`; case does not matter (RFC 4855 §3), so compare by `isSameCodec`. */
  readonly name: string
  /** Units of the RTP timestamp a second. */
  readonly clockRate: number
  readonly channels: number
  /** Format parameters, undefined when there are none. */
  readonly fmtp: string | undefined
}

/** Payload types that need no rtpmap (RFC 3551 table 4). */
const staticCodecs: ReadonlyMap<number, { name: string; clockRate: number }> = new Map([
  [0, { name: 'PCMU', clockRate: 8000 }],
  [3, { name: 'GSM', clockRate: 8000 }],
  [4, { name: 'G723', clockRate: 8000 }],
  [8, { name: 'PCMA', clockRate: 8000 }],
  [9, { name: 'G722', clockRate: 8000 }],
  [13, { name: 'CN', clockRate: 8000 }],
  [18, { name: 'G729', clockRate: 8000 }],
])

/** `8 PCMA/8000/1` split at its first space. */
function keyed(values: readonly string[]): Map<string, string> {
  const map = new Map<string, string>()
  for (const value of values) {
    const space = value.indexOf(' ')
    if (space > 0 && !map.has(value.slice(0, space))) map.set(value.slice(0, space), value.slice(space + 1).trim())
  }
  return map
}

/** The codecs of a stream in the order of preference; formats that are described nowhere are left out. */
export function codecsOf(media: Media): Codec[] {
  const maps = keyed(attributesOf(media.attributes, 'rtpmap'))
  const fmtps = keyed(attributesOf(media.attributes, 'fmtp'))
  return media.formats.flatMap((format): Codec[] => {
    const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : -1
    if (payloadType < 0 || payloadType > 127) return []
    const map = maps.get(format)
    const known = staticCodecs.get(payloadType)
    const fmtp = fmtps.get(format)
    if (map === undefined) return known ? [{ payloadType, ...known, channels: 1, fmtp }] : []
    const [name, rate, channels] = map.split('/')
    const clockRate = /^\d{1,6}$/.test(rate ?? '') ? Number(rate) : 0
    if (!name || clockRate === 0) return []
    return [{ payloadType, name, clockRate, channels: channels === '2' ? 2 : 1, fmtp }]
  })
}

/** Whether two codecs can be talked with each other; the payload types may differ. */
export function isSameCodec(a: Codec, b: Codec): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && a.clockRate === b.clockRate && a.channels === b.channels
}

/** The stream with these codecs only, in this order: formats, rtpmap and fmtp. */
export function withCodecs(media: Media, codecs: readonly Codec[]): Media {
  const others = media.attributes.filter(({ name }) => name !== 'rtpmap' && name !== 'fmtp')
  const described = codecs.flatMap((codec): Attribute[] => {
    const channels = codec.channels === 2 ? '/2' : ''
    const map = {
      name: 'rtpmap',
      value: `${codec.payloadType} ${codec.name}/${codec.clockRate}${channels}`,
    }
    return codec.fmtp === undefined ? [map] : [map, { name: 'fmtp', value: `${codec.payloadType} ${codec.fmtp}` }]
  })
  return { ...media, formats: codecs.map((codec) => String(codec.payloadType)), attributes: [...described, ...others] }
}
