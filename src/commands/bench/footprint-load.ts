/** The load of `bench footprint`: a thousand registrations and fifty relayed calls, kept up by the world's phones. */

import { FailureError, systemClock } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { worldAct, worldFigures, type WorldAct, type WorldFigures } from '../../world/index.ts'

const REGISTRATIONS = 1000
const CALLS = 50
const BUILD_UP_MS = 60_000
const clock = systemClock({ keepAlive: true })

export type Load = {
  /** What was carried at the time of the call, as the world counts it. */
  figures(): Promise<{ readonly registrations: number; readonly calls: number }>
  end(): Promise<void>
}

/** Builds the load up and keeps it: calls that end by themselves are replaced. */
export async function putUnderLoad(bus: Bus): Promise<Load> {
  const act = (what: WorldAct) => bus.request('world', worldAct, what, { timeoutMs: 30_000 })
  const look = async (): Promise<WorldFigures> => {
    const figures = await bus.request('world', worldFigures, {})
    if (!figures.ok) throw new FailureError(figures.failure)
    return figures.value
  }
  const refill = async (): Promise<void> => {
    const { callsInProgress } = await look()
    if (callsInProgress < CALLS) await act({ kind: 'startCalls', count: CALLS - callsInProgress, callKind: 'domestic' })
  }
  await act({ kind: 'register', registrations: REGISTRATIONS })
  let isEnding = false
  const keeping = (async () => {
    while (!isEnding) {
      await refill()
      // As long as it takes until calls that were asked for are counted.
      await pause(5000)
    }
  })()
  const deadline = clock.monotonic() + BUILD_UP_MS
  for (;;) {
    const { registered, callsInProgress } = await look()
    if (registered >= REGISTRATIONS && callsInProgress >= CALLS) break
    if (clock.monotonic() > deadline) break
    await pause(250)
  }
  return {
    async figures() {
      const { registered, callsInProgress } = await look()
      return { registrations: registered, calls: callsInProgress }
    },
    async end() {
      isEnding = true
      await keeping
      await act({ kind: 'stopCalls' })
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}
