/** The client's half of digest authentication (RFC 8760, RFC 3261 §22.2). */

import { bytesOfText } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { Credentials } from '../endpoint.ts'
import { parseDigestFields } from './digest-fields.ts'
import type { DigestAlgorithm, Hashes } from './hashes.ts'

export type ChallengedRequest = { readonly method: string; readonly uri: string; readonly credentials: Credentials }

/** A source of hashes and of the client's nonce. */
export type DigestClient = { readonly hashes: Hashes; token(): string }

/** SHA-256 is preferred; a list without any algorithm that we know cannot be answered. */
function choose(
  challenges: readonly string[],
  realm: string | undefined,
): { fields: Map<string, string>; algorithm: DigestAlgorithm } | undefined {
  let best: { fields: Map<string, string>; algorithm: DigestAlgorithm } | undefined
  for (const challenge of challenges) {
    const fields = parseDigestFields(challenge)
    const itsRealm = fields?.get('realm')
    if (!fields || itsRealm === undefined || !fields.get('nonce')) continue
    if (itsRealm !== (realm ?? best?.fields.get('realm') ?? itsRealm)) continue
    const named = fields.get('algorithm')?.toUpperCase() ?? 'MD5'
    if (named === 'SHA-256') return { fields, algorithm: 'SHA-256' }
    if (named === 'MD5') best ??= { fields, algorithm: 'MD5' }
  }
  return best
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}

/**
 * The Authorization or Proxy-Authorization line that answers a 401 or 407; undefined when the response
 * is no challenge for our realm: credentials are never shown to anybody else (CVE-2021-41158).
 */
export function answerChallenge(
  client: DigestClient,
  response: SipMessage,
  request: ChallengedRequest,
): string | undefined {
  if (response.status !== 401 && response.status !== 407) return undefined
  const isProxy = response.status === 407
  const { realm: wanted } = request.credentials
  const chosen = choose(
    response.rawAll(isProxy ? header.proxyAuthenticate : header.wwwAuthenticate),
    wanted === undefined ? undefined : bytesOfText(wanted),
  )
  if (!chosen) return undefined
  const { fields, algorithm } = chosen
  const realm = fields.get('realm')!
  const { hash } = client.hashes
  const user = bytesOfText(request.credentials.user)
  const nonce = fields.get('nonce')!
  const offered = fields
    .get('qop')
    ?.split(',')
    .map((one) => one.trim().toLowerCase())
  if (offered && !offered.includes('auth')) return undefined
  const ha1 = hash(algorithm, `${user}:${realm}:${bytesOfText(request.credentials.password)}`)
  const ha2 = hash(algorithm, `${request.method}:${request.uri}`)
  let line = `${isProxy ? 'Proxy-Authorization' : 'Authorization'}: Digest username=${quoted(user)}`
  line += `, realm=${quoted(realm)}, nonce=${quoted(nonce)}, uri=${quoted(request.uri)}, algorithm=${algorithm}`
  if (offered) {
    const cnonce = client.token()
    const proof = hash(algorithm, `${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}`)
    line += `, qop=auth, nc=00000001, cnonce="${cnonce}", response="${proof}"`
  } else {
    line += `, response="${hash(algorithm, `${ha1}:${nonce}:${ha2}`)}"`
  }
  const opaque = fields.get('opaque')
  return `${opaque === undefined ? line : `${line}, opaque=${quoted(opaque)}`}\r\n`
}
