/** The roles of the cluster and who owns the database: what must be there before the first migration. */

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { ok, secureRandom, type Result } from '../../base/index.ts'
import { parseAddress, rolePassword } from './address.ts'
import { quoted, whileAlone } from './administrator.ts'
import type { Sql } from './column-types.ts'
import { codeOf, type MigrationFailure } from './errors.ts'
import { logins, OFFICE_SERVICE, OWNER } from './roles.ts'
import type { Session } from './session.ts'

/**
 * Makes what is missing: the roles, the database, and the owner of its schema. Changes nothing that is right.
 * The administrator, whose session it is, needs CREATEROLE and CREATEDB, or to be a superuser.
 */
export async function provision(session: Session, adminUrl: string): Promise<Result<true, MigrationFailure>> {
  const address = parseAddress(adminUrl)
  if (!address.ok) return address
  const { password } = address.value
  return whileAlone(session, async (sql) => {
    await makeRoles(sql)
    if (password !== undefined) await setPasswords(sql, password)
    await giveDatabase(sql, address.value.database)
    return ok(true)
  })
}

async function makeRoles(sql: Sql): Promise<void> {
  const wanted = [
    { name: OWNER, may: 'nologin' },
    { name: OFFICE_SERVICE, may: 'nologin' },
    // Without INHERIT, so that office has the service's policies only where it has become it.
    ...logins.map((name) => ({ name, may: 'login noinherit' })),
  ]
  const found = await sql<{ rolname: string }[]>`
    select rolname from pg_roles where rolname = any(${wanted.map(({ name }) => name)})`
  const known = new Set(found.map(({ rolname }) => rolname))
  for (const { name, may } of wanted.filter((role) => !known.has(role.name))) {
    await unlessDone(sql, `create role ${quoted(name)} ${may} nosuperuser nocreatedb nocreaterole nobypassrls`)
  }
  const [member] = await sql<{ service: boolean; owner: boolean }[]>`
    select pg_has_role('dialhouse_office', ${OFFICE_SERVICE}, 'MEMBER') as service,
           pg_has_role(${OWNER}, 'MEMBER') as owner`
  if (!member!.service) await unlessDone(sql, `grant ${OFFICE_SERVICE} to dialhouse_office`)
  if (!member!.owner) await unlessDone(sql, `grant ${OWNER} to current_user`)
}

/** Roles belong to the cluster: a neighbour that makes the same ones at this moment is welcome to. */
async function unlessDone(sql: Sql, statement: string): Promise<void> {
  try {
    await sql.unsafe(statement)
  } catch (thrown) {
    const isDone = ['42710', '23505', 'XX000'].includes(codeOf(thrown) ?? '')
    if (!isDone) throw thrown
  }
}

/** Gives every login the password that follows from the administrator's, where it has not got it yet. */
async function setPasswords(sql: Sql, administratorPassword: string): Promise<void> {
  // Who may not read the stored verifiers (not a superuser) sets them again.
  const stored = await sql<{ rolname: string; rolpassword: string | null }[]>`
    select rolname, rolpassword from pg_authid where rolname = any(${[...logins]})`.catch(() => [])
  const verifiers = new Map(stored.map(({ rolname, rolpassword }) => [rolname, rolpassword]))
  for (const login of logins) {
    const password = rolePassword(administratorPassword, login)
    if (isVerifierOf(verifiers.get(login) ?? '', password)) continue
    await unlessDone(sql, `alter role ${quoted(login)} password '${scramVerifier(password, secureRandom(16))}'`)
  }
}

/** What PostgreSQL stores of a password (RFC 5803 §3); sent instead of the password, which a log would keep. */
export function scramVerifier(password: string, salt: Uint8Array, iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyOf = (name: string): Buffer => createHmac('sha256', salted).update(name).digest()
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64')
  const encodedSalt = Buffer.from(salt).toString('base64')
  return `SCRAM-SHA-256$${iterations}:${encodedSalt}$${storedKey}:${keyOf('Server Key').toString('base64')}`
}

function isVerifierOf(verifier: string, password: string): boolean {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier)
  return !!match && scramVerifier(password, Buffer.from(match[2]!, 'base64'), Number(match[1])) === verifier
}

/** The owner may create in the schema, the logins may connect, and nobody else may. */
async function giveDatabase(sql: Sql, database: string): Promise<void> {
  const [schema] = await sql<{ owner: string }[]>`
    select nspowner::regrole::text as owner from pg_namespace where nspname = 'public'`
  if (schema?.owner === OWNER) return
  const name = quoted(database)
  await sql.unsafe(`revoke all on database ${name} from public`)
  await sql.unsafe(`grant create, connect, temporary on database ${name} to ${OWNER}`)
  await sql.unsafe(`grant connect on database ${name} to ${[...logins, OFFICE_SERVICE].join(', ')}`)
  await sql.unsafe(schema ? `alter schema public owner to ${OWNER}` : `create schema public authorization ${OWNER}`)
}
