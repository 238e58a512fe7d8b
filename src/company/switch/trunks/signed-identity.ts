/**
 * STIR/SHAKEN in a call: what we sign for carriers (attestation by who owns the number), and what we make of their
 * signatures. An emergency is neither signed nor judged, and so never waits for either.
 */

import type { Result } from '../../../base/index.ts'
import type { Headers } from '../../../network/sip/index.ts'
import {
  verstatOf,
  type Attestation,
  type IdentityFailure,
  type Signer,
  type Verified,
  type VerifyRequest,
} from '../../../network/stir/index.ts'
import type { Call, CallerIdentity, Party } from '../calls/call.ts'
import type { Directory } from '../directory/directory.ts'

/** The provider's part in the trust between carriers; absent while no certificate is configured. */
export type IdentityPort = {
  readonly signer: Signer | undefined
  verify(request: VerifyRequest): Promise<Result<Verified, IdentityFailure>>
  /** Calls of carriers whose identity does not hold are refused, not only marked. */
  readonly isRequired: boolean
  /** Opaque name of an origin to others: of a customer, or of a carrier that we pass calls on from. */
  originOf(id: string): string
}

/** What follows from a verdict. */
export function callerIdentityOf(
  verdict: Result<Verified, IdentityFailure>,
  headers: readonly string[],
): CallerIdentity {
  return {
    verstat: verstatOf(verdict),
    attest: verdict.ok ? verdict.value.attest : undefined,
    failure: verdict.ok ? undefined : verdict.failure.code,
    headers,
  }
}

/** Whether a signed identity came with the call, which goes along when it is sent on. */
export function isSignedFor({ identity }: Call): boolean {
  return identity !== undefined && identity.headers.length > 0
}

export type Handover = {
  readonly call: Call
  readonly directory: Directory
  /** Who answers for the call in the place of its caller. */
  readonly sponsor: Party | undefined
  readonly to: string
  readonly at: number
}

/** The Identity headers of a call that is handed to a carrier. */
export function identityHeaders(port: IdentityPort | undefined, handover: Handover): Headers {
  const { call, directory, sponsor, to, at } = handover
  const { signer } = port ?? {}
  if (!port || !signer || call.route.kind === 'emergency') return []
  if (isSignedFor(call)) {
    const came = call.identity?.headers ?? []
    const dialled = call.diversions.at(-1)?.number ?? ''
    const forwarded = signer.forwarded({ from: call.caller.number, dialled, to, at })
    return [...came, ...(forwarded === undefined ? [] : [forwarded])].map((value) => ['Identity', value])
  }
  const from = sponsor?.number ?? call.caller.number
  const owner = directory.number(from)?.tenantId
  const isHis = owner !== undefined && (sponsor !== undefined || owner === call.caller.tenantId)
  const attest: Attestation = isHis ? 'A' : call.caller.tenantId === undefined ? 'C' : 'B'
  const origid = port.originOf(owner ?? call.caller.tenantId ?? 'gateway')
  const signed = signer.origin({ attest, from, to, origid, at })
  return signed === undefined ? [] : [['Identity', signed]]
}
