/** Somebody on our side who listens to a leg. */

import type { Sound } from './codec.ts'

export type Ear = {
  /** A packet of the leg that passed all checks; it is only lent, the relay changes it afterwards. */
  hear(sound: Sound, packet: Buffer): void
}

type Heard = { ears: readonly Ear[] }

/** Lets `ear` listen from the next packet on. */
export function addEar(leg: Heard, ear: Ear): void {
  leg.ears = [...leg.ears, ear]
}

/** Ends the listening; nothing happens when it had ended. */
export function removeEar(leg: Heard, ear: Ear): void {
  leg.ears = leg.ears.filter((it) => it !== ear)
}
