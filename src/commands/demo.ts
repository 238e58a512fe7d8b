/** `demo`: an installation with a simulated outside world: carriers, phones, an emergency centre, a mail server. */

import { systemClock } from '../base/index.ts'
import { prepareAuthority } from '../world/index.ts'
import { choosePorts } from './choose-ports.ts'
import { startInstallation } from './start-installation.ts'

const keys = ['http', 'smtp', 'carrierA', 'carrierB', 'psap', 'authority', 'gateway'] as const

/** Runs the demo until Ctrl-C. */
export async function run(): Promise<number> {
  return startInstallation({
    mode: 'demo',
    world: async (config) => {
      const ports = await choosePorts(config, { file: 'world-ports.json', keys, holder: 'world' })
      if (ports.ok && ports.value) prepareAuthority(config.dataFolder, ports.value.authority, systemClock())
      return ports
    },
  })
}
