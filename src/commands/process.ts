/** `process NAME`: one process of an installation, as the supervisor starts it. */

import {
  createLog,
  createMetrics,
  readConfig,
  secureRandom,
  systemClock,
  type Log,
  type Result,
} from '../base/index.ts'
import { busFolder, createSocketBus } from '../platform/bus/index.ts'
import { serveHealth } from '../processes/health.ts'
import type { ProcessParts, RunningProcess } from '../processes/index.ts'

type Run = (parts: ProcessParts) => Promise<Result<RunningProcess>>

const programs: Readonly<Record<string, () => Promise<Run>>> = {
  charge: async () => (await import('../processes/charge/run.ts')).runCharge,
  signal: async () => (await import('../processes/signal/run.ts')).runSignal,
  media: async () => (await import('../processes/media/run.ts')).runMedia,
  office: async () => (await import('../processes/office/run.ts')).runOffice,
  world: async () => (await import('../world/run.ts')).runWorld,
}

/** How long a closed process may go on before its log says what still holds it. */
const LINGER_MS = 1000

/** Runs the named process until SIGTERM; its exit code is 0 after an ordered end. */
export async function run([name = '']: readonly string[]): Promise<number> {
  const load = programs[name.replace(/-\d+$/, '')]
  if (!load) {
    process.stderr.write(
      `dialhouse: there is no process "${name}"; the supervisor starts these: see "demo" and "serve"\n`,
    )
    return 2
  }
  const config = readConfig(process.env)
  const clock = systemClock({ keepAlive: true })
  const log = createLog({ clock, process: name, level: config.ok ? config.value.logLevel : 'info' })
  const refused = (failure: { readonly code: string; readonly message: string }): number => {
    log.error('this process cannot run', { code: failure.code, reason: failure.message })
    return 1
  }
  if (!config.ok) return refused(config.failure)
  const bus = await createSocketBus({ name, folder: busFolder(config.value.dataFolder), clock, log })
  if (!bus.ok) return refused(bus.failure)
  const metrics = createMetrics()
  const stopped = stopSignal()
  const start = await load()
  const running = await start({
    config: config.value,
    databaseUrl: process.env['DIALHOUSE_DB_URL'] ?? '',
    bus: bus.value,
    clock,
    log,
    metrics,
    random: secureRandom,
  })
  if (!running.ok) {
    await bus.value.close()
    return refused(running.failure)
  }
  serveHealth(bus.value, clock, metrics, () => running.value.notes())
  log.info('started', { pid: process.pid })
  await running.value.close(await stopped)
  await bus.value.close()
  log.info('stopped')
  nameWhatLingers(log)
  return 0
}

/** SIGUSR2 asks for an end that a restart follows. */
function stopSignal(): Promise<'for good' | 'for a restart'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve('for good'))
    process.once('SIGUSR2', () => resolve('for a restart'))
  })
}

/** A socket or timer that was not closed would keep the process until it is killed: say which kind it is. */
function nameWhatLingers(log: Log): void {
  systemClock().after(LINGER_MS, () => {
    log.warn('closed, and something still holds this process', { holding: process.getActiveResourcesInfo() })
  })
}
