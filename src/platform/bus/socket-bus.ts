/** The bus between the processes of one machine. */

import type { Result } from '../../base/index.ts'
import type { Bus } from './bus.ts'
import type { BusOpenFailure } from './errors.ts'
import { openBus, type BusOptions } from './open-bus.ts'
import { socketTransport } from './socket-transport.ts'

/**
 * Opens this process's bus over Unix sockets in `folder` (see `busFolder`).
 * Fails with `bus.name_taken` when a living process has the name, `bus.cannot_listen` for an unusable folder.
 */
export function createSocketBus(options: BusOptions & { folder: string }): Promise<Result<Bus, BusOpenFailure>> {
  return openBus(options, socketTransport(options.name, options.folder, options.clock))
}
