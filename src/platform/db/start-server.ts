/** The embedded PostgreSQL: started or adopted, watched, started again after a crash, stopped cleanly. */

import { resolve } from 'node:path'
import { fail, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import { prepareDataFolder, serverAccount } from './account.ts'
import { addressUrl, socketAddress, type Address } from './address.ts'
import { prepareBinaries } from './binaries.ts'
import { prepareCluster } from './cluster.ts'
import type { StartFailure } from './errors.ts'
import { answers, launch, stopPostmaster, type LaunchOptions } from './launch.ts'
import { isServerRunning, readPostmaster } from './postmaster.ts'
import { makeSocketFolder, socketFolderOf } from './socket-folder.ts'

export type StartServerOptions = {
  /** Holds everything of the installation; made when missing. */
  readonly dataFolder: string
  readonly clock: Clock
  readonly log: Log
  /** Only a part of the socket's name: nothing listens on TCP. */
  readonly port?: number
  /** Settings of PostgreSQL besides ours. */
  readonly settings?: Readonly<Record<string, string>>
}

export type DatabaseServer = {
  /** The administrator's URL: for `migrate`, backups, and `roleUrl`; never for a process. */
  readonly url: string
  /** Of the present server; another one after a crash. */
  readonly pid: number
  /** Whether it was running already, left behind by a start that was killed. */
  readonly isAdopted: boolean
  /** What is wrong at present, in a few words; empty when all is well. */
  notes(): readonly string[]
  /** Cuts open sessions, writes everything, ends the server. */
  stop(): Promise<void>
  /** Lets it run on, and looks after it no more. */
  release(): Promise<void>
}

const WATCH_MS = 250
const LONGEST_RESTART_PAUSE_MS = 10_000

const DATABASE = 'dialhouse'

/**
 * Starts PostgreSQL on the data folder, as root under the account `nobody`; a server that still runs there is
 * adopted when it answers, else stopped first. It survives us, and is started again when it dies.
 */
export async function startServer(options: StartServerOptions): Promise<Result<DatabaseServer, StartFailure>> {
  const prepared = await prepare(options)
  if (!prepared.ok) return prepared
  const { log } = options
  const { launching, address } = prepared.value
  const orphan = await adopt(launching, address)
  if (orphan) {
    log.info('adopted the PostgreSQL that was running already', { pid: orphan.pid })
    return ok(watch({ ...options, launching, address: orphan.address, pid: orphan.pid, isAdopted: true }))
  }
  const started = await launch(launching, address)
  if (!started.ok) return started
  return ok(watch({ ...options, launching, address, pid: started.value, isAdopted: false }))
}

type Prepared = { readonly launching: LaunchOptions; readonly address: Address }

async function prepare(options: StartServerOptions): Promise<Result<Prepared, StartFailure>> {
  const { port = 5432, settings = {} } = options
  const dataFolder = resolve(options.dataFolder)
  const account = serverAccount()
  const folder = prepareDataFolder(dataFolder, account)
  if (!folder.ok) return folder
  const binaries = prepareBinaries(dataFolder, account)
  if (!binaries.ok) return binaries
  const clusterFolder = `${dataFolder}/postgres`
  const isDurable = settings['fsync'] !== 'off'
  try {
    const cluster = await prepareCluster({ folder: clusterFolder, binaries: binaries.value, account, isDurable })
    if (!cluster.ok) return cluster
    const socketFolder = socketFolderOf(dataFolder, port)
    const socket = makeSocketFolder(socketFolder, account)
    if (!socket.ok) return socket
    const address = socketAddress({ socketFolder, port, database: DATABASE })
    const logFile = `${dataFolder}/postgres.log`
    const launching = { binaries: binaries.value, account, clusterFolder, socketFolder, port, settings, logFile }
    return ok({ launching, address })
  } catch (thrown) {
    const { code, path } = thrown as NodeJS.ErrnoException
    if (code === undefined || path === undefined) throw thrown
    return fail(
      'db.folder_not_writable',
      `${path} cannot be made or changed (${code}); choose another with DIALHOUSE_DATA`,
    )
  }
}

/** The server that a killed start left behind, when it answers; one that does not is stopped. */
async function adopt({ clusterFolder, port }: LaunchOptions, address: Address) {
  const found = readPostmaster(clusterFolder)
  if (!found || !isServerRunning(found.pid, clusterFolder)) return undefined
  const itsAddress = { ...address, server: { kind: 'socket', folder: found.socketFolder ?? '', port } as const }
  if (found.socketFolder && (await answers(itsAddress, 5000))) return { pid: found.pid, address: itsAddress }
  await stopPostmaster(found.pid, clusterFolder)
  return undefined
}

type Watched = StartServerOptions & Prepared & { readonly pid: number; readonly isAdopted: boolean }

/** Looks every moment whether it runs, and starts it again, with pauses that double while that fails. */
function watch({ clock, log, launching, address, isAdopted, ...first }: Watched): DatabaseServer {
  const { clusterFolder } = launching
  let pid = first.pid
  let note = ''
  let isStopping = false
  let restarting: Promise<void> | undefined
  let pauseMs = 0
  let restartAt = 0

  const restart = async (): Promise<void> => {
    note = 'PostgreSQL is starting again'
    log.error('PostgreSQL died and is started again', { pid })
    const started = await launch(launching, address)
    pauseMs = Math.min(Math.max(2 * pauseMs, 500), LONGEST_RESTART_PAUSE_MS)
    restartAt = clock.monotonic() + pauseMs
    if (!started.ok) {
      note = `PostgreSQL does not start: ${started.failure.message}`
      return log.error('PostgreSQL did not start; trying again', { code: started.failure.code })
    }
    pid = started.value
    note = ''
  }
  const timer = clock.every(WATCH_MS, () => {
    if (isStopping || restarting) return
    if (isServerRunning(pid, clusterFolder)) {
      if (clock.monotonic() > restartAt + LONGEST_RESTART_PAUSE_MS) pauseMs = 0
      return
    }
    if (clock.monotonic() < restartAt) return
    restarting = restart().finally(() => void (restarting = undefined))
  })
  const leave = async (): Promise<void> => {
    isStopping = true
    timer.stop()
    await restarting
  }
  return {
    url: addressUrl(address),
    get pid() {
      return pid
    },
    isAdopted,
    notes: () => (note ? [note] : []),
    async stop() {
      await leave()
      await stopPostmaster(pid, clusterFolder)
    },
    release: leave,
  }
}
