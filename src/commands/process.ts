/** `process NAME`: one process of an installation, as the supervisor starts it. */

import { join } from 'node:path'
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

const programs: Readonly<Record<string, { readonly file: string; readonly run: string }>> = {
  charge: { file: 'src/processes/charge/run.ts', run: 'runCharge' },
  signal: { file: 'src/processes/signal/run.ts', run: 'runSignal' },
  media: { file: 'src/processes/media/run.ts', run: 'runMedia' },
  office: { file: 'src/processes/office/run.ts', run: 'runOffice' },
  world: { file: 'src/world/run.ts', run: 'runWorld' },
}

/** How long a closed process may go on before its log says what still holds it. */
const LINGER_MS = 1000

async function loadRun(name: string): Promise<Run | undefined> {
  const program = programs[name.replace(/-\d+$/, '')]
  if (!program) return undefined
  const module = (await import(join(import.meta.dirname, '../..', program.file))) as Readonly<Record<string, Run>>
  return module[program.run]
}

/** Runs the named process until SIGTERM; its exit code is 0 after an ordered end. */
export async function run([name = '']: readonly string[]): Promise<number> {
  const start = await loadRun(name)
  if (!start) {
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
  await stopped
  await running.value.close()
  await bus.value.close()
  log.info('stopped')
  nameWhatLingers(log)
  return 0
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}

/** A socket or timer that was not closed would keep the process until it is killed: say which kind it is. */
function nameWhatLingers(log: Log): void {
  systemClock().after(LINGER_MS, () => {
    log.warn('closed, and something still holds this process', { holding: process.getActiveResourcesInfo() })
  })
}
