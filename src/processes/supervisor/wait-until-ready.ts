/** Waits until every process has answered, or until it is clear that one never will. */

import { ok, type Clock, type Config, type Failure, type Result } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { processHealth, readyUrl } from '../topics.ts'
import type { Child } from './child.ts'
import { notReady, processFailed, stoppedEarly } from './errors.ts'
import { lastErrorOf } from './last-error.ts'
import { endpointText, type Mode } from './plan.ts'

type Parts = { readonly bus: Bus; readonly children: readonly Child[] }

type Options = {
  readonly config: Config
  readonly mode: Mode
  readonly clock: Clock
  readonly readyTimeoutMs: number
  readonly interrupted: AbortSignal
}

const LOOK_MS = 40
const PATIENCE_MS = 1000
/** A process that ended so often before it ever answered will not do so by being started again. */
const ENDS_MAX = 4

/** The URL to begin with. Fails with the last error of a process that ends again and again, or when time is up. */
export async function waitUntilReady(parts: Parts, options: Options): Promise<Result<string, Failure>> {
  const { clock, interrupted } = options
  const silent = new Set(parts.children)
  const deadline = clock.monotonic() + options.readyTimeoutMs
  for (;;) {
    await Promise.all(
      [...silent].map(async (child) => {
        if (child.state().state !== 'running') return
        const answer = await parts.bus.request(child.name, processHealth, {}, { timeoutMs: PATIENCE_MS })
        if (answer.ok) silent.delete(child)
      }),
    )
    const url = silent.size === 0 ? await firstUrl(parts.bus, options) : ''
    if (url) return ok(url)
    if (interrupted.aborted) return stoppedEarly()
    const broken = [...silent].find((child) => child.state().restarts >= ENDS_MAX)
    if (broken) {
      const why = lastErrorOf(broken.logFile) ?? broken.state().lastExit ?? 'it ends at once'
      return processFailed(broken.name, why, broken.logFile)
    }
    if (clock.monotonic() > deadline) {
      const names = silent.size > 0 ? [...silent].map((child) => child.name) : ['world']
      return notReady(names, options.readyTimeoutMs / 1000, `${options.config.dataFolder}/log`)
    }
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve))
  }
}

async function firstUrl(bus: Bus, { mode, config }: Options): Promise<string> {
  if (mode === 'serve') return `http://${endpointText(config.http)}/`
  const answer = await bus.request('world', readyUrl, {}, { timeoutMs: PATIENCE_MS })
  return answer.ok ? answer.value.url : ''
}
