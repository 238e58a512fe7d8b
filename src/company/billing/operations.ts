/** What the API can do with billing. */

import { chaseOperations } from './chase-operations.ts'
import { chargeOperations } from './charge-operations.ts'
import { invoiceOperations } from './invoice-operations.ts'
import { paymentOperations } from './payment-operations.ts'
import { postingOperations } from './posting-operations.ts'
import { proofOperations } from './proof-operations.ts'
import { policyOperations, runOperations } from './run-operations.ts'
import { simulateOperations } from './simulate-operations.ts'
import { subscriptionOperations } from './subscription-operations.ts'

export const operations = {
  ...invoiceOperations,
  ...policyOperations,
  ...runOperations,
  ...chargeOperations,
  ...paymentOperations,
  ...postingOperations,
  ...chaseOperations,
  ...simulateOperations,
  ...subscriptionOperations,
  ...proofOperations,
}
