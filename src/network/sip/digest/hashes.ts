/** The hash functions that digest authentication needs; injected, so that the browser phone can bring its own. */

export type DigestAlgorithm = 'MD5' | 'SHA-256'

export type Hashes = {
  /** Lower-case hexadecimal hash of a byte text. */
  hash(algorithm: DigestAlgorithm, bytes: string): string
  /** Lower-case hexadecimal HMAC-SHA-256 of a byte text. */
  hmac(key: Uint8Array, bytes: string): string
}
