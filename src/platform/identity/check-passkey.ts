/**
 * What a browser sends for a passkey, checked: W3C Web Authentication Level 3 §7.1 and §7.2, without attestation: who
 * makes the authenticator does not matter here. The public key comes as the browser decoded it.
 */

import { createHash, createPublicKey, verify } from 'node:crypto'

/** What both ceremonies send, in base64url. */
export type PasskeyAnswer = {
  readonly credentialId: string
  readonly clientDataJson: string
  readonly authenticatorData: string
}
export type NewPasskeyAnswer = PasskeyAnswer & {
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: string
  readonly algorithm: number
}
export type PasskeyAssertion = PasskeyAnswer & { readonly signature: string }

/** Where and for what a ceremony was begun. */
export type Ceremony = {
  readonly challenge: string
  /** Host name of the portal. */
  readonly rpId: string
  /** Scheme, host and port. */
  readonly origin: string
}

export type StoredPasskey = { readonly publicKey: Buffer; readonly algorithm: number; readonly signCount: number }

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const ATTESTED = 0x40
const HEAD_BYTES = 37
const AAGUID_BYTES = 16
const hashes: Readonly<Record<number, string | null>> = { [-7]: 'sha256', [-257]: 'sha256', [-8]: null }

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url')
const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest()

/** Whether the browser answered this ceremony, on this portal, and the person was asked. */
function fits(answer: PasskeyAnswer, ceremony: Ceremony, type: 'webauthn.create' | 'webauthn.get'): boolean {
  const client = clientDataOf(answer.clientDataJson)
  if (client?.['type'] !== type || client['challenge'] !== ceremony.challenge) return false
  if (client['origin'] !== ceremony.origin || client['crossOrigin'] === true) return false
  const data = bytesOf(answer.authenticatorData)
  if (data.length < HEAD_BYTES || !data.subarray(0, 32).equals(sha256(ceremony.rpId))) return false
  const needed = USER_PRESENT | USER_VERIFIED
  return (data[32]! & needed) === needed
}

function clientDataOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(bytesOf(text).toString()) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** The key to be stored, when a new passkey is genuine. */
export function checkNewPasskey(answer: NewPasskeyAnswer, ceremony: Ceremony): StoredPasskey | undefined {
  if (!fits(answer, ceremony, 'webauthn.create') || !(answer.algorithm in hashes)) return undefined
  const data = bytesOf(answer.authenticatorData)
  if ((data[32]! & ATTESTED) === 0 || data.length < HEAD_BYTES + AAGUID_BYTES + 2) return undefined
  const length = data.readUInt16BE(HEAD_BYTES + AAGUID_BYTES)
  const begin = HEAD_BYTES + AAGUID_BYTES + 2
  if (!data.subarray(begin, begin + length).equals(bytesOf(answer.credentialId))) return undefined
  const publicKey = bytesOf(answer.publicKey)
  if (!isKey(publicKey)) return undefined
  return { publicKey, algorithm: answer.algorithm, signCount: data.readUInt32BE(33) }
}

function isKey(der: Buffer): boolean {
  try {
    createPublicKey({ key: der, format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}

/** The new count of signatures when an assertion is genuine; a count that falls back tells of a copied key. */
export function checkAssertion(
  answer: PasskeyAssertion,
  ceremony: Ceremony,
  stored: StoredPasskey,
): number | undefined {
  if (!fits(answer, ceremony, 'webauthn.get')) return undefined
  const data = bytesOf(answer.authenticatorData)
  const signed = Buffer.concat([data, sha256(bytesOf(answer.clientDataJson))])
  const key = createPublicKey({ key: stored.publicKey, format: 'der', type: 'spki' })
  if (!verify(hashes[stored.algorithm], signed, key, bytesOf(answer.signature))) return undefined
  const count = data.readUInt32BE(33)
  return (count > 0 || stored.signCount > 0) && count <= stored.signCount ? undefined : count
}
