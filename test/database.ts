/**
 * A migrated database of its own for every test that asks: copies of one template, on one embedded server that
 * starts with the first use and ends with the process. DIALHOUSE_TEST_DATABASE_URL names another server.
 */

import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FailureError, silentLog, systemClock, type Clock, type Log, type Result } from '../src/base/index.ts'
import { addressUrl, parseAddress, type Address } from '../src/platform/db/address.ts'
import type { Sql } from '../src/platform/db/column-types.ts'
import { openDb, type Db, type OpenDbOptions, type Role } from '../src/platform/db/index.ts'
import { migrate } from '../src/platform/db/migrate.ts'
import { isServerRunning, readPostmaster, signalServer } from '../src/platform/db/postmaster.ts'
import { OWNER } from '../src/platform/db/roles.ts'
import { unsafeButFast } from '../src/platform/db/server-settings.ts'
import { openSession, type Session } from '../src/platform/db/session.ts'
import { startServer } from '../src/platform/db/start-server.ts'

export type { Sql }

export type TestDatabase = {
  /** As the owner of every table; its triggers stamp with 2025-11-24. One connection. */
  readonly ownerSql: Sql
  /** As a process; closed with the database. */
  openDb(role: Role, options?: { clock?: Clock; log?: Log } & Partial<OpenDbOptions>): Promise<Db>
  /** The administrator's. */
  readonly url: string
}

type Server = {
  /** The administrator's address of the server's own database. */
  readonly address: Address
  readonly template: string
}

const NOW_MS = 1_764_000_000_000
const PREFIX = 'dialhouse_test'
let server: Promise<Server> | undefined
let made = 0

/** Runs `act` with a fresh, migrated, empty database, which is gone afterwards. */
export async function withTestDatabase<T>(act: (database: TestDatabase) => Promise<T>): Promise<T> {
  const { address, template } = await (server ??= openServer())
  const database = `${PREFIX}_${process.pid}_${made++}`
  await administrate(address, `create database ${database} template ${template}`)
  const place = { ...address, database }
  const owner = await openOwner(place)
  const opened: Db[] = []
  try {
    return await act({
      ownerSql: owner.sql,
      url: addressUrl(place),
      async openDb(role, options = {}) {
        const db = valueOf(
          await openDb({ clock: systemClock(), log: silentLog, max: 4, ...options, url: addressUrl(place), role }),
        )
        opened.push(db)
        return db
      },
    })
  } finally {
    await Promise.all([owner.close(), ...opened.map((db) => db.close())])
    await administrate(address, `drop database ${database} with (force)`)
  }
}

/** The address of an empty database that nothing was done to yet, gone after `act`. */
export async function withEmptyDatabase<T>(act: (url: string) => Promise<T>): Promise<T> {
  const { address } = await (server ??= openServer())
  const database = `${PREFIX}_${process.pid}_${made++}`
  await administrate(address, `create database ${database} template template0`)
  try {
    return await act(addressUrl({ ...address, database }))
  } finally {
    await administrate(address, `drop database ${database} with (force)`)
  }
}

async function openServer(): Promise<Server> {
  const external = process.env['DIALHOUSE_TEST_DATABASE_URL']
  const url = external || (await startEmbedded())
  const address = { ...valueOf(parseAddress(url)), database: 'postgres' }
  if (external) await dropLeftOvers(address)
  const template = `${PREFIX}_${process.pid}_template`
  valueOf(await migrate(addressUrl({ ...address, database: template }), { clock: systemClock(), log: silentLog }))
  return { address, template }
}

/** Starts a server that forgets everything, and takes it down with this process. */
async function startEmbedded(): Promise<string> {
  removeLeftOvers()
  const dataFolder = mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`))
  chmodSync(dataFolder, 0o755)
  // Nothing asynchronous runs any more when a process exits.
  process.once('exit', () => endServer(dataFolder))
  const clock = systemClock()
  const started = valueOf(
    await startServer({ dataFolder, clock, log: silentLog, settings: { ...unsafeButFast, max_connections: '100' } }),
  )
  return started.url
}

function endServer(dataFolder: string): void {
  const clusterFolder = join(dataFolder, 'postgres')
  const found = readPostmaster(clusterFolder)
  if (found && isServerRunning(found.pid, clusterFolder)) {
    signalServer(found.pid, 'SIGQUIT')
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    for (let tries = 0; tries < 200 && isServerRunning(found.pid, clusterFolder); tries++)
      Atomics.wait(sleeper, 0, 0, 10)
  }
  rmSync(dataFolder, { recursive: true, force: true })
}

/** Servers of test processes that were killed. */
function removeLeftOvers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1]
    const path = join(tmpdir(), name)
    if (pid && !isRunning(Number(pid)) && isOurs(path)) endServer(path)
  }
}

function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.()
}

async function dropLeftOvers(address: Address): Promise<void> {
  const session = await openSession({ address, applicationName: PREFIX })
  const names = await session.sql<
    { datname: string }[]
  >`select datname from pg_database where datname like ${`${PREFIX}\\_%`}`
  await session.close()
  for (const { datname } of names) {
    if (!isRunning(Number(datname.split('_')[2])))
      await administrate(address, `drop database if exists ${datname} with (force)`)
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function administrate(address: Address, statement: string): Promise<void> {
  const session = await openSession({ address, applicationName: PREFIX, statementTimeoutMs: 0 })
  try {
    await session.sql.unsafe(statement)
  } finally {
    await session.close()
  }
}

async function openOwner(address: Address): Promise<Session> {
  const session = await openSession({ address, applicationName: PREFIX })
  await session.sql.unsafe(`set role ${OWNER}; set dialhouse.now = '${NOW_MS}'`)
  return session
}

/** What a result holds; throws its failure. */
function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}
