/** Where a database is and who is asking: URLs as PostgreSQL's own programs write them, and socket folders. */

import { createHmac, scryptSync } from 'node:crypto'
import { join } from 'node:path'
import { fail, ok, type Failure, type Result } from '../../base/index.ts'
import { loginOf, type Role } from './roles.ts'

export type Address = {
  readonly server:
    | { readonly kind: 'socket'; readonly folder: string; readonly port: number }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  readonly database: string
  readonly user: string
  readonly password: string | undefined
  /** `require` encrypts without looking at the certificate, `verify-full` checks it and the name. */
  readonly tls: 'disable' | 'require' | 'verify-full'
}

/** A server on this machine that trusts whoever can enter its socket's folder. */
export type SocketOptions = { readonly socketFolder: string; readonly port: number; readonly database: string }

type AddressFailure = Failure<'db.bad_url'>

const SUPERUSER = 'postgres'

/**
 * Reads `postgres://user:password@host:5432/database?sslmode=verify-full`. A host that begins with `/`
 * (written `%2F...`, or as `?host=/folder`) is a socket folder. Off this machine TLS is the default.
 * The message of a failure never repeats the URL, for it may hold a password.
 */
export function parseAddress(url: string): Result<Address, AddressFailure> {
  const example = 'expected postgres://user:password@host:5432/database'
  if (!URL.canParse(url)) return fail('db.bad_url', `DATABASE_URL is not a URL: ${example}`)
  const { protocol, hostname, port: portText, pathname, username, password, searchParams } = new URL(url)
  if (!/^postgres(ql)?:$/.test(protocol)) return fail('db.bad_url', `DATABASE_URL is not for PostgreSQL: ${example}`)
  const database = decodeURIComponent(pathname.slice(1))
  if (database === '') return fail('db.bad_url', `DATABASE_URL names no database: ${example}`)
  const host = searchParams.get('host') ?? decodeURIComponent(hostname)
  const port = Number(searchParams.get('port') ?? (portText || '5432'))
  const isSocket = host.startsWith('/')
  const isLocal = isSocket || ['localhost', '127.0.0.1', '[::1]'].includes(host)
  const tls = searchParams.get('sslmode') ?? (isLocal ? 'disable' : 'require')
  if (tls !== 'disable' && tls !== 'require' && tls !== 'verify-full') {
    return fail('db.bad_url', `sslmode=${tls} in DATABASE_URL is none of disable, require, verify-full`)
  }
  return ok({
    server: isSocket ? { kind: 'socket', folder: host, port } : { kind: 'tcp', host: host || 'localhost', port },
    database,
    user: decodeURIComponent(username) || SUPERUSER,
    password: decodeURIComponent(password) || undefined,
    tls,
  })
}

/** The address as a URL that `parseAddress` reads back. */
export function addressUrl({ server, database, user, password, tls }: Address): string {
  const host = server.kind === 'socket' ? encodeURIComponent(server.folder) : server.host
  const login = encodeURIComponent(user) + (password === undefined ? '' : `:${encodeURIComponent(password)}`)
  return `postgres://${login}@${host}:${server.port}/${encodeURIComponent(database)}?sslmode=${tls}`
}

/** The superuser's address on a server reached by its socket folder. */
export function socketAddress({ socketFolder, port, database }: SocketOptions): Address {
  const server = { kind: 'socket', folder: socketFolder, port } as const
  return { server, database, user: SUPERUSER, password: undefined, tls: 'disable' }
}

/** The file of a server's Unix socket. */
export function socketPath(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`)
}

/**
 * The same database, asked by one of our roles. Its password follows from the administrator's, so that
 * an installation has one secret for its database; a process that is given only its role's URL cannot
 * find the administrator's (scrypt).
 */
export function asRole(address: Address, role: Role): Address {
  const user = loginOf(role)
  if (address.user === user || address.password === undefined) return { ...address, user }
  return { ...address, user, password: rolePassword(address.password, user) }
}

/** The password of one of our logins on a server whose administrator signs in with a password. */
export function rolePassword(administratorPassword: string, login: string): string {
  const key = scryptSync(administratorPassword, 'dialhouse database roles', 32)
  return createHmac('sha256', key).update(login).digest('base64url')
}

/** The URL of `url`'s database for one of our roles: what a process is started with. */
export function roleUrl(url: string, role: Role): Result<string, AddressFailure> {
  const address = parseAddress(url)
  return address.ok ? ok(addressUrl(asRole(address.value, role))) : address
}
