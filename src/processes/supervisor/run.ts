/**
 * The supervisor: PostgreSQL first, then every process at once; watched, restarted, drained in order.
 * Its own death takes nothing down: the next one on the same data folder adopts what goes on.
 */

import { join } from 'node:path'
import { ok, type Clock, type Config, type Failure, type Log, type Result } from '../../base/index.ts'
import { busFolder, createSocketBus, type Bus } from '../../platform/bus/index.ts'
import { crashProcess, restartProcess, supervisedProcesses } from '../topics.ts'
import { buildOf } from './build.ts'
import { Child } from './child.ts'
import { watchDatabase, type DatabaseServer, type WatchedDatabase } from './database-state.ts'
import { alreadyRunning, stoppedEarly } from './errors.ts'
import { planOf, type Mode, type WorldPorts } from './plan.ts'
import { checkFolder, checkPort } from './preflight.ts'
import { readRunFile, removeRunFile, startMarkOf, writeRunFile } from './run-file.ts'
import { endStrangers, survivorsOf } from './survivors.ts'
import { waitUntilReady } from './wait-until-ready.ts'

export type SupervisorOptions = {
  readonly config: Config
  readonly mode: Mode
  readonly media: number
  readonly world: WorldPorts | undefined
  readonly clock: Clock
  readonly log: Log
  readonly database: {
    /** Starts or adopts the embedded server, or answers with the external one. */
    start(): Promise<Result<DatabaseServer>>
    /** Roles and migrations: done before any process is started. */
    prepare(url: string): Promise<Result<unknown>>
    urlFor(url: string, role: 'office' | 'charge' | 'signal'): Result<string>
  }
  /** How one process is run; see commands/process.ts. */
  readonly commandOf: (name: string) => readonly string[]
  readonly readyTimeoutMs: number
  readonly stopTimeoutMs: number
  /** The same for `signal`, which does not leave while it carries an emergency call. */
  readonly drainTimeoutMs: number
  /** Aborted by Ctrl-C before it is ready: everything started so far is stopped. */
  readonly interrupted: AbortSignal
}

export type RunningSupervisor = {
  /** What the ready line names. */
  readonly url: string
  /** The database as office sees it. */
  readonly officeUrl: string
  /** World, office, signal, media, charge, PostgreSQL: nothing is left. */
  stop(): Promise<void>
}

type House = { readonly bus: Bus; database?: WatchedDatabase; children: readonly Child[] }

const roles = ['office', 'charge', 'signal'] as const

/** Starts an installation and returns when every process has answered; a failure leaves nothing of ours running. */
export async function runSupervisor(options: SupervisorOptions): Promise<Result<RunningSupervisor, Failure>> {
  const { config, clock, log } = options
  const writable = checkFolder(config.dataFolder)
  if (!writable.ok) return writable
  const run = join(config.dataFolder, 'run')
  const opened = await createSocketBus({ name: 'supervisor', folder: busFolder(config.dataFolder), clock, log })
  if (!opened.ok) {
    if (opened.failure.code !== 'bus.name_taken') return opened
    return alreadyRunning(config.dataFolder, readRunFile(run, 'supervisor')?.pid)
  }
  const house: House = { bus: opened.value, children: [] }
  const started = await startHouse(house, options, run)
  if (started.ok) return ok({ ...started.value, stop: () => stopHouse(house, run) })
  await stopHouse(house, run)
  return started
}

type Started = Pick<RunningSupervisor, 'url' | 'officeUrl'>

async function startHouse(house: House, options: SupervisorOptions, run: string): Promise<Result<Started, Failure>> {
  const { config, clock, log, interrupted } = options
  const { mode, media, world } = options
  const build = buildOf({ config, mode, media, world })
  writeRunFile(run, {
    name: 'supervisor',
    pid: process.pid,
    startMark: startMarkOf(process.pid) ?? '',
    build,
    startedAt: clock.now(),
  })
  const names = planOf({ ...options, urlFor: () => '' }).map((it) => it.name)
  await endStrangers(run, { build, names, patienceMs: (name) => patienceWith(name, options) }, clock, log)
  const free = await checkPorts(
    config,
    survivorsOf(run).map((it) => it.name),
  )
  if (!free.ok) return free
  const urls = await startDatabase(house, options)
  if (!urls.ok) return urls
  const planned = planOf({ ...options, urlFor: (role) => urls.value[role] })
  house.children = planned.map(
    ({ name, environment }) =>
      new Child({
        name,
        environment,
        command: options.commandOf(name),
        folders: { run, log: join(config.dataFolder, 'log') },
        build,
        clock,
        log,
        stopTimeoutMs: patienceWith(name, options),
      }),
  )
  serveState(house)
  if (interrupted.aborted) return stoppedEarly()
  for (const child of house.children) child.start()
  const ready = await waitUntilReady(house, options)
  return ready.ok ? ok({ url: ready.value, officeUrl: urls.value.office }) : ready
}

/** `signal` comes before media and charge in the plan, so that what an emergency needs is there until it has ended. */
function patienceWith(name: string, { stopTimeoutMs, drainTimeoutMs }: SupervisorOptions): number {
  return name === 'signal' ? drainTimeoutMs : stopTimeoutMs
}

/** A port that a survivor of ours holds is not looked at: it goes on listening. */
async function checkPorts(config: Config, surviving: readonly string[]): Promise<Result<true, Failure>> {
  if (!surviving.includes('office')) {
    const http = await checkPort(config.http, 'DIALHOUSE_HTTP', ['tcp'])
    if (!http.ok) return http
  }
  return surviving.includes('signal') ? ok(true) : checkPort(config.sip, 'DIALHOUSE_SIP', ['udp', 'tcp'])
}

type RoleUrls = Readonly<Record<(typeof roles)[number], string>>

async function startDatabase(
  house: House,
  { database, clock, interrupted }: SupervisorOptions,
): Promise<Result<RoleUrls, Failure>> {
  const server = await database.start()
  if (!server.ok) return server
  house.database = watchDatabase(server.value, clock)
  if (interrupted.aborted) return stoppedEarly()
  const prepared = await database.prepare(server.value.url)
  if (!prepared.ok) return prepared
  const urls: Record<string, string> = {}
  for (const role of roles) {
    const url = database.urlFor(server.value.url, role)
    if (!url.ok) return url
    urls[role] = url.value
  }
  return ok(urls as RoleUrls)
}

function serveState({ bus, database, children }: House): void {
  bus.serve(supervisedProcesses, () => [database!.state(), ...children.map((child) => child.state())])
  bus.serve(restartProcess, ({ name }) => ({
    ordered: children.find((child) => child.name === name)?.restart() ?? false,
  }))
  bus.serve(crashProcess, ({ name }) => {
    if (name === 'postgres') return { ended: database!.crash() }
    return { ended: children.find((child) => child.name === name)?.crash() ?? false }
  })
}

async function stopHouse({ bus, database, children }: House, run: string): Promise<void> {
  // Media processes leave together; every other one waits for the one before it.
  const groups = Map.groupBy(children, (child) => child.name.replace(/-\d+$/, ''))
  for (const group of groups.values()) await Promise.all(group.map((child) => child.stop()))
  await database?.stop()
  await bus.close()
  removeRunFile(run, 'supervisor')
}
