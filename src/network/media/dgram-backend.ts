/** The relay that always works: Node's own UDP sockets behind the `MediaBackend` interface. */

import { secureRandom, type Clock, type RandomBytes } from '../../base/index.ts'
import type { MediaBackend, MediaEvent } from './backend.ts'
import { CallRegistry } from './call-registry.ts'
import { unknownCall } from './errors.ts'
import { createExchange } from './exchange.ts'
import { createHearActs } from './hear-acts.ts'
import type { Leg, RelayTotals } from './leg.ts'
import { epochOf, lastPacketMs } from './media-call.ts'
import { createPacer } from './pacer.ts'
import { createPromptDesk } from './play-prompt.ts'
import { createPortPool } from './port-pool.ts'
import type { PromptLibrary } from './prompt-library.ts'
import { createRecorder } from './recorder.ts'
import { watchCalls } from './watch-calls.ts'

export type DgramBackendOptions = {
  /** The address that peers are told, and that the sockets are bound to unless `bindAddress` says otherwise. */
  readonly address: string
  readonly bindAddress?: string
  /** One of the other family: a call may have a side of each (RFC 6157 §4). */
  readonly other?: { readonly address: string; readonly bindAddress: string } | undefined
  /** UDP ports, half open, the first one even. */
  readonly ports: { readonly first: number; readonly end: number }
  readonly prompts: PromptLibrary
  /** A folder that exists and that only this process writes to; without one nothing is recorded. */
  readonly recordings?: string
  readonly clock: Clock
  readonly random?: RandomBytes
  /** Silence of both sides that ends a call (default 60 s). */
  readonly mediaTimeoutMs?: number
  onEvent(event: MediaEvent): void
}

export type DgramBackend = MediaBackend & {
  /** Packets of all calls since the start. */
  readonly totals: Readonly<RelayTotals>
  load(): { readonly calls: number; readonly portsFree: number }
  /** Gives up every call and closes every socket. */
  close(): Promise<void>
}

const MEDIA_TIMEOUT_MS = 60_000

/** A relay with no calls. Its timers run on `clock`; failures are those of `MediaFailure`. */
export function createDgramBackend(options: DgramBackendOptions): DgramBackend {
  const { address, clock, onEvent } = options
  const random = options.random ?? secureRandom
  const totals: RelayTotals = { packetsIn: 0, packetsOut: 0, dropped: 0 }
  const pool = createPortPool({ address: options.bindAddress ?? address, range: options.ports, random })
  const { other } = options
  const second = other && {
    address: other.address,
    pool: createPortPool({ address: other.bindAddress, range: options.ports, random }),
  }
  const places = [{ address, pool }, ...(second ? [second] : [])] as const
  const pacer = createPacer(clock)
  const desk = createPromptDesk(options.prompts, pacer, random)
  const onClosing = (leg: Leg): void => {
    desk.stop(leg)
    hearing.onClosing(leg)
  }
  const registry = new CallRegistry({ places, clock, random, totals, onEvent, onClosing })
  const { calls } = registry
  const { recordings } = options
  const recorder =
    recordings === undefined ? undefined : createRecorder({ folder: recordings, clock, onReady: onEvent })
  const hearing = createHearActs({ registry, pacer, random, recorder, onEvent })
  const watch = watchCalls({
    clock,
    calls,
    mediaTimeoutMs: options.mediaTimeoutMs ?? MEDIA_TIMEOUT_MS,
    onEvent,
    giveUp: (call) => void registry.find(call.id, (it) => registry.close(it)),
  })

  return {
    ...createExchange(registry),
    ...hearing,
    totals,
    load: () => ({ calls: calls.size, portsFree: pool.free() }),
    capabilities: async () => ({ relay: true, play: true, codecs: ['PCMU', 'PCMA'] }),
    async play({ callId, legId, prompt, times }) {
      const done = await registry.find(callId, async (call) => {
        const leg = call.legs.get(legId)
        return (
          leg &&
          desk.play(leg, prompt, times, () => onEvent({ kind: 'playDone', callId, legId, prompt: nameOf(prompt) }))
        )
      })
      return done ?? unknownCall
    },
    async stop({ callId, legId }) {
      await registry.find(callId, (call) => {
        const leg = call.legs.get(legId)
        if (leg) desk.stop(leg)
      })
    },
    release: async (callId) => (await registry.find(callId, (call) => registry.close(call))) ?? [],
    stats: async (callId) => [...(calls.get(callId)?.legs.values() ?? [])].map((leg) => leg.stats()),
    list: async () =>
      [...calls.values()].map((call) => {
        const at = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : epochOf(clock, ms))
        return { callId: call.id, answeredAt: at(call.answeredMs), lastPacketAt: at(lastPacketMs(call)) }
      }),
    async close() {
      watch.stop()
      await recorder?.close()
      pacer.close()
      await Promise.all([...calls.keys()].map((callId) => registry.find(callId, (call) => registry.close(call))))
    },
  }
}

/** How `playDone` names what was said. */
function nameOf(prompt: string | readonly string[]): string {
  return typeof prompt === 'string' ? prompt : prompt.join(' ')
}
