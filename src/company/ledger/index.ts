/** Who can pay and who paid: accounts, reservations of calls in progress, call records, the double-entry ledger. */
export { chargeSilent, noSuchCall } from './errors.ts'
export { personFilter, readCall } from './read-calls.ts'
export { openAccount, openBooks, type NewAccount, type NewBooks } from './open-account.ts'
export { checkLedger } from './check-ledger.ts'
export { forgetCallsHandling, forgetCallsSchedule } from './forget-calls.ts'
export { sumDaysHandling, sumDaysSchedule } from './sum-days.ts'
export { runningCharges } from './running-charges.ts'
export { evidenceFolder, noteEvidence, readEvidence } from './call-evidence.ts'
export { signalledFacts, type SignalledCall } from './signalled-facts.ts'
export { recheckCharges } from './recheck-charges.ts'
export { explainTransaction } from './explain-transaction.ts'
export { explainCharge } from './explanation.ts'
export { lookAtRerates, type RerateResult } from './rerate-protocol.ts'
export { ledgerOperations, type LedgerOperationsParts } from './handlers.ts'
export { openLedger, type Ledger } from './open-ledger.ts'
export type { LedgerParts } from './engine.ts'
export {
  callRated,
  confirmReservation,
  extendReservation,
  freeForgotten,
  latestRefusals,
  ledgerFaults,
  postAdjustment,
  postBilling,
  postPayment,
  reserve,
  returnPayment,
  settleCalls,
} from './protocol.ts'
export type {
  AllowedCarrier,
  BillingPosting,
  CallClass,
  CallDirection,
  CallRated,
  CdrRecord,
  ForgottenRequest,
  Grant,
  LedgerFault,
  PostingFailure,
  PostingRequest,
  ReserveFailure,
  ReserveRequest,
} from './protocol.ts'
