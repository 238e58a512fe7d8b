/** Verifies who calls (RFC 8224 §6.2): of several Identity headers those that together lead to the dialled number. */

import type { X509Certificate } from 'node:crypto'
import { ok, type Result } from '../../base/index.ts'
import { canonicalNumber } from './canonical-number.ts'
import type { CertificateCache } from './certificate-cache.ts'
import { noIdentity, signatureInvalid, stale, type IdentityFailure } from './errors.ts'
import { readIdentity } from './identity-header.ts'
import { isSignedBy, readPassport, type Attestation, type SignedPassport } from './passport.ts'
import { trustedKey } from './trust.ts'

/** How old, or how far ahead, a statement may be (RFC 8224 §6.2, ATIS-1000074). */
const FRESH_SECONDS = 60
const HEADERS_MAX = 6

export type VerifyRequest = {
  /** Values of the Identity headers, in order. */
  readonly identities: readonly string[]
  /** Who is said to call, and what was dialled, as they stand in the request. */
  readonly from: string
  readonly to: string
  readonly at: number
}

export type VerifyParts = { readonly certificates: CertificateCache; readonly roots: readonly X509Certificate[] }

export type Verified = { readonly attest: Attestation; readonly origid: string }

/** Who vouches for the caller, and how well he knows him. */
export async function verifyIdentity(
  parts: VerifyParts,
  request: VerifyRequest,
): Promise<Result<Verified, IdentityFailure>> {
  const read = readAll(request.identities)
  if (!read.ok) return read
  const [from, to] = [canonicalNumber(request.from), canonicalNumber(request.to)]
  if (from === undefined || to === undefined) return signatureInvalid('caller or called party is no telephone number')
  const chain = chainTo(read.value, to)
  const first = chain.at(-1)?.passport
  if (first?.kind !== 'shaken') return signatureInvalid('the identity was signed for another number')
  for (const signed of chain) {
    if (canonicalNumber(signed.passport.orig) !== from) return signatureInvalid('the identity is of another caller')
    const age = request.at / 1000 - signed.passport.iat
    if (Math.abs(age) > FRESH_SECONDS) return stale('the identity is not from the last minute')
    const checked = await checkSignature(parts, signed, request.at)
    if (!checked.ok) return checked
  }
  return ok({ attest: first.attest, origid: first.origid })
}

function readAll(identities: readonly string[]): Result<readonly SignedPassport[], IdentityFailure> {
  const read: SignedPassport[] = []
  // Kinds that we do not know say nothing about the caller; they are no reason to distrust him (RFC 8224 §6.2).
  const ours = identities.slice(0, HEADERS_MAX).filter((value) => !/;\s*ppt\s*=\s*"?(?!shaken|div)/i.test(value))
  if (ours.length === 0) return noIdentity('the request has no identity of a kind that is known here')
  for (const value of ours) {
    const header = readIdentity(value)
    const signed = header && readPassport(header.token)
    if (!header || !signed || signed.passport.kind !== header.ppt || signed.x5u !== header.info) {
      return signatureInvalid('an Identity header cannot be read, or does not agree with itself')
    }
    read.push(signed)
  }
  return ok(read)
}

/** From the dialled number back to the caller: each forwarding that led here, then the statement of the origin. */
function chainTo(all: readonly SignedPassport[], to: string): readonly SignedPassport[] {
  const leads = ({ passport }: SignedPassport, number: string): boolean =>
    passport.dest.some((dest) => canonicalNumber(dest) === number)
  const chain: SignedPassport[] = []
  for (let number = to; chain.length <= all.length;) {
    const origin = all.find((one) => one.passport.kind === 'shaken' && leads(one, number))
    if (origin) return [...chain, origin]
    const forward = all.find((one) => one.passport.kind === 'div' && leads(one, number) && !chain.includes(one))
    if (forward?.passport.kind !== 'div') return []
    chain.push(forward)
    number = canonicalNumber(forward.passport.div) ?? ''
  }
  return []
}

async function checkSignature(
  { certificates, roots }: VerifyParts,
  signed: SignedPassport,
  at: number,
): Promise<Result<true, IdentityFailure>> {
  const chain = await certificates.get(signed.x5u)
  if (!chain.ok) return chain
  const key = trustedKey(chain.value, roots, at)
  if (!key.ok) return key
  return isSignedBy(signed, key.value) ? ok(true) : signatureInvalid('the signature is not of that certificate')
}
