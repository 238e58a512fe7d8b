/** Where the bus sockets of an installation lie. */

import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'

/** The kernel cuts socket paths at about 107 bytes; the longest name needs 37 of them. */
const PATH_BYTES_MAX = 100
const LONGEST_NAME = `${'x'.repeat(32)}.sock`

/** `<data folder>/run`, or a short folder in /tmp named after it when the sockets' paths would be too long. */
export function busFolder(dataFolder: string): string {
  const folder = join(resolve(dataFolder), 'run')
  if (Buffer.byteLength(join(folder, LONGEST_NAME)) <= PATH_BYTES_MAX) return folder
  return `/tmp/dialhouse-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
}

/** The socket of one process. */
export function busSocketPath(folder: string, name: string): string {
  return join(folder, `${name}.sock`)
}
