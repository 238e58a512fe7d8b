/** Ports that nobody configures: chosen free once for a data folder, and kept: phones and survivors find them again. */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Config, type Result } from '../base/index.ts'
import { checkFolder, portFault } from '../processes/supervisor/preflight.ts'
import { survivorsOf } from '../processes/supervisor/survivors.ts'

/** Below the range that the system lends to outgoing connections, above everything that is well known. */
const FIRST_PORT = 10_080
const PORTS = 9_000
const HOST = '127.0.0.1'

/**
 * The ports named `keys` on this data folder: those of the last start when they are still to be had, or when the
 * process that holds them survived; else free ones, found from a place that differs from copy to copy.
 */
export async function choosePorts<Key extends string>(
  config: Config,
  wanted: { readonly file: string; readonly keys: readonly Key[]; readonly holder: string },
): Promise<Result<Readonly<Record<Key, number>>>> {
  const writable = checkFolder(config.dataFolder)
  if (!writable.ok) return writable
  const file = join(config.dataFolder, wanted.file)
  const known = readPorts(file, wanted.keys)
  const isHeld = survivorsOf(join(config.dataFolder, 'run')).some((it) => it.name === wanted.holder)
  if (known && (isHeld || (await areFree(Object.values(known))))) return ok(known)
  const ports = await findPorts(config, wanted.keys, wanted.holder)
  writeFileSync(file, JSON.stringify(ports))
  return ok(ports)
}

function readPorts<Key extends string>(file: string, keys: readonly Key[]): Record<Key, number> | undefined {
  try {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<Key, number>>
    return keys.every((key) => Number.isInteger(known[key])) ? (known as Record<Key, number>) : undefined
  } catch {
    return undefined
  }
}

async function findPorts<Key extends string>(
  config: Config,
  keys: readonly Key[],
  holder: string,
): Promise<Record<Key, number>> {
  const seed = createHash('sha256').update(`${holder} ${config.dataFolder}`).digest().readUInt32BE()
  const found: Partial<Record<Key, number>> = {}
  let at = seed % PORTS
  for (const key of keys) {
    do at = (at + 1) % PORTS
    while (isOurs(FIRST_PORT + at, config) || !(await areFree([FIRST_PORT + at])))
    found[key] = FIRST_PORT + at
  }
  return found as Record<Key, number>
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
