/** Secrets that we hand out are 256 random bits; only their SHA-256 is stored, which needs no salt at that length. */

import { createHash } from 'node:crypto'

/** What is stored of a token, and looked up by. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Whether a text has the shape of a token: anything else is not looked up. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}
