/**
 * Nonces without memory (RFC 7616 §3.3): the instant, some salt, and an HMAC that binds both to the
 * source address. Only a nonce that proved a password is remembered, with the counts it was used with.
 */

import type { Hashes } from './hashes.ts'

const TIME_DIGITS = 8
const SALT_DIGITS = 8
const MAC_DIGITS = 20

export type NonceState = 'fresh' | 'stale' | 'foreign'

export type Nonces = {
  make(address: string): string
  /** `foreign` when we did not make it, or made it for another address. */
  check(nonce: string, address: string): NonceState
}

export type NonceOptions = {
  readonly hashes: Hashes
  readonly secret: Uint8Array
  readonly lifeMs: number
  now(): number
  /** 16 random hexadecimal characters. */
  token(): string
}

/** Makes and checks nonces of one installation. */
export function createNonces(options: NonceOptions): Nonces {
  const { hashes, secret, lifeMs, now, token } = options
  const mac = (head: string, address: string): string => hashes.hmac(secret, `${head} ${address}`).slice(0, MAC_DIGITS)
  return {
    make(address) {
      const seconds = Math.floor(now() / 1000)
      const head = seconds.toString(16).padStart(TIME_DIGITS, '0') + token().slice(0, SALT_DIGITS)
      return head + mac(head, address)
    },
    check(nonce, address) {
      if (nonce.length !== TIME_DIGITS + SALT_DIGITS + MAC_DIGITS) return 'foreign'
      const head = nonce.slice(0, TIME_DIGITS + SALT_DIGITS)
      if (!equalTexts(nonce.slice(head.length), mac(head, address))) return 'foreign'
      const ageMs = now() - Number.parseInt(head.slice(0, TIME_DIGITS), 16) * 1000
      return ageMs <= lifeMs ? 'fresh' : 'stale'
    },
  }
}

/** Compares two texts in a time that does not tell where they differ. */
export function equalTexts(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at % (b.length || 1))
  return difference === 0
}
