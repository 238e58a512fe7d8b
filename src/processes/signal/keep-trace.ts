/** The trace of this process: SIP messages into segments of the data folder, and to a collector when one is set. */

import type { Clock, Config, Log, Metrics } from '../../base/index.ts'
import type { SwitchTrace } from '../../company/switch/index.ts'
import { openHepSender, openTrace } from '../../network/trace/index.ts'
import { traceFolder } from '../trace-folder.ts'

/** How often the offset of the two clocks is read: messages get microseconds, and follow the wall clock. */
const ADJUST_MS = 1000
/** How we name ourselves to a collector. */
const AGENT_ID = 1

export type KeptTrace = {
  readonly trace: SwitchTrace
  flush(): Promise<void>
  close(): Promise<void>
}

/** Opens it; `close` writes what is left. */
export function keepTrace(
  parts: { config: Config; clock: Clock; log: Log; metrics: Metrics },
  terms: () => ReadonlyMap<string, number>,
): KeptTrace {
  const { config, clock, log, metrics } = parts
  const hep = config.hep && openHepSender(config.hep, { agentId: AGENT_ID, log })
  const trace = openTrace({ folder: traceFolder(config.dataFolder), clock, log, terms, onWritten: hep?.send })
  metrics.gauge('dialhouse_trace_messages', 'SIP messages kept since the start', () => trace.counts().recorded)
  metrics.gauge('dialhouse_trace_dropped', 'SIP messages that the trace had no room for', () => trace.counts().dropped)
  let epochMs = clock.now() - clock.monotonic()
  const timer = clock.every(ADJUST_MS, () => {
    epochMs = clock.now() - clock.monotonic()
  })
  return {
    trace: {
      message: (direction, bytes, { protocol, local, remote }) =>
        trace.record({ at: epochMs + clock.monotonic(), direction, protocol, local, remote, bytes }),
      beginLeg: trace.beginLeg,
      endCall: trace.endCall,
    },
    flush: trace.flush,
    async close() {
      timer.stop()
      await trace.close()
      await hep?.close()
    },
  }
}
