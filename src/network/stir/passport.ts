/**
 * PASSporT: the signed statement of who calls whom (RFC 8225), in the two kinds that carriers exchange: `shaken` says
 * how well the signer knows the caller (RFC 8588), `div` that a call was forwarded (RFC 8946).
 */

import { sign, verify, type KeyObject } from 'node:crypto'

/** A: our customer and his number. B: our customer, a number that we did not give him. C: we only pass it on. */
export type Attestation = 'A' | 'B' | 'C'

export type Shaken = {
  readonly kind: 'shaken'
  readonly attest: Attestation
  /** Digits, see `canonicalNumber`. */
  readonly orig: string
  readonly dest: readonly string[]
  /** Epoch seconds. */
  readonly iat: number
  /** Names the origin to its signer: an opaque id, of one customer or of one gateway. */
  readonly origid: string
}

export type Diversion = {
  readonly kind: 'div'
  readonly orig: string
  readonly dest: readonly string[]
  readonly iat: number
  /** The number that was dialled before. */
  readonly div: string
}

export type Passport = Shaken | Diversion

export type SignedPassport = {
  readonly passport: Passport
  readonly x5u: string
  /** What was signed, and the signature over it. */
  readonly signed: string
  readonly signature: Buffer
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs with ES256; keys stand in the order that RFC 8225 §9 asks for. */
export function signPassport(passport: Passport, x5u: string, key: KeyObject): string {
  const header = encode({ alg: 'ES256', ppt: passport.kind, typ: 'passport', x5u })
  const signed = `${header}.${encode(claimsOf(passport))}`
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function claimsOf(passport: Passport): object {
  const { orig, dest, iat } = passport
  if (passport.kind === 'shaken') {
    const { attest, origid } = passport
    return { attest, dest: { tn: dest }, iat, orig: { tn: orig }, origid }
  }
  return { dest: { tn: dest }, div: { tn: passport.div }, iat, orig: { tn: orig } }
}

/** Reads a full-form PASSporT; undefined when it is malformed or of a kind that we do not know. */
export function readPassport(text: string): SignedPassport | undefined {
  const [header = '', payload = '', signature = '', ...more] = text.split('.')
  if (more.length > 0 || !header || !payload || !signature) return undefined
  const [named, claims] = [decode(header), decode(payload)]
  if (!named || !claims || named['alg'] !== 'ES256' || named['typ'] !== 'passport') return undefined
  const { x5u, ppt } = named
  if (typeof x5u !== 'string') return undefined
  const passport = passportOf(ppt, claims)
  return passport && { passport, x5u, signed: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url') }
}

/** Whether the signature is of this key. */
export function isSignedBy({ signed, signature }: SignedPassport, key: KeyObject): boolean {
  return verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature)
}

type Json = Readonly<Record<string, unknown>>

function decode(part: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isJson(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The number of `{"tn": …}`; a list where `dest` has one. */
function numbersOf(value: unknown): readonly string[] {
  const tn = isJson(value) ? value['tn'] : undefined
  const all: readonly unknown[] = Array.isArray(tn) ? tn : [tn]
  return all.filter((one) => typeof one === 'string')
}

function passportOf(ppt: unknown, claims: Json): Passport | undefined {
  const { attest, iat, origid } = claims
  const [orig] = numbersOf(claims['orig'])
  const dest = numbersOf(claims['dest'])
  if (orig === undefined || dest.length === 0 || typeof iat !== 'number' || !Number.isFinite(iat)) return undefined
  if (ppt === 'div') {
    const [div] = numbersOf(claims['div'])
    return div === undefined ? undefined : { kind: 'div', orig, dest, iat, div }
  }
  if (ppt !== 'shaken' || (attest !== 'A' && attest !== 'B' && attest !== 'C')) return undefined
  return typeof origid === 'string' && origid ? { kind: 'shaken', attest, orig, dest, iat, origid } : undefined
}
