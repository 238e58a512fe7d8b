/**
 * Who refused which call for money, for the provider's people: of a chain of resellers the caller learns that there is
 * no credit, never whose. The latest ones, in memory.
 */

import { assert, type Result } from '../../base/index.ts'
import type { Credit } from './credit.ts'
import type { Grant, Refusal, ReserveFailure, ReserveRequest } from './protocol.ts'

export type Refusals = {
  /** Keeps a refusal and gives it as the switch may hear it, without the level and the limit. */
  note(request: ReserveRequest, refused: Result<Grant, ReserveFailure>): Result<Grant, ReserveFailure>
  /** The latest first. */
  latest(): readonly Refusal[]
}

const KEPT_MAX = 500

/** Starts with none. */
export function noteRefusals(credit: Credit): Refusals {
  const kept: Refusal[] = []
  return {
    note(request, refused) {
      assert(!refused.ok, 'only a refusal is noted')
      const { code, message, details } = refused.failure
      const { at, callId, cdrId, accountId: callerId } = request
      const refusedBy = typeof details?.['accountId'] === 'string' ? details['accountId'] : callerId
      const limit = typeof details?.['limit'] === 'string' ? details['limit'] : undefined
      const tenantId = credit.account(refusedBy)?.terms.tenantId
      kept.unshift({ at, callId, cdrId, code, accountId: callerId, refusedBy, tenantId, limit })
      if (kept.length > KEPT_MAX) kept.pop()
      return { ok: false, failure: { code, message } }
    },
    latest: () => kept,
  }
}
