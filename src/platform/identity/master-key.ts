/**
 * The master keys of an installation: SIP passwords follow from them, so that no table holds one. One file,
 * `master-keys.json`, readable by its owner alone, and in every backup. The newest key is used for what is new;
 * older ones stay for what was made with them.
 */

import { createHmac } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  fail,
  messageOf,
  newToken,
  ok,
  secureRandom,
  type Failure,
  type RandomBytes,
  type Result,
} from '../../base/index.ts'

export type MasterKeys = {
  /** The key for new secrets. */
  readonly newestId: number
  /** Every id that a secret may name. */
  readonly ids: readonly number[]
  /** 32 secret bytes that follow from a key and a purpose; undefined for a key that this file does not hold. */
  derive(id: number, purpose: string): Buffer | undefined
}

export type MasterKeyFailure = Failure<'identity.master_keys_unusable' | 'identity.master_keys_exposed'>

type StoredKeys = { readonly keys: readonly { readonly id: number; readonly secret: string }[] }

const OTHERS = 0o077
/** 24 characters of base64url: 144 bits. */
const PASSWORD_LENGTH = 24

/** Where the keys of a data folder lie. */
export function masterKeysFile(dataFolder: string): string {
  return join(dataFolder, 'master-keys.json')
}

/**
 * Reads the keys, and makes the first one when there is no file; processes that start together get the same.
 * A file that others may read is refused, as is one that is damaged: a new key would lock every phone out.
 */
export function openMasterKeys(
  dataFolder: string,
  random: RandomBytes = secureRandom,
): Result<MasterKeys, MasterKeyFailure> {
  const path = masterKeysFile(dataFolder)
  try {
    if (!statSync(path, { throwIfNoEntry: false })) {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
      writeIfAbsent(path, { keys: [{ id: 1, secret: newToken(random) }] })
    }
    if (statSync(path).mode & OTHERS) {
      return fail('identity.master_keys_exposed', `${path} can be read by others; run: chmod 600 ${path}`)
    }
    return ok(usable(readStored(path), path))
  } catch (thrown) {
    return unusable(path, thrown)
  }
}

/**
 * Adds a key for new secrets. Call it from a command only: running processes go on making new secrets with the
 * newest key that they have read, and find a later one in the file when a secret names it.
 */
export function addMasterKey(
  dataFolder: string,
  random: RandomBytes = secureRandom,
): Result<MasterKeys, MasterKeyFailure> {
  const present = openMasterKeys(dataFolder, random)
  if (!present.ok) return present
  const path = masterKeysFile(dataFolder)
  try {
    const { keys } = readStored(path)
    const more = { keys: [...keys, { id: present.value.newestId + 1, secret: newToken(random) }] }
    renameSync(writeBeside(path, more), path)
    return ok(usable(more, path))
  } catch (thrown) {
    return unusable(path, thrown)
  }
}

/** What a phone signs in with: the same for ever for one user, key and version. */
export function sipPassword(
  keys: MasterKeys,
  device: { readonly sipUser: string; readonly secretKeyId: number; readonly secretVersion: number },
): string | undefined {
  const secret = keys.derive(device.secretKeyId, `sip-password ${device.secretVersion} ${device.sipUser}`)
  return secret?.toString('base64url').slice(0, PASSWORD_LENGTH)
}

/** The text of a `master-keys.json` is what a backup carries; throws when it is not one. */
export function parseMasterKeys(text: string): StoredKeys {
  const { keys } = JSON.parse(text) as StoredKeys
  const isSound =
    Array.isArray(keys) && keys.length > 0 && keys.every(({ id, secret }) => id > 0 && secret.length >= 43)
  if (!isSound || new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error('it holds no list of keys')
  return { keys }
}

function readStored(path: string): StoredKeys {
  return parseMasterKeys(readFileSync(path, 'utf8'))
}

function secretsOf({ keys }: StoredKeys): Map<number, Buffer> {
  return new Map(keys.map(({ id, secret }) => [id, Buffer.from(secret, 'base64url')]))
}

function usable(stored: StoredKeys, path: string): MasterKeys {
  let secrets = secretsOf(stored)
  let readAt = changedAt(path)
  const ids = [...secrets.keys()].toSorted((a, b) => a - b)
  // A process that was started after a rotation makes secrets with a key that the others have not read yet.
  const lookAgain = (): void => {
    const at = changedAt(path)
    if (at === readAt) return
    readAt = at
    try {
      secrets = secretsOf(readStored(path))
    } catch {
      // A damaged file changes nothing for those who have read a sound one.
    }
  }
  return {
    newestId: ids.at(-1)!,
    ids,
    derive(id, purpose) {
      if (!secrets.has(id)) lookAgain()
      const secret = secrets.get(id)
      return secret && createHmac('sha256', secret).update(purpose).digest()
    },
  }
}

/** Tells one state of the file from the next. */
function changedAt(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false })
  return file ? `${file.ino} ${file.mtimeMs}` : ''
}

function writeBeside(path: string, stored: StoredKeys): string {
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600, flush: true })
  chmodSync(beside, 0o600)
  return beside
}

/** A link is made or refused as a whole, so that of several processes one writes the file and all read that one. */
function writeIfAbsent(path: string, stored: StoredKeys): void {
  const beside = writeBeside(path, stored)
  try {
    linkSync(beside, path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  } finally {
    rmSync(beside, { force: true })
  }
}

function unusable(path: string, thrown: unknown) {
  return fail(
    'identity.master_keys_unusable',
    `the master keys in ${path} cannot be used (${messageOf(thrown)}); put the file of your last backup there`,
  )
}
