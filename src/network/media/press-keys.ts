/** Presses keys for somebody whose telephone tells them in signalling: as events in RTP (RFC 4733 §2.5). */

import type { RandomBytes } from '../../base/index.ts'
import type { Leg } from './leg.ts'
import type { Paced, Pacer } from './pacer.ts'
import { newOwnStream, type OwnStream } from './player.ts'
import { FRAME_BYTES } from './prompt-library.ts'
import { RTP_HEADER, writeRtpHeader } from './rtp.ts'

const KEYS = '0123456789*#ABCD'
const EVENT_BYTES = 4
const VOLUME = 10
const END = 0x80
/** A key is held for so many beats of 20 ms; its end is told three times (RFC 4733 §2.5.1.4). */
const HELD_BEATS = 8
const END_PACKETS = 3
/** Between two keys. */
const PAUSE_BEATS = 4

type Press = { readonly event: number; readonly payloadType: number; readonly stream: OwnStream }

/** One key after the other; false from `beat` when all were pressed. */
function pressing(
  keys: readonly number[],
  { payloadType, stream }: Omit<Press, 'event'>,
  send: (packet: Buffer) => void,
): Paced {
  const waiting = [...keys]
  let [beats, rest] = [0, 0]
  const tell = (event: number, marker: boolean, isEnd: boolean): void => {
    const packet = Buffer.alloc(RTP_HEADER + EVENT_BYTES)
    const { sequence, timestamp, ssrc } = stream
    writeRtpHeader(packet, { payloadType, marker, sequence, timestamp, ssrc })
    packet[RTP_HEADER] = event
    packet[RTP_HEADER + 1] = (isEnd ? END : 0) | VOLUME
    packet.writeUInt16BE(beats * FRAME_BYTES, RTP_HEADER + 2)
    send(packet)
    stream.sequence = (stream.sequence + 1) & 0xffff
  }
  return {
    beat(passed) {
      if (rest > 0) {
        rest = Math.max(0, rest - passed)
        return true
      }
      const [event] = waiting
      if (event === undefined) return false
      beats++
      tell(event, beats === 1, false)
      if (beats < HELD_BEATS) return true
      for (let i = 0; i < END_PACKETS; i++) tell(event, false, true)
      waiting.shift()
      stream.timestamp = (stream.timestamp + (beats + PAUSE_BEATS) * FRAME_BYTES) >>> 0
      beats = 0
      rest = PAUSE_BEATS
      return true
    },
  }
}

/** Makes a leg hear keys instead of its peer for their time; false when it knows no events, or hears us already. */
export function pressKeys(leg: Leg, digits: string, pacer: Pacer, random: RandomBytes): boolean {
  const payloadType = leg.wantsEvents()
  const keys: number[] = []
  for (let at = 0; at < digits.length; at++) keys.push(KEYS.indexOf(digits.charAt(at).toUpperCase()))
  if (payloadType === undefined || keys.length === 0 || keys.includes(-1) || leg.player) return false
  leg.ownStream ??= newOwnStream(random)
  const keyPad = pressing(keys, { payloadType, stream: leg.ownStream }, (packet) => leg.send(packet))
  const player: Paced = {
    beat(beats) {
      const goesOn = keyPad.beat(beats)
      if (!goesOn && leg.player === player) leg.player = undefined
      return goesOn
    },
  }
  leg.player = player
  pacer.add(player)
  return true
}
