/** Asks one process of the running installation over its bus, as commands do. */

import { silentLog, systemClock, type Config, type Result } from '../base/index.ts'
import { busFolder, createSocketBus, type RequestTopic } from '../platform/bus/index.ts'

/** The answer of `peer` to a question, an empty one at least; a failure when it cannot be asked or says nothing. */
export async function askProcess<Reply, Request extends object = Record<string, never>>(
  { dataFolder }: Config,
  peer: string,
  topic: RequestTopic<Request, Reply>,
  timeoutMs: number,
  request = {} as Request,
): Promise<Result<Reply>> {
  const options = { name: `asks-${peer}-${process.pid}`, clock: systemClock({ keepAlive: true }), log: silentLog }
  const bus = await createSocketBus({ ...options, folder: busFolder(dataFolder) })
  if (!bus.ok) return bus
  const answer = await bus.value.request(peer, topic, request, { timeoutMs })
  await bus.value.close()
  return answer
}
