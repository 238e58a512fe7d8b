/** One-time codes of an authenticator application: RFC 6238, SHA-1, six digits, thirty seconds. */

import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a step, RFC 4226 §5.3. */
export function codeOfStep(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.at(-1)! & 0xf
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS
  return number.toString().padStart(DIGITS, '0')
}

/** The step of an instant, epoch milliseconds. */
export function stepOf(at: number): number {
  return Math.floor(at / STEP_MS)
}

/**
 * The step whose code was typed: this one or a neighbour, as clocks differ, and later than `after`, as a code is good
 * once (RFC 6238 §5.2). Undefined when none fits.
 */
export function fittingStep(secret: Buffer, typed: string, at: number, after: number): number | undefined {
  const code = typed.replaceAll(/\s/g, '')
  if (!/^[0-9]{6}$/.test(code)) return undefined
  const now = stepOf(at)
  return [now - 1, now, now + 1].find(
    (step) => step > after && timingSafeEqual(Buffer.from(codeOfStep(secret, step)), Buffer.from(code)),
  )
}

/** Bytes as people type them into an application (RFC 4648 §6, without padding). */
export function base32(bytes: Buffer): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{1,5}/g) ?? []).map((part) => alphabet[Number.parseInt(part.padEnd(5, '0'), 2)]).join('')
}
