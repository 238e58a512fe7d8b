/** Which pages may open a WebSocket to us: those that office serves. Asked for now and then; nothing waits for it. */

import type { Clock, Config } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { portalHosts } from '../topics.ts'

export type PortalHosts = {
  /** Whether a page of this origin is one of ours; while office never answered, only this machine's own are. */
  isAllowed(origin: string): boolean
  close(): void
}

const REFRESH_MS = 10_000
const FIRST_MS = 500

/** Begins with the hosts of the configuration and keeps asking office for those of the brands. */
export function keepPortalHosts(bus: Bus, clock: Clock, { http }: Config): PortalHosts {
  const own = ['localhost', '127.0.0.1', '[::1]', http.host]
  let hosts: ReadonlySet<string> = new Set(own)
  const ask = async (): Promise<void> => {
    const answer = await bus.request('office', portalHosts, {})
    // While office is away, what was true before stays true.
    if (answer.ok) hosts = new Set([...own, ...answer.value])
  }
  const first = clock.after(FIRST_MS, () => void ask())
  const again = clock.every(REFRESH_MS, () => void ask())
  return {
    isAllowed: (origin) => URL.canParse(origin) && hosts.has(new URL(origin).hostname),
    close() {
      first.stop()
      again.stop()
    },
  }
}
