/** What `demo` and `serve` share: the portal built, the supervisor started, the ready line, an ordered end. */

import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  createLog,
  ok,
  readConfig,
  systemClock,
  type Clock,
  type Config,
  type Log,
  type Result,
} from '../base/index.ts'
import { migrate, roleUrl, startServer } from '../platform/db/index.ts'
import { EMERGENCY_DRAIN_MS } from '../processes/emergency-drain.ts'
import type { DatabaseServer } from '../processes/supervisor/database-state.ts'
import type { Mode, WorldPorts } from '../processes/supervisor/plan.ts'
import { runSupervisor } from '../processes/supervisor/run.ts'
import { signalProcess, survivorsOf } from '../processes/supervisor/survivors.ts'
import { choosePorts } from './choose-ports.ts'
import { buildPortal } from './build-portal.ts'

const READY_TIMEOUT_MS = 90_000
const STOP_TIMEOUT_MS = 10_000
/** Emergency calls may go on for EMERGENCY_DRAIN_MS; then everything else is closed as in any process. */
const DRAIN_TIMEOUT_MS = EMERGENCY_DRAIN_MS + STOP_TIMEOUT_MS
const SAME_WISH_MS = 1_500

export type InstallationOptions = {
  readonly mode: Mode
  /** The ports of the simulated world; asked for only when this folder can be written. */
  readonly world: (config: Config) => Promise<Result<WorldPorts | undefined>>
  /** Said on standard error once it is ready. */
  readonly afterwards?: (officeUrl: string, clock: Clock) => Promise<string | undefined>
}

const sipPortKeys = ['tls', 'wss', 'ws'] as const

/** The ports of TLS and WebSocket: as configured, else chosen once, for phones keep what they were told. */
async function withSipPorts(config: Config): Promise<Result<Config>> {
  const { sipPorts } = config
  const missing = sipPortKeys.filter((key) => sipPorts[key] === 0)
  if (missing.length === 0) return ok(config)
  const chosen = await choosePorts(config, { file: 'sip-ports.json', keys: missing, holder: 'signal' })
  return chosen.ok ? ok({ ...config, sipPorts: { ...sipPorts, ...chosen.value } }) : chosen
}

/** Runs an installation until it is told to stop. Standard output gets the ready line and nothing else. */
export async function startInstallation({ mode, world, afterwards }: InstallationOptions): Promise<number> {
  const asked = readConfig(process.env)
  if (!asked.ok) return refuse(asked.failure.message)
  const clock = systemClock({ keepAlive: true })
  const { dataFolder } = asked.value
  const stop = listenForStop(dataFolder, clock)
  const built = await buildPortal()
  if (!built.ok) return refuse(built.failure.message)
  const config = await withSipPorts(asked.value)
  if (!config.ok) return refuse(config.failure.message)
  const ports = await world(config.value)
  if (!ports.ok) return refuse(ports.failure.message)
  const log = supervisorLog(dataFolder, config.value, clock)
  const supervisor = await runSupervisor({
    config: config.value,
    mode,
    media: config.value.mediaProcesses,
    world: ports.value,
    clock,
    log,
    database: {
      start: () => startDatabase(config.value, clock, log),
      prepare: (url) => migrate(url, { clock, log }),
      urlFor: roleUrl,
    },
    commandOf: (name) => [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      // Many small messages and no large tables: a small young generation halves the memory of these two.
      ...(name === 'world' || name === 'charge' ? ['--max-semi-space-size=2'] : []),
      // Messages of a call live until it ends: a larger young generation copies less of them.
      ...(name === 'signal' ? ['--max-semi-space-size=32'] : []),
      // Office gives back what a busy minute took: told how much it may use, V8 collects before it grows.
      ...(name === 'office' ? ['--max-semi-space-size=2', '--max-old-space-size=320'] : []),
      join(import.meta.dirname, '../main.ts'),
      'process',
      name,
    ],
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
    interrupted: stop.signal,
  })
  if (!supervisor.ok) return stop.signal.aborted ? 0 : refuse(supervisor.failure.message)
  // A reader that goes away after the ready line is no reason to end.
  process.stdout.on('error', () => {})
  process.stdout.write(`dialhouse ready ${supervisor.value.url}\n`)
  const advice = await afterwards?.(supervisor.value.officeUrl, clock)
  if (advice) process.stderr.write(`dialhouse: ${advice}\n`)
  await stop.asked
  await supervisor.value.stop()
  return 0
}

function refuse(message: string): number {
  process.stderr.write(`dialhouse: ${message}\n`)
  return 1
}

async function startDatabase(config: Config, clock: Clock, log: Log): Promise<Result<DatabaseServer>> {
  if (config.databaseUrl === undefined) return startServer({ dataFolder: config.dataFolder, clock, log })
  return ok({ url: config.databaseUrl, pid: undefined, stop: async () => {} })
}

type Stop = { readonly signal: AbortSignal; readonly asked: Promise<void> }

/**
 * The first signal asks for an ordered end, a later one ends every process at once. Ctrl-C under npm arrives
 * several times, from the terminal and from npm: what comes within a moment is the same wish.
 */
function listenForStop(dataFolder: string, clock: Clock): Stop {
  const controller = new AbortController()
  let askedAt = 0
  const asked = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (controller.signal.aborted) {
          if (clock.monotonic() - askedAt < SAME_WISH_MS) return
          for (const survivor of survivorsOf(join(dataFolder, 'run'))) signalProcess(survivor.pid, 'SIGKILL')
          return
        }
        askedAt = clock.monotonic()
        controller.abort()
        resolve()
      })
    }
  })
  return { signal: controller.signal, asked }
}

/** Everything goes to a file; what an operator at the terminal should know is said there in plain words too. */
function supervisorLog(dataFolder: string, config: Config, clock: Clock): Log {
  const folder = join(dataFolder, 'log')
  const write = (line: string): void => {
    try {
      mkdirSync(folder, { recursive: true })
      appendFileSync(join(folder, 'supervisor.log'), `${line}\n`, { mode: 0o640 })
    } catch {
      // No folder to write to: the supervisor says so itself.
    }
    const { level, message, name, how } = JSON.parse(line) as Readonly<Record<string, string | undefined>>
    if (level !== 'warn' && level !== 'error') return
    process.stderr.write(`dialhouse: ${message}${name ? ` (${[name, how].filter(Boolean).join(', ')})` : ''}\n`)
  }
  return createLog({ clock, process: 'supervisor', level: config.logLevel, write })
}
