/** Whose signature counts: certificates that lead to a root that the operator trusts (RFC 8226, ATIS-1000080). */

import { X509Certificate, type KeyObject } from 'node:crypto'
import { ok, type Result } from '../../base/index.ts'
import { certificateUnusable, type IdentityFailure } from './errors.ts'

/** `1.3.6.1.5.5.7.1.26`, which numbers a certificate speaks for (RFC 8226 §9), as it stands in DER. */
const TN_AUTH_LIST = Buffer.from('06082b0601050507011a', 'hex')
const CHAIN_MAX = 4
const BLOCK = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+?-----END CERTIFICATE-----/g

/** The certificates of a PEM text in their order; empty when one cannot be read. */
export function readCertificates(pem: string): readonly X509Certificate[] {
  try {
    return (pem.match(BLOCK) ?? []).slice(0, CHAIN_MAX).map((block) => new X509Certificate(block))
  } catch {
    return []
  }
}

/** The signing key of a chain, first certificate first, when all of it holds at `atMs`. */
export function trustedKey(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  atMs: number,
): Result<KeyObject, IdentityFailure> {
  const [first] = chain
  if (!first) return certificateUnusable('the address of the certificate gives none')
  if (!first.raw.includes(TN_AUTH_LIST)) return certificateUnusable('the certificate speaks for no numbers')
  if (first.publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    return certificateUnusable('the certificate has no P-256 key')
  }
  let current = first
  for (let depth = 0; depth < CHAIN_MAX; depth += 1) {
    if (!isValidAt(current, atMs)) return certificateUnusable('a certificate has expired or is not valid yet')
    const root = roots.find((one) => isIssuer(one, current))
    if (root) return isValidAt(root, atMs) ? ok(first.publicKey) : certificateUnusable('the root has expired')
    const issuer = chain.find((one) => one !== current && isIssuer(one, current))
    if (!issuer) break
    current = issuer
  }
  return certificateUnusable('the certificate leads to no root that is trusted here')
}

function isValidAt(certificate: X509Certificate, atMs: number): boolean {
  return certificate.validFromDate.getTime() <= atMs && atMs < certificate.validToDate.getTime()
}

function isIssuer(issuer: X509Certificate, of: X509Certificate): boolean {
  return issuer.ca && of.checkIssued(issuer) && of.verify(issuer.publicKey)
}
