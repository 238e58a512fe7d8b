/** Makes a key and its certificate, signed by itself or by an authority. */

import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { secureRandom } from '../../base/index.ts'
import { bits, integer, octets, oid, sequence, set, tagged, taggedText, time, utf8, yes } from './der.ts'

const DAY_MS = 86_400_000

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))

export type Issuer = { readonly subject: string; readonly key: string }

export type NewCertificate = {
  readonly subject: string
  readonly atMs: number
  readonly lifeMs: number
  /** Host names and addresses that it is for. */
  readonly names?: readonly string[]
  /** May sign others. */
  readonly isAuthority?: boolean
  /** Service provider code whose numbers it speaks for, such as `709J` (RFC 8226 §9). */
  readonly providerCode?: string
  readonly issuer?: Issuer
}

/** PEM. */
export type IssuedCertificate = { readonly key: string; readonly cert: string }

/** A new key (P-256) and its X.509 v3 certificate (RFC 5280 §4). */
export function issueCertificate(wanted: NewCertificate): IssuedCertificate {
  const { subject, atMs, lifeMs, issuer } = wanted
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    serialNumber(),
    ecdsaWithSha256,
    nameOf(issuer?.subject ?? subject),
    sequence(time(atMs - DAY_MS), time(atMs + lifeMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, extensionsOf(wanted)),
  )
  const signer = issuer ? createPrivateKey(issuer.key) : privateKey
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)))
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: pem(certificate) }
}

function nameOf(subject: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(subject))))
}

function serialNumber(): Buffer {
  const bytes = secureRandom(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return integer(bytes)
}

function extensionsOf({ names = [], isAuthority = false, providerCode }: NewCertificate): Buffer {
  const alternatives = names.map((name) =>
    isIP(name) ? taggedText(7, addressBytes(name)) : taggedText(2, Buffer.from(name)),
  )
  // keyCertSign, or digitalSignature.
  const usage = isAuthority ? bits(Buffer.from([0x04]), 2) : bits(Buffer.from([0x80]), 7)
  const serverAuthentication = sequence(oid('1.3.6.1.5.5.7.3.1'))
  const all = [
    sequence(oid('2.5.29.19'), yes, octets(sequence(...(isAuthority ? [yes] : [])))),
    sequence(oid('2.5.29.15'), yes, octets(usage)),
  ]
  if (alternatives.length > 0) {
    all.push(sequence(oid('2.5.29.37'), octets(serverAuthentication)))
    all.push(sequence(oid('2.5.29.17'), octets(sequence(...alternatives))))
  }
  if (providerCode !== undefined) {
    const code = tagged(0, taggedCode(providerCode))
    all.push(sequence(oid('1.3.6.1.5.5.7.1.26'), octets(sequence(code))))
  }
  return sequence(...all)
}

/** IA5String: ASCII. */
function taggedCode(code: string): Buffer {
  const bytes = Buffer.from(code, 'latin1')
  return Buffer.concat([Buffer.from([0x16, bytes.length]), bytes])
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : [])
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
