/** Tells the keys that a leg presses: as events where it sends them, else as tones in its audio. */

import { sounds, type Sound } from './codec.ts'
import type { Ear } from './ear.ts'
import { EventDigits } from './event-digits.ts'
import { linearOf } from './g711.ts'
import type { Leg } from './leg.ts'
import { rtpPayload } from './rtp.ts'
import { ToneDigits } from './tone-digits.ts'

/**
 * An ear for digits. Tones are listened for only while the leg agreed on no events: a phone that sends both would be
 * heard twice.
 */
export function createDigitEar(leg: Leg, onDigit: (digit: string) => void): Ear {
  const events = new EventDigits()
  const tones = new ToneDigits(onDigit)
  return {
    hear(sound: Sound, packet: Buffer): void {
      if (sound === sounds.event) {
        const digit = events.take(packet)
        if (digit !== undefined) onDigit(digit)
      } else if (sound !== sounds.unheard && !leg.sendsEvents()) {
        tones.take(rtpPayload(packet), linearOf(sound === sounds.ulaw ? 'PCMU' : 'PCMA'))
      }
    },
  }
}
