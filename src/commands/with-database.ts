/** The installation's database for one command: the external one, or the embedded server for as long as it takes. */

import {
  createLog,
  readConfig,
  systemClock,
  type Clock,
  type Config,
  type Failure,
  type Log,
  type Result,
} from '../base/index.ts'
import { startServer } from '../platform/db/index.ts'

export type CommandParts = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  /** The administrator's URL. */
  readonly adminUrl: string
}

/** Runs `act`; a server that was running already is left running. Tells a failure in one line and returns 1. */
export async function withDatabase(act: (parts: CommandParts) => Promise<Result<string>>): Promise<number> {
  const config = readConfig(process.env)
  if (!config.ok) return tellFailure(config.failure)
  const clock = systemClock({ keepAlive: true })
  const log = createLog({ clock, process: 'command', level: config.value.logLevel === 'debug' ? 'debug' : 'warn' })
  const { databaseUrl, dataFolder } = config.value
  if (databaseUrl) return tell(await act({ config: config.value, clock, log, adminUrl: databaseUrl }))
  const server = await startServer({ dataFolder, clock, log })
  if (!server.ok) return tellFailure(server.failure)
  const { isAdopted } = server.value
  try {
    return tell(await act({ config: config.value, clock, log, adminUrl: server.value.url }))
  } finally {
    await (isAdopted ? server.value.release() : server.value.stop())
  }
}

function tell(result: Result<string>): number {
  if (!result.ok) return tellFailure(result.failure)
  process.stdout.write(`${result.value}\n`)
  return 0
}

function tellFailure({ message }: Failure): number {
  process.stderr.write(`dialhouse: ${message}\n`)
  return 1
}
