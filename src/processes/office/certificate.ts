/**
 * A certificate of our own for listeners beyond loopback, so that passwords and the web phone's microphone are
 * behind TLS from the first minute. It is self-signed: operators put a real one in its place.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../../base/index.ts'
import { issueCertificate } from '../../platform/certificates/index.ts'
import type { Certificate } from '../../platform/http/index.ts'

const OWN_NAME = 'Dialhouse local certificate'
const DAY_MS = 86_400_000
/** Browsers of phones refuse certificates that live longer than 825 days. */
const LIFE_MS = 820 * DAY_MS
const RENEW_BEFORE_MS = 30 * DAY_MS

/** Makes a key and a self-signed certificate for host names and addresses. */
export function createCertificate(names: readonly string[], atMs: number): Certificate {
  return issueCertificate({ subject: OWN_NAME, names, atMs, lifeMs: LIFE_MS })
}

export type LocalCertificate = Certificate & {
  /** Why the operator's own files are not used; undefined when there are none, or nothing is wrong with them. */
  readonly complaint: string | undefined
}

/** What an operator put into a folder as `key.pem` and `cert.pem`; undefined when it is ours or cannot be used. */
export function operatorCertificate(folder: string, clock: Clock): Certificate | undefined {
  const [key, cert] = [textOf(join(folder, 'key.pem')), textOf(join(folder, 'cert.pem'))]
  if (key === undefined || cert === undefined || !judge(key, cert, [], clock.now()).use) return undefined
  return new X509Certificate(cert).subject.includes(OWN_NAME) ? undefined : { key, cert }
}

/**
 * The certificate of this installation, from `<dataFolder>/tls`; made there when it is missing, about to expire,
 * or does not know one of `names`. Files of the operator are never touched: while they cannot be used, one that
 * is kept nowhere stands in for them. Each process that makes one has names of its own for the files.
 */
export function localCertificate(
  dataFolder: string,
  names: readonly string[],
  clock: Clock,
  prefix = '',
): LocalCertificate {
  const folder = join(dataFolder, 'tls')
  const keyFile = join(folder, `${prefix}key.pem`)
  const certFile = join(folder, `${prefix}cert.pem`)
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
    const isOurs = certificate.subject.includes(OWN_NAME)
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
