/** Starts and stops what a leg hears from us instead of its peer. */

import { ok, type RandomBytes, type Result } from '../../base/index.ts'
import { noCodec, unknownPrompt, type NoCodec, type UnknownPrompt } from './errors.ts'
import type { Leg } from './leg.ts'
import type { Pacer } from './pacer.ts'
import { createPlayer, durationOf, newOwnStream } from './player.ts'
import { inOneGo, type PromptAudio, type PromptLibrary } from './prompt-library.ts'

export type PromptDesk = {
  /** Plays towards a leg, replacing what it hears; `onDone` comes at the end, not when it is stopped or replaced. */
  play(
    leg: Leg,
    prompt: string | readonly string[],
    times: number,
    onDone: () => void,
  ): Promise<Result<{ durationMs: number }, NoCodec | UnknownPrompt>>
  stop(leg: Leg): void
}

/** A desk that plays from one library, on one beat for all legs. */
export function createPromptDesk(prompts: PromptLibrary, pacer: Pacer, random: RandomBytes): PromptDesk {
  const stop = (leg: Leg): void => {
    if (leg.player) pacer.remove(leg.player)
    leg.player = undefined
    leg.echoes = false
  }

  return {
    stop,
    async play(leg, prompt, times, onDone) {
      const parts: PromptAudio[] = []
      for (const name of typeof prompt === 'string' ? [prompt] : prompt) {
        const part = prompts.find(name) ?? (await prompts.fetch(name))
        if (!part) return unknownPrompt(name)
        parts.push(part)
      }
      const audio = inOneGo(parts)
      const spoken = leg.speaks()
      if (!spoken) return noCodec('announcements are spoken in PCMU or PCMA, and the leg agreed on neither')
      stop(leg)
      leg.ownStream ??= newOwnStream(random)
      leg.player = createPlayer({
        ...spoken,
        audio,
        times,
        stream: leg.ownStream,
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
