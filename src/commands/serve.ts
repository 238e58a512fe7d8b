/** `serve`: an installation for real customers: no simulated world, no sign-in link. */

import { ok, silentLog, type Clock } from '../base/index.ts'
import { openDb } from '../platform/db/index.ts'
import { startInstallation } from './start-installation.ts'

/** Runs the installation until it is told to stop. */
export async function run(): Promise<number> {
  return startInstallation({ mode: 'serve', world: async () => ok(undefined), afterwards: adviseFirst })
}

/** Without a tenant nobody can sign in: says how the first one is made. */
async function adviseFirst(officeUrl: string, clock: Clock): Promise<string | undefined> {
  const db = await openDb({ url: officeUrl, role: 'office', clock, log: silentLog, max: 1 })
  if (!db.ok) return undefined
  const tenants = await db.value.asService((tx) => tx`select 1 from tenant limit 1`)
  await db.value.close()
  if (tenants.length > 0) return undefined
  return 'nobody can sign in yet; in another terminal: node dialhouse.mjs create-provider --name NAME --email ADDRESS'
}
