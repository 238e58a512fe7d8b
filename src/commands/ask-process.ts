/** Asks one process of the running installation over its bus, as commands do. */

import { silentLog, systemClock, type Config, type Result } from '../base/index.ts'
import { busFolder, createSocketBus, type RequestTopic } from '../platform/bus/index.ts'

/** The answer of `peer` to an empty question; a failure when the bus cannot be joined or nobody answers in time. */
export async function askProcess<Reply>(
  { dataFolder }: Config,
  peer: string,
  topic: RequestTopic<Record<string, never>, Reply>,
  timeoutMs: number,
): Promise<Result<Reply>> {
  const options = { name: `asks-${peer}-${process.pid}`, clock: systemClock({ keepAlive: true }), log: silentLog }
  const bus = await createSocketBus({ ...options, folder: busFolder(dataFolder) })
  if (!bus.ok) return bus
  const answer = await bus.value.request(peer, topic, {}, { timeoutMs })
  await bus.value.close()
  return answer
}
