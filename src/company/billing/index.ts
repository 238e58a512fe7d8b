/** What customers are billed: subscriptions into invoices, taxes, documents, runs; and the proof. */
export { billingOperations } from './handlers.ts'
export { moveInvoices } from './invoices/invoice-status.ts'
export type { InvoiceStatus } from './tables.ts'
export type {
  CardBrand,
  CardGateway,
  Decline,
  GatewayCard,
  GatewayEvent,
  GatewayFailure,
  IntentState,
  NewCharge,
  SignatureFailure,
} from './payments/cards/gateway.ts'
export { paymentHandlings, paymentSchedules } from './payments/payment-jobs.ts'
export { readGatewayKeys, setGatewayKeys } from './payments/cards/gateway-keys.ts'
export { checkSession, openedSession, useCard } from './payments/cards/use-session.ts'
export { consentTextOf } from './payments/cards/methods.ts'
export { takeEvent } from './payments/cards/take-event.ts'
export type { PaymentParts } from './payments/parts.ts'
export { billingHandlings, billingSchedule, postingJob } from './billing-jobs.ts'
export { chargeOnce } from './invoices/charge-once.ts'
export { deliverInvoices } from './invoices/deliver-invoices.ts'
export { canada } from './tax/canadian-taxes.ts'
export type { TaxProvider } from './tax/provider.ts'
export { proveMonth, type Proof } from './proof/prove-month.ts'
export type { Finding } from './proof/finding.ts'
export { readSellers, registerTax } from './policy.ts'
export { advanceRun } from './invoices/run-billing.ts'
