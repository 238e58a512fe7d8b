/** What a relay does with the codecs that an SDP names: it passes all of them on and speaks two itself. */

import type { Codec } from '../sdp/index.ts'
import type { G711Codec } from './g711.ts'

/** What makes two descriptions mean the same codec, whatever number each side gave it. */
export type CodecKey = string

/** The key of a codec: name, clock rate and channels. */
export function codecKey(codec: Codec): CodecKey {
  return `${codec.name.toLowerCase()}/${codec.clockRate}/${codec.channels}`
}

/** Redundancy refers to other payload types by number, which a relay that renumbers cannot keep right. */
const refersToNumbers = new Set(['red', 'rtx', 'ulpfec', 'flexfec'])

/** Codecs that a relay can pass on, each once: of two with one key the first, preferred one stays. */
export function relayable(codecs: readonly Codec[]): Codec[] {
  const seen = new Set<CodecKey>()
  return codecs.filter((codec) => {
    const key = codecKey(codec)
    if (seen.has(key) || refersToNumbers.has(codec.name.toLowerCase())) return false
    seen.add(key)
    return true
  })
}

/** Whether a codec carries a voice; telephone events and comfort noise only go with one. */
export function isVoice(codec: Codec): boolean {
  return !/^(telephone-event|cn)$/i.test(codec.name)
}

/** Whether packets repeat their timestamp, so that jitter cannot be told from them (RFC 4733 §2.2.1). */
export function repeatsTimestamp(codec: Codec): boolean {
  return /^telephone-event$/i.test(codec.name)
}

/** The codec as one that we can speak ourselves. */
export function asG711(codec: Codec): G711Codec | undefined {
  const key = codecKey(codec)
  return key === 'pcmu/8000/1' ? 'PCMU' : key === 'pcma/8000/1' ? 'PCMA' : undefined
}

/** What a packet carries, as far as we can hear it ourselves; one byte, for tables by payload type. */
export const sounds = { unheard: 0, ulaw: 1, alaw: 2, event: 3 } as const
export type Sound = (typeof sounds)[keyof typeof sounds]

/** The sound of a codec's packets. */
export function soundOf(codec: Codec): Sound {
  const g711 = asG711(codec)
  if (g711) return g711 === 'PCMU' ? sounds.ulaw : sounds.alaw
  return repeatsTimestamp(codec) ? sounds.event : sounds.unheard
}
