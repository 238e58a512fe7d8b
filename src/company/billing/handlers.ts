/** The operations of billing, joined to what they do. */

import type { Clock } from '../../base/index.ts'
import { bindOperations, type BoundOperation } from '../../platform/http/index.ts'
import { chargeHandlers } from './charge-handlers.ts'
import { chaseHandlers } from './chase-handlers.ts'
import { postingHandlers } from './posting-handlers.ts'
import { invoiceHandlers } from './invoice-handlers.ts'
import { operations } from './operations.ts'
import { paymentHandlers } from './payment-handlers.ts'
import type { PaymentParts } from './payments/parts.ts'
import { proofHandlers, type ProofHandlersParts } from './proof-handlers.ts'
import { policyHandlers, runHandlers } from './run-handlers.ts'
import { subscriptionHandlers } from './subscription-handlers.ts'

type BillingOperationsParts = ProofHandlersParts & { readonly clock: Clock; readonly payments: PaymentParts }

/** The operations of this module, ready to be mounted. */
export function billingOperations(parts: BillingOperationsParts): readonly BoundOperation[] {
  const { clock, payments } = parts
  return bindOperations(operations, {
    ...invoiceHandlers(clock),
    ...policyHandlers(clock),
    ...runHandlers(clock),
    ...chargeHandlers(clock),
    ...paymentHandlers(payments),
    ...postingHandlers(payments),
    ...chaseHandlers(payments),
    ...proofHandlers(parts),
    ...subscriptionHandlers(clock),
  })
}
