/** `serve`: an installation for real customers: no simulated world, no sign-in link. */

import { ok } from '../base/index.ts'
import { startInstallation } from './start-installation.ts'

/** Runs the installation until it is told to stop. */
export async function run(): Promise<number> {
  return startInstallation({ mode: 'serve', world: async () => ok(undefined) })
}
