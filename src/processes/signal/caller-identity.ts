/**
 * The provider's certificate for signing who calls, and whom it trusts: files that an operator puts into
 * `<dataFolder>/stir`. Without them calls are neither signed nor judged.
 *
 * `settings.json`: `{"certificateUrl": "https://…", "allowedHosts": ["cr.example"], "required": false}`;
 * `key.pem` (P-256) signs, `roots.pem` are the authorities, `web-authority.pem` (optional) is trusted for https too.
 */

import { createPrivateKey, hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, messageOf, ok, type Clock, type Result } from '../../base/index.ts'
import type { IdentityPort } from '../../company/switch/index.ts'
import {
  createCertificateCache,
  createSigner,
  httpsCertificates,
  readCertificates,
  verifyIdentity,
} from '../../network/stir/index.ts'

type Settings = {
  readonly certificateUrl?: string
  readonly allowedHosts: readonly string[]
  readonly required: boolean
}

/** What the folder says; undefined when there is none. Fails when its files cannot be used. */
export function openCallerIdentity(dataFolder: string, clock: Clock): Result<IdentityPort | undefined> {
  const folder = join(dataFolder, 'stir')
  if (!existsSync(join(folder, 'settings.json'))) return ok(undefined)
  try {
    return ok(identityOf(folder, clock))
  } catch (error) {
    return fail('signal.bad_stir_settings', `the files in ${folder} cannot be used: ${messageOf(error)}`)
  }
}

function identityOf(folder: string, clock: Clock): IdentityPort {
  const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const settings = settingsOf(JSON.parse(textOf('settings.json')))
  const { certificateUrl, allowedHosts, required } = settings
  const authority = existsSync(join(folder, 'web-authority.pem')) ? textOf('web-authority.pem') : undefined
  const certificates = createCertificateCache({ clock, fetch: httpsCertificates(authority), allowedHosts })
  const roots = readCertificates(textOf('roots.pem'))
  if (roots.length === 0) throw new Error('roots.pem holds no certificate')
  const salt = hash('sha256', textOf('settings.json'))
  return {
    signer:
      certificateUrl === undefined
        ? undefined
        : createSigner({ key: createPrivateKey(textOf('key.pem')), certificateUrl }),
    isRequired: required,
    verify: (request) => verifyIdentity({ certificates, roots }, request),
    originOf: (id) => uuidOf(hash('sha256', `${salt}:${id}`)),
  }
}

function settingsOf(value: unknown): Settings {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const { certificateUrl, allowedHosts = [], required = false } = given
  if (certificateUrl !== undefined && typeof certificateUrl !== 'string') throw new Error('certificateUrl is no text')
  if (!Array.isArray(allowedHosts) || !allowedHosts.every((host) => typeof host === 'string')) {
    throw new Error('allowedHosts is no list of host names')
  }
  if (typeof required !== 'boolean') throw new Error('required is neither true nor false')
  return { ...(certificateUrl === undefined ? {} : { certificateUrl }), allowedHosts, required }
}

/** As RFC 8588 §5 wants an origin to look. */
function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
