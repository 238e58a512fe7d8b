/** This machine's hash functions for SIP digest; `sip` itself imports nothing of Node, so that browsers can use it. */

import { createHmac, hash } from 'node:crypto'

export const machineHashes = {
  hash: (algorithm: 'MD5' | 'SHA-256', bytes: string): string =>
    hash(algorithm === 'MD5' ? 'md5' : 'sha256', Buffer.from(bytes, 'latin1'), 'hex'),
  hmac: (key: Uint8Array, bytes: string): string => createHmac('sha256', key).update(bytes, 'latin1').digest('hex'),
}
