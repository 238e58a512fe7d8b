/** Checks of the data folder: rights, space, the master key, the age of the last backup. */

import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Config } from '../../base/index.ts'
import { masterKeysFile } from '../../platform/identity/index.ts'
import { fault, good, warning, type Finding } from './finding.ts'

const MIB = 1024 * 1024
const LITTLE_SPACE = 5 * 1024 * MIB
const NO_SPACE = 512 * MIB
const OTHERS = 0o077
const DAY_MS = 86_400_000
const DAYS_MAX = 7

/** Touched by every backup; holds the path of its file. */
export function lastBackupFile(dataFolder: string): string {
  return join(dataFolder, 'last-backup')
}

/** Every check of the data folder; of one that is not there yet, that it can be made. */
export function checkDataFolder({ dataFolder }: Config): readonly Finding[] {
  const exists = statSync(dataFolder, { throwIfNoEntry: false })
  const above = exists ? dataFolder : firstExisting(dataFolder)
  const choose = 'choose another folder with DIALHOUSE_DATA, or change its owner'
  try {
    accessSync(above, constants.W_OK | constants.X_OK)
  } catch {
    return [fault('data folder', `${above} cannot be written by this account`, choose)]
  }
  const space = spaceOf(above)
  if (!exists) return [good('data folder', `${dataFolder} will be made at the first start`), space]
  return [
    good('data folder', `${dataFolder} can be written`),
    space,
    masterKeys(dataFolder),
    tlsKey(dataFolder),
    backups(dataFolder),
  ]
}

function firstExisting(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) ? path : firstExisting(join(path, '..'))
}

function spaceOf(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const says = `${Math.floor(free / MIB)} MiB free`
  const fix = 'make room, or choose a larger disk with DIALHOUSE_DATA'
  if (free < NO_SPACE) return fault('disk space', says, fix)
  return free < LITTLE_SPACE ? warning('disk space', says, fix) : good('disk space', says)
}

function masterKeys(dataFolder: string): Finding {
  const path = masterKeysFile(dataFolder)
  const file = statSync(path, { throwIfNoEntry: false })
  if (!file) {
    // With tenants in the database a missing file would mean that no phone can register again.
    if (!statSync(join(dataFolder, 'postgres'), { throwIfNoEntry: false })) {
      return good('master key', 'will be made at the first start')
    }
    return fault(
      'master key',
      `${path} is missing: no phone can register`,
      'restore the last backup: it holds the file',
    )
  }
  if (file.mode & OTHERS) return fault('master key', `${path} can be read by others`, `run: chmod 600 ${path}`)
  return good('master key', 'present, readable by its owner alone')
}

function tlsKey(dataFolder: string): Finding {
  const path = join(dataFolder, 'tls/key.pem')
  const file = statSync(path, { throwIfNoEntry: false })
  if (!file) return good('TLS key', 'none yet: it is made for addresses beyond loopback')
  if (file.mode & OTHERS) return fault('TLS key', `${path} can be read by others`, `run: chmod 600 ${path}`)
  return good('TLS key', 'readable by its owner alone')
}

function backups(dataFolder: string): Finding {
  const fix = 'run: node dialhouse.mjs backup FILE, and keep the file on another machine'
  const last = statSync(lastBackupFile(dataFolder), { throwIfNoEntry: false })
  if (!last) return warning('backup', 'none was made yet', fix)
  const days = Math.floor((systemClock().now() - last.mtimeMs) / DAY_MS)
  const says = days === 0 ? 'made today' : `the last one is ${days} days old`
  return days > DAYS_MAX ? warning('backup', says, fix) : good('backup', says)
}
