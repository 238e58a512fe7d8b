/** `backup`: writes everything of an installation into one file, while it runs or not. */

import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ok } from '../base/index.ts'
import { backup } from '../platform/db/index.ts'
import { masterKeysFile, openMasterKeys } from '../platform/identity/index.ts'
import { lastBackupFile } from './doctor/data-folder.ts'
import { withDatabase } from './with-database.ts'

/** The name of the master keys inside a backup. */
export const MASTER_KEYS = 'master-keys.json'

/** `backup FILE`: database and master keys; the file is readable by its owner alone and should be kept elsewhere. */
export async function run([path, ...rest]: readonly string[]): Promise<number> {
  if (!path || rest.length > 0) {
    process.stderr.write('usage: node dialhouse.mjs backup FILE\n')
    return 2
  }
  return withDatabase(async ({ adminUrl, clock, log, config }) => {
    const keys = openMasterKeys(config.dataFolder)
    if (!keys.ok) return keys
    const files = new Map([[MASTER_KEYS, readFileSync(masterKeysFile(config.dataFolder))]])
    const done = await backup(adminUrl, { path: resolve(path), clock, log, files })
    if (!done.ok) return done
    writeFileSync(lastBackupFile(config.dataFolder), `${resolve(path)}\n`)
    const { tables, rows } = done.value
    return ok(
      `wrote ${path}: ${rows} rows of ${tables} tables, and the master keys; keep it where others cannot read it`,
    )
  })
}
