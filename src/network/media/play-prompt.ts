/** Starts and stops what a leg hears from us instead of its peer. */

import { ok, type RandomBytes, type Result } from '../../base/index.ts'
import { noCodec, unknownPrompt, type NoCodec, type UnknownPrompt } from './errors.ts'
import type { Leg } from './leg.ts'
import type { Pacer } from './pacer.ts'
import { createPlayer, durationOf, newOwnStream, type OwnStream } from './player.ts'
import type { PromptLibrary } from './prompt-library.ts'

export type PromptDesk = {
  /** Plays towards a leg, replacing what it hears; `onDone` comes at the end, not when it is stopped or replaced. */
  play(
    leg: Leg,
    prompt: string,
    times: number,
    onDone: () => void,
  ): Result<{ durationMs: number }, NoCodec | UnknownPrompt>
  stop(leg: Leg): void
}

/** A desk that plays from one library, on one beat for all legs. */
export function createPromptDesk(prompts: PromptLibrary, pacer: Pacer, random: RandomBytes): PromptDesk {
  // One stream for all that a leg hears from us, so that its jitter buffer sees one source.
  const streams = new WeakMap<Leg, OwnStream>()

  const stop = (leg: Leg): void => {
    if (leg.player) pacer.remove(leg.player)
    leg.player = undefined
    leg.echoes = false
  }

  return {
    stop,
    play(leg, prompt, times, onDone) {
      const audio = prompts.find(prompt)
      if (!audio) return unknownPrompt(prompt)
      const spoken = leg.speaks()
      if (!spoken) return noCodec('announcements are spoken in PCMU or PCMA, and the leg agreed on neither')
      stop(leg)
      const stream = streams.get(leg) ?? newOwnStream(random)
      streams.set(leg, stream)
      leg.player = createPlayer({
        ...spoken,
        audio,
        times,
        stream,
        send: (packet) => leg.send(packet),
        // Only a leg that is alone can hear itself: with a peer, its packets carry the peer's numbers.
        onEcho: () => (leg.echoes = leg.peer === undefined),
        onDone: () => {
          stop(leg)
          onDone()
        },
      })
      pacer.add(leg.player)
      return ok({ durationMs: durationOf(audio, times) })
    },
  }
}
