/** `create-provider`: the first tenant of an installation, its books and its first administrator. */

import { parseArgs } from 'node:util'
import { fail, isZone, ok, type Config, type Result } from '../base/index.ts'
import { openBooks } from '../company/ledger/index.ts'
import { createProvider } from '../company/tenant/index.ts'
import { migrate, openDb, roleUrl, type Db } from '../platform/db/index.ts'
import { createLogin, issueRecoveryLink } from '../platform/identity/index.ts'
import { endpointText } from '../processes/supervisor/plan.ts'
import { withDatabase, type CommandParts } from './with-database.ts'

const usage = `usage: node dialhouse.mjs create-provider --name NAME --email ADDRESS
       [--slug np] [--host portal.example.com] [--currency CAD] [--zone America/Toronto] [--phone TEXT] [--address TEXT]
`

type Wanted = {
  readonly name: string
  readonly email: string
  readonly slug: string
  readonly host: string
  readonly currency: string
  readonly zone: string
  readonly phone: string
  readonly address: string
}

const COLOUR = '#1f5f99'

/** `create-provider --name NAME --email ADDRESS`: prints a link under which the administrator sets a password. */
export async function run(args: readonly string[]): Promise<number> {
  return withDatabase(async (parts) => {
    const wanted = read(args, parts.config)
    if (!wanted.ok) return wanted
    const migrated = await migrate(parts.adminUrl, parts)
    if (!migrated.ok) return migrated
    const url = roleUrl(parts.adminUrl, 'office')
    if (!url.ok) return url
    const db = await openDb({ url: url.value, role: 'office', clock: parts.clock, log: parts.log, max: 1 })
    if (!db.ok) return db
    try {
      return await create(db.value, parts, wanted.value)
    } finally {
      await db.value.close()
    }
  })
}

function read(args: readonly string[], config: Config): Result<Wanted> {
  const text = { type: 'string' } as const
  const options = {
    name: text,
    email: text,
    slug: { ...text, default: 'np' },
    host: { ...text, default: config.http.host },
    currency: { ...text, default: 'CAD' },
    zone: { ...text, default: 'America/Toronto' },
    phone: { ...text, default: '' },
    address: { ...text, default: '' },
  }
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    const { name, email, zone, currency, slug } = values
    if (!name || !email?.includes('@')) return fail('command.usage', usage)
    if (!isZone(zone)) return fail('command.usage', `"${zone}" is no time zone such as America/Toronto`)
    if (!/^[A-Z]{3}$/.test(currency)) return fail('command.usage', `"${currency}" is no currency such as CAD`)
    if (!/^[a-z0-9-]{1,40}$/.test(slug)) return fail('command.usage', `"${slug}" is not 1 to 40 of a-z, 0-9 and -`)
    return ok({ ...values, name, email })
  } catch {
    return fail('command.usage', usage)
  }
}

async function create(db: Db, { clock, config }: CommandParts, wanted: Wanted): Promise<Result<string>> {
  const { slug, name, email, host, currency, zone, phone, address } = wanted
  const existing = await db.asService((tx) => tx<{ name: string }[]>`select name from tenant limit 1`)
  if (existing[0]) {
    return fail('command.provider_exists', `this installation has its tenants already, as ${existing[0].name}`)
  }
  const brand = { host, colour: COLOUR, supportEmail: email, phone, postalAddress: address }
  const placed = await db.as({ tenantPath: `${slug}/` }, async (tx) => {
    const provider = await createProvider(tx, clock, { slug, name, brand })
    if (!provider.ok) return provider
    const { tenantId } = provider.value
    await openBooks(tx, clock, { tenantId, currency })
    await createLogin(tx, clock, { tenantId, login: email, email, name: email, role: 'provider_admin', zone })
    return provider
  })
  if (!placed.ok) return placed
  const link = await db.asService((tx) => issueRecoveryLink(tx, clock, { login: email, source: 'command line' }))
  if (!link) return fail('command.no_login', `the login ${email} was made and cannot be found`)
  const portal = `http://${endpointText({ ...config.http, host })}`
  return ok(`${name} is there. Within 30 minutes, set the password of ${email}: ${portal}/recovery/${link.token}`)
}
