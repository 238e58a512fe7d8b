/**
 * The server's half of digest authentication (RFC 8760, RFC 7616, RFC 3261 §22): challenges with MD5
 * and SHA-256 side by side, tells nobody whether a user exists, and lets no answer be used twice.
 */

import { secureRandom, toHex, type Clock, type RandomBytes } from '../../../base/index.ts'
import type { Flow } from '../../transport/index.ts'
import type { Reply } from '../endpoint.ts'
import { textOfBytes } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { Headers } from '../message/write.ts'
import { parseDigestFields } from './digest-fields.ts'
import type { DigestAlgorithm, Hashes } from './hashes.ts'
import { createNonceCounts, type NonceCounts } from './nonce-counts.ts'
import { createNonces, equalTexts, type Nonces } from './nonce.ts'

const NONCE_LIFE_MS = 300_000
const REMEMBERED_NONCES_MAX = 200_000

export type DigestServerOptions = {
  /** One opaque stable text per installation. */
  readonly realm: string
  readonly clock: Clock
  readonly hashes: Hashes
  /** Hexadecimal H(user:realm:password), or undefined for nobody; asked once per proof. */
  ha1(user: string, realm: string, algorithm: DigestAlgorithm): string | undefined
  readonly random?: RandomBytes
  readonly nonceLifeMs?: number
}

/** How a request was judged: for counting, never for the wire. */
export type Distrust =
  | 'trusted'
  | 'no_credentials'
  | 'malformed'
  | 'stale'
  | 'foreign_nonce'
  | 'unknown_user'
  | 'wrong_password'
  | 'replay'

export type Verdict =
  | { readonly ok: true; readonly user: string; readonly algorithm: DigestAlgorithm }
  | { readonly ok: false; readonly reason: Distrust; readonly user: string | undefined; readonly reply: Reply }

export type DigestServer = {
  /** Whether a request proves a user; otherwise the 401 to answer with, the same for every reason. */
  authenticate(request: SipMessage, flow: Flow): Verdict
  /** Nonces remembered at present. */
  size(): number
}

type State = {
  readonly options: DigestServerOptions
  readonly nonces: Nonces
  readonly counts: NonceCounts
  readonly opaque: string
  /** Key of the passwords that nobody has. */
  readonly decoy: Uint8Array
}

/** Makes a server for one realm. */
export function createDigestServer(options: DigestServerOptions): DigestServer {
  const { clock, hashes, random = secureRandom, nonceLifeMs: lifeMs = NONCE_LIFE_MS } = options
  const now = (): number => clock.now()
  const token = (): string => toHex(random(8))
  const counts = createNonceCounts({ lifeMs: 2 * lifeMs, max: REMEMBERED_NONCES_MAX, now })
  const nonces = createNonces({ hashes, secret: random(32), lifeMs, now, token })
  const state: State = { options, nonces, counts, opaque: token().slice(0, 8), decoy: random(32) }
  return {
    authenticate: (request, flow) => authenticate(state, request, flow.remote.address),
    size: () => counts.size(),
  }
}

/**
 * Clients that give up when any challenge names an algorithm they do not know, instead of taking the
 * next one (RFC 3261 §22.1 and RFC 8760 §2.4 expect them to look on). They are offered MD5 alone.
 */
const md5OnlyAgents = ['baresip v0.', 'baresip v1.', 'baresip v2.']

/** Real phones say who they are. What does not is an old program or a test tool that reads the first challenge only. */
const isUnnamed = (agent: string): boolean => agent === '' || /^sipp\b/i.test(agent)

function algorithmsFor(request: SipMessage): readonly DigestAlgorithm[] {
  const agent = request.raw(header.userAgent) ?? ''
  if (md5OnlyAgents.some((name) => agent.startsWith(name))) return ['MD5']
  // Phones in browsers know MD5 alone, and some read the last challenge only, others the first.
  if (request.via?.protocol.startsWith('WS')) return ['MD5']
  return isUnnamed(agent) ? ['MD5', 'SHA-256'] : ['SHA-256', 'MD5']
}

/** One challenge that everybody understands, in as few bytes as it takes. */
function briefChallenge(state: State, nonce: string): Headers {
  return [['WWW-Authenticate', `Digest realm="${state.options.realm}",nonce="${nonce}",algorithm=MD5,qop="auth"`]]
}

