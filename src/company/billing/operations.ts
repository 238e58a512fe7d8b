/** What the API can do with billing. */

import { chargeOperations } from './charge-operations.ts'
import { invoiceOperations } from './invoice-operations.ts'
import { policyOperations, runOperations } from './run-operations.ts'

export const operations = { ...invoiceOperations, ...policyOperations, ...runOperations, ...chargeOperations }
