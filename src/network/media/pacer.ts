/**
 * The beat of everything that we send ourselves: 20 ms, counted from one fixed start, so that late
 * timers are made up for and no drift builds up over a long announcement.
 */

import type { Clock, Timer } from '../../base/index.ts'
import { FRAME_MS } from './prompt-library.ts'

/** Something that sends a frame at every beat. */
export type Paced = {
  /** `beats` have passed since the last time, normally one. False when there is nothing more to send. */
  beat(beats: number): boolean
}

export type Pacer = {
  add(paced: Paced): void
  remove(paced: Paced): void
  close(): void
}

/** A pacer at rest; its timer runs only while it has something to pace. */
export function createPacer(clock: Clock): Pacer {
  const members = new Set<Paced>()
  let timer: Timer | undefined
  let startedMs = 0
  let counted = 0

  const schedule = (): void => {
    const delayMs = startedMs + (counted + 1) * FRAME_MS - clock.monotonic()
    timer = clock.after(Math.max(0, delayMs), onTimer)
  }

  const onTimer = (): void => {
    timer = undefined
    const passed = Math.floor((clock.monotonic() - startedMs) / FRAME_MS)
    const beats = passed - counted
    counted = passed
    if (beats > 0) {
      for (const member of members) if (!member.beat(beats)) members.delete(member)
    }
    if (members.size > 0 && !timer) schedule()
  }

  return {
    add(paced) {
      members.add(paced)
      if (timer) return
      startedMs = clock.monotonic()
      counted = 0
      schedule()
    },
    remove: (paced) => void members.delete(paced),
    close() {
      timer?.stop()
      timer = undefined
      members.clear()
    },
  }
}
