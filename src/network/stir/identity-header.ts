/** The Identity header of SIP (RFC 8224 §4): a PASSporT and where the certificate of its signer is. */

import type { Passport } from './passport.ts'

export type IdentityHeader = { readonly token: string; readonly info: string; readonly ppt: string }

/** The header's value for a signed PASSporT. */
export function writeIdentity(token: string, info: string, kind: Passport['kind']): string {
  return `${token};info=<${info}>;alg=ES256;ppt=${kind}`
}

/** Reads a value; undefined when a part is missing. The compact form has no claims: SHAKEN does not allow it. */
export function readIdentity(value: string): IdentityHeader | undefined {
  const [token = '', ...parameters] = value.trim().split(';')
  const fields = new Map<string, string>()
  for (const parameter of parameters) {
    const at = parameter.indexOf('=')
    if (at > 0) fields.set(parameter.slice(0, at).trim().toLowerCase(), parameter.slice(at + 1).trim())
  }
  const info = fields.get('info')
  const ppt = fields.get('ppt')?.replaceAll('"', '')
  const alg = fields.get('alg')
  if (!token || !info?.startsWith('<') || !info.endsWith('>') || ppt === undefined) return undefined
  if (alg !== undefined && alg !== 'ES256') return undefined
  return { token, info: info.slice(1, -1), ppt }
}
