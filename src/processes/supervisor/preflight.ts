/** What must be true before anything is started: the data folder takes files, the ports are free. */

import { createSocket } from 'node:dgram'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ok, type Endpoint, type Failure, type Result } from '../../base/index.ts'
import { makeFolders } from '../../platform/db/index.ts'
import { folderNotWritable, portUnusable } from './errors.ts'

/** Makes the data folder when it is missing, and proves that a file can be written there. */
export function checkFolder(dataFolder: string): Result<true> {
  const probe = join(dataFolder, `.probe-${process.pid}`)
  try {
    makeFolders(dataFolder, 0o711)
    writeFileSync(probe, '')
    rmSync(probe)
    return ok(true)
  } catch (thrown) {
    return folderNotWritable(dataFolder, (thrown as NodeJS.ErrnoException).code ?? 'unknown')
  }
}

type Protocol = 'tcp' | 'udp'

/** Tries to listen, and lets go at once: the code of what stands in the way, or undefined. */
export function portFault({ host, port }: Endpoint, protocol: Protocol): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? 'unknown')
    if (protocol === 'udp') {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
      socket.once('error', failed)
      socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(undefined)))
      return
    }
    const server = createServer()
    server.once('error', failed)
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** Checks one listening address of ours on all its protocols. */
export async function checkPort(
  endpoint: Endpoint,
  setting: 'DIALHOUSE_HTTP' | 'DIALHOUSE_SIP',
  protocols: readonly Protocol[],
): Promise<Result<true, Failure>> {
  for (const protocol of protocols) {
    const code = await portFault(endpoint, protocol)
    if (code) return portUnusable(`${endpoint.host}:${endpoint.port}`, setting, protocol.toUpperCase(), code)
  }
  return ok(true)
}
