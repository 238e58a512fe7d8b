/** What the switch needs of charging. It asks for permission and never sees a plan or a price list. */

import type { Failure, Result } from '../../../base/index.ts'
import type { CdrRecord, ForgottenRequest, Grant, ReserveFailure, ReserveRequest } from '../../ledger/index.ts'
import type { ChargeUnavailable } from '../calls/call.ts'

export type ChargingPort = {
  /** Decides from memory; `ledger.unavailable` when no answer came in time. */
  reserve(request: ReserveRequest): Promise<Result<Grant, ReserveFailure | ChargeUnavailable>>
  /** Kept when the reservation is on disk. */
  confirm(cdrId: string, answeredAt: number): Promise<Result<true, Failure>>
  extend(cdrId: string, elapsedSeconds: number): Promise<Result<Grant, ReserveFailure | ChargeUnavailable>>
  /** Says which reservations of before our start still matter; the others are freed. */
  freeForgotten(request: ForgottenRequest): Promise<Result<unknown, Failure>>
  /** The ids that are stored now, also when they were stored before. */
  settle(records: readonly CdrRecord[]): Promise<Result<readonly string[], Failure>>
}
