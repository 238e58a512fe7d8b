/** PostgreSQL, `charge`, `media-1` and `signal` of an installation of the bench's own, without portal and world. */

import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FailureError, readConfig, silentLog, systemClock, type Result } from '../../../base/index.ts'
import { busFolder, createSocketBus } from '../../../platform/bus/index.ts'
import { migrate, openDb, roleUrl, startServer } from '../../../platform/db/index.ts'
import { openMasterKeys, sipPassword } from '../../../platform/identity/index.ts'
import { processHealth } from '../../../processes/index.ts'
import { planOf } from '../../../processes/supervisor/plan.ts'
import { familyOf } from '../proportional-memory.ts'
import { benchPath, writeCompany } from './bench-company.ts'

const clock = systemClock({ keepAlive: true })
const READY_MS = 20_000
const STOP_MS = 10_000

export type BenchHouse = {
  readonly sipPort: number
  readonly calleePort: number
  /** Phones that may register and call. */
  readonly phones: readonly { readonly user: string; readonly password: string }[]
  readonly dataFolder: string
  /** The administrator's. */
  readonly databaseUrl: string
  /** Processes by name, PostgreSQL's family under `postgres`. */
  pids(): Readonly<Record<string, readonly number[]>>
  /** Ends one process by a signal, and starts it again as before; resolves when it is ready. */
  restart(name: string, by: 'SIGKILL' | 'SIGUSR2'): Promise<void>
  stop(): Promise<void>
}

function done<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** A UDP port of 127.0.0.1 that is free at this moment. */
export function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.bind({ address: '127.0.0.1', port: 0 }, () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

/** Starts them with a company of `phones` phones; everything is gone after `stop`. */
export async function startBenchHouse({ phones }: { readonly phones: number }): Promise<BenchHouse> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-bench-'))
  chmodSync(dataFolder, 0o711)
  const server = done(await startServer({ dataFolder, clock, log: silentLog }))
  const children = new Map<string, ChildProcess>()
  const stop = async (): Promise<void> => {
    for (const name of ['signal', 'media-1', 'charge']) await end(children.get(name))
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
  try {
    done(await migrate(server.url, { clock, log: silentLog }))
    const [sipPort, calleePort] = [await freePort(), await freePort()]
    const config = done(
      readConfig({
        ...process.env,
        DATABASE_URL: '',
        DIALHOUSE_DATA: dataFolder,
        DIALHOUSE_SIP: `127.0.0.1:${sipPort}`,
        DIALHOUSE_RTP: '40000-59999',
      }),
    )
    const keys = done(openMasterKeys(dataFolder))
    const db = done(
      await openDb({ url: done(roleUrl(server.url, 'office')), role: 'office', clock, log: silentLog, max: 1 }),
    )
    const secretKeyId = keys.newestId
    const users = await db.as({ tenantPath: benchPath }, (tx) =>
      writeCompany(tx, clock, { callee: calleePort, secretKeyId, phones }),
    )
    await db.close()
    const urlFor = (role: 'office' | 'charge' | 'signal'): string => done(roleUrl(server.url, role))
    const plan = planOf({ config, mode: 'serve', media: 1, world: undefined, urlFor })
    const log = join(dataFolder, 'log')
    mkdirSync(log, { recursive: true })
    const launch = (name: string): void => {
      const environment = plan.find((one) => one.name === name)?.environment
      children.set(name, launchProcess(name, { ...process.env, ...environment }, join(log, `${name}.log`)))
    }
    for (const { name } of plan.filter((one) => one.name !== 'office').toReversed()) launch(name)
    await untilReady(dataFolder, [...children.keys()])
    return {
      sipPort,
      calleePort,
      phones: users.map((user) => ({
        user,
        password: sipPassword(keys, { sipUser: user, secretKeyId, secretVersion: 1 }) ?? '',
      })),
      pids: () => ({
        ...Object.fromEntries([...children].map(([name, child]) => [name, [child.pid ?? 0]])),
        postgres: server.pid === undefined ? [] : familyOf(server.pid),
      }),
      dataFolder,
      databaseUrl: server.url,
      async restart(name, by) {
        await end(children.get(name), by)
        launch(name)
        await untilReady(dataFolder, [name])
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** As the supervisor starts them. */
function launchProcess(name: string, env: NodeJS.ProcessEnv, logFile: string): ChildProcess {
  const output = openSync(logFile, 'a')
  const main = join(import.meta.dirname, '../../../main.ts')
  const args = [
    ...(name === 'signal' ? ['--max-semi-space-size=32'] : []),
    '--disable-warning=ExperimentalWarning',
    main,
    'process',
    name,
  ]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', output, output] })
  closeSync(output)
  return child
}

/** Every process answers and has nothing to say against itself. */
async function untilReady(dataFolder: string, names: readonly string[]): Promise<void> {
  const bus = done(await createSocketBus({ name: 'bench', folder: busFolder(dataFolder), clock, log: silentLog }))
  const deadline = clock.monotonic() + READY_MS
  try {
    for (const name of names) {
      for (;;) {
        const health = await bus.request(name, processHealth, {}, { timeoutMs: 1000 })
        if (health.ok && health.value.notes.length === 0) break
        if (clock.monotonic() > deadline) {
          throw new Error(`${name} did not become ready: ${health.ok ? health.value.notes.join('; ') : 'no answer'}`)
        }
        await new Promise((resolve) => void clock.after(100, () => resolve(undefined)))
      }
    }
  } finally {
    await bus.close()
  }
}

async function end(child: ChildProcess | undefined, by: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(by)
  const stuck = clock.after(STOP_MS, () => child.kill('SIGKILL'))
  await gone
  stuck.stop()
}
