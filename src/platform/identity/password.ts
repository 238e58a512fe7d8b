/**
 * Passwords as argon2id (RFC 9106), computed off the event loop, two at a time: a storm of sign-ins waits in a
 * short line and cannot take the memory or the processors of the rest of the house.
 */

import { argon2, timingSafeEqual } from 'node:crypto'
import { fail, ok, secureRandom, type RandomBytes, type Result } from '../../base/index.ts'
import { busy, type PasswordFailure } from './errors.ts'

/** 19 MiB and two passes for every role: different costs would tell staff from customers by the clock. */
export type HashCost = { readonly memoryKib: number; readonly passes: number; readonly parallelism: number }
const productCost: HashCost = { memoryKib: 19_456, passes: 2, parallelism: 1 }

const SALT_BYTES = 16
const HASH_BYTES = 32
const PASSWORD_MIN = 10
const PASSWORD_MAX = 200

export type HasherOptions = {
  readonly cost?: HashCost
  readonly atOnce?: number
  readonly waitingMax?: number
  readonly random?: RandomBytes
}

export type PasswordHasher = {
  /** A new hash in PHC text form, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  hash(password: string): Promise<Result<string, typeof busy.failure>>
  /** Whether the password fits; without a hash the same work is done and the answer is no. */
  verify(password: string, hash: string | undefined): Promise<Result<boolean, typeof busy.failure>>
}

/** A hasher with its own line; `identity.busy` when the line is full. */
export function createPasswordHasher(options: HasherOptions = {}): PasswordHasher {
  const { cost = productCost, random = secureRandom } = options
  const inLine = line(options.atOnce ?? 2, options.waitingMax ?? 64)
  const nobody = { cost, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) }
  return {
    hash: (password) =>
      inLine(async () => {
        const salt = Buffer.from(random(SALT_BYTES))
        return phcText(cost, salt, await derive(password, salt, cost, HASH_BYTES))
      }),
    verify: (password, text) =>
      inLine(async () => {
        const known = text === undefined ? undefined : parsePhc(text)
        const { cost: knownCost, salt, hash } = known ?? nobody
        const derived = await derive(password, salt, knownCost, hash.length)
        return timingSafeEqual(derived, hash) && known !== undefined
      }),
  }
}

type InLine = <T>(act: () => Promise<T>) => Promise<Result<T, typeof busy.failure>>

/** Runs at most `atOnce` acts, keeps at most `waitingMax` waiting, in order. */
function line(atOnce: number, waitingMax: number): InLine {
  let running = 0
  const waiting: (() => void)[] = []
  return async (act) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) return busy
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      await promise
    } else running++
    try {
      return ok(await act())
    } finally {
      // The place is handed on, so that nobody overtakes those who wait.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

function derive(password: string, nonce: Buffer, cost: HashCost, tagLength: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const { memoryKib: memory, passes, parallelism } = cost
  // One text has several Unicode spellings; keyboards differ in which they send.
  const message = password.normalize('NFC')
  argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, hash) =>
    error ? reject(error) : resolve(hash),
  )
  return promise
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

function phcText(cost: HashCost, salt: Buffer, hash: Buffer): string {
  const { memoryKib, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

function parsePhc(text: string): { cost: HashCost; salt: Buffer; hash: Buffer } | undefined {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/.exec(text)
  if (!match) return undefined
  const [memoryKib, passes, parallelism] = match.slice(1, 4).map(Number) as [number, number, number]
  const cost = { memoryKib, passes, parallelism }
  return { cost, salt: Buffer.from(match[4]!, 'base64'), hash: Buffer.from(match[5]!, 'base64') }
}

const commonWords = ['password', 'qwerty', 'letmein', 'welcome', 'iloveyou', 'dialhouse', '1234567890', '0123456789']

/**
 * Whether a password may be set: 10 to 200 characters, not the login or mail address, not one character or one of
 * the usual words with a number behind it. Any characters are welcome (NIST SP 800-63B §5.1.1.2).
 */
export function checkPassword(
  password: string,
  login: { login: string; email: string },
): Result<true, PasswordFailure> {
  const weak = (message: string) => fail('identity.weak_password', message)
  if (password.length < PASSWORD_MIN) return weak(`choose at least ${PASSWORD_MIN} characters`)
  if (password.length > PASSWORD_MAX) return weak(`choose at most ${PASSWORD_MAX} characters`)
  const plain = password.toLowerCase()
  const own = [login.login, login.email, login.email.split('@')[0]!].map((text) => text.toLowerCase())
  if (own.includes(plain)) return weak('choose something else than your login or mail address')
  const word = plain.replace(/[\d\W_]+$/, '')
  const isCommon = commonWords.some((common) => plain === common || word === common)
  if (isCommon || new Set(plain).size < 4) return weak('this password is among the first that an attacker tries')
  return ok(true)
}
