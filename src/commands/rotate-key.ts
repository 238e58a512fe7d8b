/** `rotate-key`: adds a master key for the SIP passwords that are made from now on; those of old keys stay valid. */

import { existsSync } from 'node:fs'
import { fail, ok, readConfig, type Config, type Result } from '../base/index.ts'
import { addMasterKey, masterKeysFile } from '../platform/identity/index.ts'

/** `rotate-key`: calls and registrations go on; new passwords follow from the key after the next restart. */
export async function run(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stderr.write('usage: node dialhouse.mjs rotate-key\n')
    return 2
  }
  const config = readConfig(process.env)
  const rotated = config.ok ? rotateKey(config.value) : config
  if (rotated.ok) process.stdout.write(`${rotated.value}\n`)
  else process.stderr.write(`dialhouse: ${rotated.failure.message}\n`)
  return rotated.ok ? 0 : 1
}

/** Adds the key; says what it means. An installation that has no key yet has nothing to rotate. */
export function rotateKey({ dataFolder }: Config): Result<string> {
  const file = masterKeysFile(dataFolder)
  if (!existsSync(file)) {
    return fail('command.no_master_key', `${file} does not exist: the first key is made at the first start`)
  }
  const added = addMasterKey(dataFolder)
  if (!added.ok) return added
  const { newestId, ids } = added.value
  return ok(
    `key ${newestId} is in ${file}; the ${ids.length - 1} before it stay for the phones that have their passwords\n` +
      'restart the installation to make new passwords with it, and take a backup now: without this file they are lost',
  )
}
