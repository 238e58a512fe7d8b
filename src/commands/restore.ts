/** `restore`: reads a backup into an empty installation. */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ok } from '../base/index.ts'
import { restore } from '../platform/db/index.ts'
import { masterKeysFile, parseMasterKeys } from '../platform/identity/index.ts'
import { MASTER_KEYS } from './backup.ts'
import { withDatabase } from './with-database.ts'

/** `restore FILE`: into an empty data folder or an empty database; older versions are brought to this one. */
export async function run([path, ...rest]: readonly string[]): Promise<number> {
  if (!path || rest.length > 0) {
    process.stderr.write('usage: node dialhouse.mjs restore FILE\n')
    return 2
  }
  return withDatabase(async ({ adminUrl, clock, log, config }) => {
    const takeFile = (name: string, bytes: Buffer): void => {
      if (name === MASTER_KEYS) putMasterKeys(masterKeysFile(config.dataFolder), bytes)
    }
    const done = await restore(adminUrl, { path: resolve(path), clock, log, takeFile })
    if (!done.ok) return done
    const { tables, rows, at, applied } = done.value
    const since = applied.length > 0 ? `; applied ${applied.join(', ')}` : ''
    return ok(`restored ${rows} rows of ${tables} tables as of ${at}, and the master keys${since}`)
  })
}

/** Keys that were there belonged to an empty database; they are moved aside all the same, never deleted. */
function putMasterKeys(file: string, bytes: Buffer): void {
  parseMasterKeys(bytes.toString('utf8'))
  if (existsSync(file)) {
    if (readFileSync(file).equals(bytes)) return
    renameSync(file, `${file}.before-restore`)
  }
  writeFileSync(file, bytes, { mode: 0o600, flush: true })
}
