/** Keys pressed on a phone, told as events in RTP (RFC 4733 §2). */

import { rtpPayload } from './rtp.ts'

const KEYS = '0123456789*#ABCD'
const EVENT_BYTES = 4

/** Reads one leg's events. A key is told by several packets, which share their timestamp (RFC 4733 §2.5.1.4). */
export class EventDigits {
  #timestamp = -1

  /** The key of a packet that begins a new event; undefined for its repetitions and for events that are no keys. */
  take(packet: Buffer): string | undefined {
    const payload = rtpPayload(packet)
    if (payload.length < EVENT_BYTES) return undefined
    const timestamp = packet.readUInt32BE(4)
    if (timestamp === this.#timestamp) return undefined
    const key = KEYS[payload[0]!]
    if (key === undefined) return undefined
    this.#timestamp = timestamp
    return key
  }
}
