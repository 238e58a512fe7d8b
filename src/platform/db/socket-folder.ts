/** Where the server's Unix socket lies: beside the data, or in a short folder when that path is too long for one. */

import { createHash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Failure, type Result } from '../../base/index.ts'
import { makePrivateFolder, type Account } from './account.ts'
import { socketPath } from './address.ts'

/** sockaddr_un.sun_path without its closing zero: 107 bytes on Linux, 103 on macOS. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103

/** The folder for a data folder's socket. The short one is found again by the same data folder only. */
export function socketFolderOf(dataFolder: string, port: number): string {
  const beside = join(dataFolder, 'socket')
  if (Buffer.byteLength(socketPath(beside, port)) <= LONGEST_PATH) return beside
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)
  return join('/tmp', `dialhouse-${name}`)
}

/** Makes the folder, for the server's account alone. Fails when somebody else took its name in the shared folder. */
export function makeSocketFolder(
  folder: string,
  account: Account | undefined,
): Result<true, Failure<'db.folder_not_writable'>> {
  const owner = account?.uid ?? process.getuid?.()
  const found = lstatSync(folder, { throwIfNoEntry: false })
  const isOurs = !found || (found.isDirectory() && (found.uid === owner || found.uid === process.getuid?.()))
  if (!isOurs)
    return fail('db.folder_not_writable', `${folder} belongs to somebody else; remove it, for it holds no data`)
  makePrivateFolder(folder, account)
  return ok(true)
}
