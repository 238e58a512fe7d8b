/**
 * Secrets that others chose and that we must be able to say again, such as our password at a carrier: sealed with a
 * key that follows from a master key (AES-256-GCM) and bound to what they are for.
 */

import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { RandomBytes } from '../../base/index.ts'
import type { MasterKeys } from './master-key.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The secret as a table may hold it: the key's id, and what only that key opens for this purpose. */
export function sealSecret(keys: MasterKeys, random: RandomBytes, purpose: string, secret: string): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, keys.derive(keys.newestId, `seal ${purpose}`)!, nonce)
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return `${keys.newestId}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** What was sealed; undefined when its key is not there, or it was sealed for something else. */
export function openSecret(keys: MasterKeys, purpose: string, text: string): string | undefined {
  const [id = '', box = ''] = text.split('.')
  const key = keys.derive(Number(id), `seal ${purpose}`)
  const bytes = Buffer.from(box, 'base64url')
  if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}
