/** The account that PostgreSQL runs under: it refuses root, so root lends it the one that owns nothing. */

import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail, ok, type Failure, type Result } from '../../base/index.ts'

export type Account = { readonly uid: number; readonly gid: number }

/** `nobody` on every Linux and a uid that macOS tolerates. */
const NOBODY: Account = { uid: 65534, gid: 65534 }

const MAY_ENTER = 0o001

/** Whom to become for the server; undefined when we are an ordinary user and stay ourselves. */
export function serverAccount(): Account | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined
}

/** The first folder on the way to `path`, itself included, that other accounts may not enter; undefined when none. */
export function closedFolder(path: string): string | undefined {
  const parent = dirname(path)
  const above = parent === path ? undefined : closedFolder(parent)
  return above ?? ((statSync(path).mode & MAY_ENTER) === 0 ? path : undefined)
}

/**
 * Makes the data folder, and opens it for passing through when the server runs under another account.
 * Fails with the folder that is in the way.
 */
export function prepareDataFolder(
  folder: string,
  account: Account | undefined,
): Result<true, Failure<'db.folder_not_writable' | 'db.folder_unreachable'>> {
  try {
    makeFolders(folder, account ? 0o711 : 0o700)
    // Passing through is not reading: names and contents stay ours.
    if (account) chmodSync(folder, (statSync(folder).mode & 0o777) | 0o011)
  } catch (thrown) {
    const why = (thrown as NodeJS.ErrnoException).code ?? 'unknown'
    return fail(
      'db.folder_not_writable',
      `the data folder ${folder} cannot be made or changed (${why}); choose another with DIALHOUSE_DATA`,
    )
  }
  const closed = account && closedFolder(folder)
  if (!closed) return ok(true)
  return fail(
    'db.folder_unreachable',
    `PostgreSQL does not run as root, and its account may not enter ${closed}; ` +
      `choose another data folder with DIALHOUSE_DATA (such as /var/lib/dialhouse) or run: chmod o+x ${closed}`,
  )
}

/** Makes a folder and those above it step by step: `recursive` never returns where none can be made (/proc). */
export function makeFolders(folder: string, mode: number): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolders(dirname(folder), mode)
  try {
    mkdirSync(folder, { mode })
  } catch (thrown) {
    // Two that start together may both make it.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw thrown
  }
}

/** Makes a folder that only the server's account may enter. */
export function makePrivateFolder(path: string, account: Account | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (account) chownSync(path, account.uid, account.gid)
  chmodSync(path, 0o700)
}
