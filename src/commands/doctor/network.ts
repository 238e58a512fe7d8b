/** Checks of what others reach: ports, and a demo that must not be public. */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config, Endpoint } from '../../base/index.ts'
import { endpointText } from '../../processes/supervisor/plan.ts'
import { checkPort } from '../../processes/supervisor/preflight.ts'
import { fault, good, type Finding } from './finding.ts'

/** Every check of the network; `isRunning` tells that this installation itself holds the ports. */
export async function checkNetwork(config: Config, isRunning: boolean): Promise<readonly Finding[]> {
  return [
    await port('portal and API', config.http, 'DIALHOUSE_HTTP', isRunning),
    await port('SIP', config.sip, 'DIALHOUSE_SIP', isRunning),
    demoInPublic(config),
  ]
}

type Setting = 'DIALHOUSE_HTTP' | 'DIALHOUSE_SIP'

async function port(name: string, endpoint: Endpoint, setting: Setting, isRunning: boolean): Promise<Finding> {
  const address = endpointText(endpoint)
  if (isRunning) return good(name, `${address}, used by this installation`)
  const free = await checkPort(endpoint, setting, setting === 'DIALHOUSE_SIP' ? ['udp', 'tcp'] : ['tcp'])
  if (free.ok) return good(name, `${address} is free`)
  return fault(name, free.failure.message, `set ${setting} to another host:port`)
}

function isLoopback({ host }: Endpoint): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function demoInPublic({ dataFolder, http, sip }: Config): Finding {
  const isDemo = statSync(join(dataFolder, 'world-ports.json'), { throwIfNoEntry: false }) !== undefined
  if (!isDemo) return good('demo data', 'none in this folder')
  if (isLoopback(http) && isLoopback(sip)) return good('demo data', 'reachable from this machine only')
  return fault(
    'demo data',
    'this folder holds the demo, whose logins and passwords are shown to whoever asks, on a public address',
    'serve customers from an empty folder, or set DIALHOUSE_HTTP and DIALHOUSE_SIP to 127.0.0.1',
  )
}
