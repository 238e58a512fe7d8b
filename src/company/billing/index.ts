/** Month end: what was delivered is invoiced, and what was invoiced is paid. */
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
