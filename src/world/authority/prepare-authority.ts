/**
 * The authority of the simulated numbering world: a root, a certificate for this installation and one for each carrier
 * (RFC 8226). Made once for a data folder, before the processes start, because `signal` reads its part at its start.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../base/index.ts'
import { issueCertificate, type IssuedCertificate } from '../../platform/certificates/index.ts'

/** Who has a certificate. */
export type Holder = 'house' | 'a' | 'b'

export type NumberAuthority = {
  readonly root: IssuedCertificate
  /** Of the https listener that hands certificates out. */
  readonly web: IssuedCertificate
  readonly holders: Readonly<Record<Holder, IssuedCertificate>>
}

const LIFE_MS = 10 * 365 * 86_400_000
const ROOT = 'Simulated number authority'
const HOST = '127.0.0.1'
/** Service provider codes of nobody. */
const codes: Readonly<Record<Holder, string>> = { house: '709J', a: '802K', b: '815L' }

/** Where others find the certificate of a holder. */
export function certificateUrl(port: number, holder: Holder): string {
  return `https://${HOST}:${port}/${holder}.pem`
}

/** Makes the authority when the folder has none, and tells `signal` of it. */
export function prepareAuthority(dataFolder: string, port: number, clock: Clock): void {
  const file = fileOf(dataFolder)
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true })
    writeFileSync(file, JSON.stringify(newAuthority(clock.now())), { mode: 0o600 })
  }
  const { root, web, holders } = readAuthority(dataFolder)
  const folder = join(dataFolder, 'stir')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const settings = {
    certificateUrl: certificateUrl(port, 'house'),
    allowedHosts: [`${HOST}:${port}`],
    required: false,
  }
  writeFileSync(join(folder, 'key.pem'), holders.house.key, { mode: 0o600 })
  writeFileSync(join(folder, 'roots.pem'), root.cert)
  writeFileSync(join(folder, 'web-authority.pem'), web.cert)
  writeFileSync(join(folder, 'settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`)
}

/** What `prepareAuthority` made. */
export function readAuthority(dataFolder: string): NumberAuthority {
  return JSON.parse(readFileSync(fileOf(dataFolder), 'utf8')) as NumberAuthority
}

function fileOf(dataFolder: string): string {
  return join(dataFolder, 'world-authority.json')
}

function newAuthority(atMs: number): NumberAuthority {
  const root = issueCertificate({ subject: ROOT, atMs, lifeMs: LIFE_MS, isAuthority: true })
  const issuer = { subject: ROOT, key: root.key }
  const issue = (holder: Holder): IssuedCertificate =>
    issueCertificate({ subject: `SHAKEN ${codes[holder]}`, atMs, lifeMs: LIFE_MS, providerCode: codes[holder], issuer })
  const web = issueCertificate({ subject: 'Certificates of the simulation', atMs, lifeMs: LIFE_MS, names: [HOST] })
  return { root, web, holders: { house: issue('house'), a: issue('a'), b: issue('b') } }
}
