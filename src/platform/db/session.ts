/**
 * One physical connection, for its whole life. postgres.js would reconnect behind our back and run what
 * was queued for a broken transaction outside of it, perhaps inside another tenant's; so each connection
 * is an instance of its own that never connects twice.
 */

import { createConnection, type Socket } from 'node:net'
import postgres from 'postgres'
import type { Address } from './address.ts'
import { socketPath } from './address.ts'
import { addArrayTypes } from './array-types.ts'
import { columnTypes, type Sql } from './column-types.ts'

export type SessionOptions = {
  readonly address: Address
  /** Shown to operators in pg_stat_activity. */
  readonly applicationName: string
  /** A statement that takes longer is cancelled by the server; 0 lets it run. */
  readonly statementTimeoutMs?: number
  /** Called once, when the connection ends for whatever reason. */
  readonly onLost?: () => void
  readonly onNotify?: (channel: string, payload: string) => void
}

export type Session = {
  /** Raw statements; whoever holds the session is the only one to use it. */
  readonly sql: Sql
  isLost(): boolean
  close(): Promise<void>
}

const CONNECT_TIMEOUT_MS = 5_000
const CLOSE_TIMEOUT_SECONDS = 1
const IDLE_IN_TRANSACTION_MS = 60_000

/** Connects and signs in. Throws what the operating system, the driver or the server says. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { address } = options
  let lost = false
  let connected = false
  const connectOnce = async (): Promise<Socket> => {
    if (connected) throw Object.assign(new Error('the connection to PostgreSQL broke'), { code: 'CONNECTION_CLOSED' })
    connected = true
    return connectSocket(address)
  }
  const settings = {
    ...identity(address),
    socket: connectOnce,
    max: 1,
    types: columnTypes,
    connection: connectionParameters(options),
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: CONNECT_TIMEOUT_MS / 1000,
    fetch_types: false,
    onnotice: () => {},
    onnotify: options.onNotify,
    onclose: () => {
      if (lost) return
      lost = true
      // Rejects what was queued behind the statement that was running.
      void sql.end({ timeout: 0 })
      options.onLost?.()
    },
  }
  // `socket` is read by postgres.js and missing in its types; `onnotify` likewise.
  const sql = postgres(settings as unknown as postgres.Options<typeof columnTypes>) as unknown as Sql
  addArrayTypes(sql)
  try {
    await sql`select 1`
  } catch (thrown) {
    lost = true
    await sql.end({ timeout: 0 })
    throw thrown
  }
  return {
    sql,
    isLost: () => lost,
    async close() {
      lost = true
      await sql.end({ timeout: CLOSE_TIMEOUT_SECONDS })
    },
  }
}

function identity({ server, database, user, password, tls }: Address) {
  const place = server.kind === 'socket' ? { host: server.folder, port: server.port } : server
  const ssl = tls === 'verify-full' ? { rejectUnauthorized: true } : tls === 'require' ? ('require' as const) : false
  return { host: place.host, port: place.port, database, user, password: password ?? '', ssl }
}

/** Sent at the start of the connection: a zone and formats that our codecs read, and time limits. */
function connectionParameters({ applicationName, statementTimeoutMs = 30_000 }: SessionOptions) {
  return {
    application_name: applicationName,
    TimeZone: 'UTC',
    DateStyle: 'ISO, YMD',
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  }
}

/** A socket that is connected to the server. */
function connectSocket({ server }: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket =
      server.kind === 'socket'
        ? createConnection({ path: socketPath(server.folder, server.port) })
        : createConnection({ host: server.host, port: server.port, noDelay: true })
    // postgres.js reads the name for TLS from here.
    if (server.kind === 'tcp') Object.assign(socket, { host: server.host })
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      socket.destroy(Object.assign(new Error('no answer from PostgreSQL in time'), { code: 'CONNECT_TIMEOUT' }))
    })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeListener('error', reject)
      resolve(socket)
    })
  })
}
