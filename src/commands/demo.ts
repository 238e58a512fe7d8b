/** `demo`: an installation with a simulated outside world: carriers, phones, an emergency centre, a mail server. */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Config, type Result } from '../base/index.ts'
import type { WorldPorts } from '../processes/supervisor/plan.ts'
import { checkFolder, portFault } from '../processes/supervisor/preflight.ts'
import { survivorsOf } from '../processes/supervisor/survivors.ts'
import { startInstallation } from './start-installation.ts'

const keys = ['http', 'smtp', 'carrierA', 'carrierB', 'psap'] as const

/** Below the range that the system lends to outgoing connections, above everything that is well known. */
const FIRST_PORT = 10_080
const PORTS = 9_000
const HOST = '127.0.0.1'

/** Runs the demo until Ctrl-C. */
export async function run(): Promise<number> {
  return startInstallation({ mode: 'demo', world: worldPorts })
}

/**
 * The ports of the world on this data folder: those of the last start when they are still to be had, so that
 * surviving processes can be adopted; else free ones, found from a place that differs from copy to copy.
 */
async function worldPorts(config: Config): Promise<Result<WorldPorts>> {
  const writable = checkFolder(config.dataFolder)
  if (!writable.ok) return writable
  const file = join(config.dataFolder, 'world-ports.json')
  const known = readPorts(file)
  const isWorldAlive = survivorsOf(join(config.dataFolder, 'run')).some((it) => it.name === 'world')
  if (known && (isWorldAlive || (await areFree(Object.values(known))))) return ok(known)
  const ports = await findPorts(config)
  writeFileSync(file, JSON.stringify(ports))
  return ok(ports)
}

function readPorts(file: string): WorldPorts | undefined {
  try {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Partial<WorldPorts>
    return keys.every((key) => Number.isInteger(known[key])) ? (known as WorldPorts) : undefined
  } catch {
    return undefined
  }
}

async function findPorts(config: Config): Promise<WorldPorts> {
  const seed = createHash('sha256').update(config.dataFolder).digest().readUInt32BE()
  const found: Partial<Record<(typeof keys)[number], number>> = {}
  let at = seed % PORTS
  for (const key of keys) {
    do at = (at + 1) % PORTS
    while (isOurs(FIRST_PORT + at, config) || !(await areFree([FIRST_PORT + at])))
    found[key] = FIRST_PORT + at
  }
  return found as WorldPorts
}

function isOurs(port: number, { http, sip, rtp }: Config): boolean {
  return port === http.port || port === sip.port || (port >= rtp.first && port < rtp.end)
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) {
    for (const protocol of ['tcp', 'udp'] as const) {
      if (await portFault({ host: HOST, port }, protocol)) return false
    }
  }
  return true
}
