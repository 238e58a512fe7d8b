/**
 * A certificate of our own for listeners beyond loopback, so that passwords and the web phone's microphone are
 * behind TLS from the first minute. It is self-signed: operators put a real one in its place.
 */

import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { secureRandom, type Clock } from '../../base/index.ts'
import type { Certificate } from '../../platform/http/index.ts'
import { bits, integer, octets, oid, sequence, set, tagged, taggedText, time, utf8, yes } from './der.ts'

const DAY_MS = 86_400_000
/** Browsers of phones refuse certificates that live longer than 825 days. */
const LIFE_MS = 820 * DAY_MS
const RENEW_BEFORE_MS = 30 * DAY_MS

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))

/** Makes a key (P-256) and a self-signed X.509 v3 certificate (RFC 5280) for host names and addresses. */
export function createCertificate(names: readonly string[], atMs: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8('Dialhouse local certificate'))))
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    serialNumber(),
    ecdsaWithSha256,
    name,
    sequence(time(atMs - DAY_MS), time(atMs + LIFE_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, extensions(names)),
  )
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)))
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: pem(certificate) }
}

function serialNumber(): Buffer {
  const bytes = secureRandom(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return integer(bytes)
}

function extensions(names: readonly string[]): Buffer {
  const alternatives = names.map((name) =>
    isIP(name) ? taggedText(7, addressBytes(name)) : taggedText(2, Buffer.from(name)),
  )
  const digitalSignature = bits(Buffer.from([0x80]), 7)
  const serverAuthentication = sequence(oid('1.3.6.1.5.5.7.3.1'))
  return sequence(
    sequence(oid('2.5.29.19'), yes, octets(sequence())),
    sequence(oid('2.5.29.15'), yes, octets(digitalSignature)),
    sequence(oid('2.5.29.37'), octets(serverAuthentication)),
    sequence(oid('2.5.29.17'), octets(sequence(...alternatives))),
  )
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

export type LocalCertificate = Certificate & {
  /** Why the operator's own files are not used; undefined when there are none, or nothing is wrong with them. */
  readonly complaint: string | undefined
}

/**
 * The certificate of this installation, from `<dataFolder>/tls`; made there when it is missing, about to expire,
 * or does not know one of `names`. Files of the operator are never touched: while they cannot be used, one that
 * is kept nowhere stands in for them.
 */
export function localCertificate(dataFolder: string, names: readonly string[], clock: Clock): LocalCertificate {
  const folder = join(dataFolder, 'tls')
  const keyFile = join(folder, 'key.pem')
  const certFile = join(folder, 'cert.pem')
  const [key, cert] = [textOf(keyFile), textOf(certFile)]
  const found = judge(key, cert, names, clock.now())
  if (found.use && key !== undefined && cert !== undefined) return { key, cert, complaint: undefined }
  const made = createCertificate(names, clock.now())
  if (found.complaint === undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(keyFile, made.key, { mode: 0o600 })
    chmodSync(keyFile, 0o600)
    writeFileSync(certFile, made.cert)
  }
  return { ...made, complaint: found.complaint && `${found.complaint}: put the right files into ${folder}` }
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

type Judgement = { readonly use: boolean; readonly complaint?: string }

/** Whether the files are used; the complaint is about files that somebody else put there. */
function judge(key: string | undefined, cert: string | undefined, names: readonly string[], atMs: number): Judgement {
  if (key === undefined && cert === undefined) return { use: false }
  if (key === undefined || cert === undefined)
    return { use: false, complaint: 'of key.pem and cert.pem one is missing' }
  try {
    const certificate = new X509Certificate(cert)
    const isOurs = certificate.subject.includes('Dialhouse local certificate')
    if (!certificate.checkPrivateKey(createPrivateKey(key))) {
      return { use: false, complaint: 'key.pem is not the key of cert.pem' }
    }
    const isOver = certificate.validToDate.getTime() - (isOurs ? RENEW_BEFORE_MS : 0) <= atMs
    const knows = (name: string) =>
      isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name.replace(/^\*/, 'any'))
    if (isOurs) return { use: !isOver && names.every(knows) }
    return isOver ? { use: false, complaint: 'cert.pem has expired' } : { use: true }
  } catch {
    return { use: false, complaint: 'key.pem and cert.pem cannot be read as PEM' }
  }
}
