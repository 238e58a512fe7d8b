/** A whole supervisor over fake processes, to be killed by a test: prints its ready line, leaves on SIGTERM. */

import { join } from 'node:path'
import { readConfig, silentLog, systemClock } from '../../base/index.ts'
import { busFolder } from '../../platform/bus/index.ts'
import { runSupervisor } from './run.ts'
import { startSleeper } from './test-database.ts'

const [behaviours = '{}'] = process.argv.slice(2)
const behaviourOf = JSON.parse(behaviours) as Readonly<Record<string, string>>
const config = readConfig(process.env)
if (!config.ok) throw new Error(config.failure.message)
const clock = systemClock({ keepAlive: true })
const folder = busFolder(config.value.dataFolder)
const interrupt = new AbortController()
const stopped = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => {
    interrupt.abort()
    resolve()
  })
})
const supervisor = await runSupervisor({
  config: config.value,
  mode: 'demo',
  media: 2,
  world: { http: 1, smtp: 2, carrierA: 3, carrierB: 4, psap: 5, authority: 6, gateway: 7 },
  clock,
  log: silentLog,
  database: {
    start: async () => ({ ok: true, value: startSleeper(join(config.value.dataFolder, 'sleeper'), clock, silentLog) }),
    prepare: async () => ({ ok: true, value: true }),
    urlFor: (url) => ({ ok: true, value: url }),
  },
  commandOf: (name) => {
    const program = join(import.meta.dirname, 'test-process.ts')
    return [process.execPath, '--disable-warning=ExperimentalWarning', program, name, folder, behaviourOf[name] ?? '']
  },
  readyTimeoutMs: 20_000,
  stopTimeoutMs: 500,
  drainTimeoutMs: 500,
  interrupted: interrupt.signal,
})
if (supervisor.ok) {
  process.stdout.write(`ready ${supervisor.value.url}\n`)
  await stopped
  await supervisor.value.stop()
} else {
  process.stderr.write(`${supervisor.failure.code} ${supervisor.failure.message}\n`)
  process.exitCode = 1
}
