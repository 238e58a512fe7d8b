/** Signs who calls, for the carriers that we hand calls to. */

import type { KeyObject } from 'node:crypto'
import { canonicalNumber } from './canonical-number.ts'
import { writeIdentity } from './identity-header.ts'
import { signPassport, type Attestation } from './passport.ts'

export type Signer = {
  /** An Identity header of the origin; undefined when a party is no telephone number. */
  origin(call: OriginClaim): string | undefined
  /** One more for a call that was forwarded: it goes beside those that came with the call (RFC 8946 §4). */
  forwarded(call: ForwardClaim): string | undefined
}

export type OriginClaim = {
  readonly attest: Attestation
  readonly from: string
  readonly to: string
  readonly origid: string
  readonly at: number
}

export type ForwardClaim = { readonly from: string; readonly dialled: string; readonly to: string; readonly at: number }

/** `certificateUrl` is where others find the certificate of `key` (P-256). */
export function createSigner({ key, certificateUrl }: { key: KeyObject; certificateUrl: string }): Signer {
  return {
    origin({ attest, from, to, origid, at }) {
      const [orig, dest] = [canonicalNumber(from), canonicalNumber(to)]
      if (orig === undefined || dest === undefined) return undefined
      const iat = Math.floor(at / 1000)
      const token = signPassport({ kind: 'shaken', attest, orig, dest: [dest], iat, origid }, certificateUrl, key)
      return writeIdentity(token, certificateUrl, 'shaken')
    },
    forwarded({ from, dialled, to, at }) {
      const [orig, div, dest] = [canonicalNumber(from), canonicalNumber(dialled), canonicalNumber(to)]
      if (orig === undefined || div === undefined || dest === undefined) return undefined
      const iat = Math.floor(at / 1000)
      const token = signPassport({ kind: 'div', orig, dest: [dest], iat, div }, certificateUrl, key)
      return writeIdentity(token, certificateUrl, 'div')
    },
  }
}
