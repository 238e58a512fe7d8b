/** `demo`: an installation with a simulated outside world: carriers, phones, an emergency centre, a mail server. */

import { choosePorts } from './choose-ports.ts'
import { startInstallation } from './start-installation.ts'

const keys = ['http', 'smtp', 'carrierA', 'carrierB', 'psap'] as const

/** Runs the demo until Ctrl-C. */
export async function run(): Promise<number> {
  return startInstallation({
    mode: 'demo',
    world: (config) => choosePorts(config, { file: 'world-ports.json', keys, holder: 'world' }),
  })
}