function challenge(state: State, request: SipMessage, nonce: string, stale: boolean): Headers {
  const again = stale ? ', stale=true' : ''
  const shared = `Digest realm="${state.options.realm}", nonce="${nonce}", opaque="${state.opaque}"`
  return algorithmsFor(request).map((algorithm) => [
    'WWW-Authenticate',
    `${shared}, algorithm=${algorithm}, qop="auth"${again}`,
  ])
}

/** Some clients answer every challenge at once; more than these are not looked at. */
const PROOFS_MAX = 2

function authenticate(state: State, request: SipMessage, address: string): Verdict {
  let reason: Distrust = 'no_credentials'
  let user: string | undefined
  const ours = request
    .rawAll(header.authorization)
    .map(parseDigestFields)
    .filter((fields) => fields?.get('realm') === state.options.realm)
  for (const fields of ours.slice(0, PROOFS_MAX)) {
    const proof = fields && readProof(fields)
    user = textOfBytes(fields?.get('username') ?? '')
    reason = proof ? judge(state, request, address, proof) : 'malformed'
    if (proof && reason === 'trusted') return { ok: true, user, algorithm: proof.algorithm }
  }
  // These three had the right password: the client may try again by itself (RFC 7616 §3.3).
  const mayRetry = reason === 'stale' || reason === 'replay' || reason === 'foreign_nonce'
  const nonce = state.nonces.make(address)
  const headers = challenge(state, request, nonce, mayRetry)
  return { ok: false, reason, user, reply: { status: 401, headers, briefHeaders: briefChallenge(state, nonce) } }
}

function judge(state: State, request: SipMessage, address: string, proof: Proof): Distrust {
  const { realm, hashes, ha1: ha1Of } = state.options
  const { user, nonce, algorithm, uri, count, cnonce } = proof
  // Every path from here computes the same hashes, so that time tells no more than the answer does.
  const freshness = state.nonces.check(nonce, address)
  const known = ha1Of(textOfBytes(user), realm, algorithm)
  const ha1 = known ?? hashes.hash(algorithm, hashes.hmac(state.decoy, `${user} ${algorithm}`))
  const ha2 = hashes.hash(algorithm, `${request.method}:${uri}`)
  const middle = count === undefined ? nonce : `${nonce}:${proof.countText}:${cnonce}:auth`
  const isRight = equalTexts(hashes.hash(algorithm, `${ha1}:${middle}:${ha2}`), proof.response)
  if (known === undefined) return 'unknown_user'
  if (!isRight) return 'wrong_password'
  // A nonce of before our restart, or one that wandered to another address with its phone.
  if (freshness !== 'fresh') return freshness === 'foreign' ? 'foreign_nonce' : 'stale'
  // Without qop there is no count: such an answer is good for one request.
  return state.counts.use(nonce, user, count ?? Number.MAX_SAFE_INTEGER) ? 'trusted' : 'replay'
}

type Proof = {
  readonly user: string
  readonly nonce: string
  readonly uri: string
  readonly response: string
  readonly algorithm: DigestAlgorithm
  /** Undefined for clients without qop (RFC 2617 §3.2.2.1). */
  readonly count: number | undefined
  readonly countText: string
  readonly cnonce: string
}

function readProof(fields: ReadonlyMap<string, string>): Proof | undefined {
  const user = fields.get('username')
  const nonce = fields.get('nonce')
  const uri = fields.get('uri')
  const response = fields.get('response')?.toLowerCase()
  const named = fields.get('algorithm')?.toUpperCase() ?? 'MD5'
  if (!user || !nonce || !uri || !response || (named !== 'MD5' && named !== 'SHA-256')) return undefined
  const qop = fields.get('qop')?.toLowerCase()
  const countText = fields.get('nc') ?? ''
  const cnonce = fields.get('cnonce') ?? ''
  const algorithm: DigestAlgorithm = named
  const base = { user, nonce, uri, response, algorithm, countText, cnonce }
  if (qop === undefined) return { ...base, count: undefined }
  if (qop !== 'auth' || cnonce === '' || !/^[0-9a-f]{8}$/i.test(countText)) return undefined
  return { ...base, count: Number.parseInt(countText, 16) }
}
