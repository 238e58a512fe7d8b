/** Identifiers: UUIDv7 for rows (RFC 9562 §5.7, sorted by time), opaque random tokens for secrets. */

import type { Clock } from './clock.ts'

/** Fills bytes with randomness: cryptographic in production, seeded in the world and in tests. */
export type RandomBytes = (size: number) => Uint8Array

/** Drawn at once: asking the system for every id costs more than all else about it. */
const POOL_BYTES = 8192
let pool = new Uint8Array(0)

/** The operating system's cryptographic randomness; no byte is given twice. */
export const secureRandom: RandomBytes = (size) => {
  if (size > POOL_BYTES) return crypto.getRandomValues(new Uint8Array(size))
  if (pool.length < size) pool = crypto.getRandomValues(new Uint8Array(POOL_BYTES))
  const drawn = pool.slice(0, size)
  // What was given away is not kept here: a secret has one copy.
  pool.fill(0, 0, size)
  pool = pool.subarray(size)
  return drawn
}

/**
 * Repeatable bytes for the world and for tests (splitmix64); never for secrets of a real installation.
 * The same seed gives the same sequence on every machine.
 */
export function seededRandom(seed: number): RandomBytes {
  const mixed = (word: bigint): bigint => {
    let z = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return z ^ (z >> 31n)
  }
  // Mixed once before: seeds that are neighbours must not give one sequence, shifted by a step.
  let state = mixed(BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n + 0x1234567n))
  const next = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n)
    return mixed(state)
  }
  return (size) => {
    const bytes = new Uint8Array(size)
    for (let at = 0; at < size; at += 8) {
      let word = next()
      for (let i = at; i < Math.min(at + 8, size); i++) {
        bytes[i] = Number(word & 0xffn)
        word >>= 8n
      }
    }
    return bytes
  }
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal of some bytes. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += hex[byte]
  return text
}

/** A new UUIDv7 for `clock`'s present millisecond. */
export function newId(clock: Clock, random: RandomBytes = secureRandom): string {
  const bytes = random(16)
  let ms = clock.now()
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256
    ms = Math.floor(ms / 256)
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const text = toHex(bytes)
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`
}

/** Whether a text has the shape of a UUID (any version, lower or upper case). */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

/** An opaque secret of 256 bits as 43 URL-safe characters: session tokens, recovery links, API keys. */
export function newToken(random: RandomBytes = secureRandom): string {
  return Buffer.from(random(32)).toString('base64url')
}
