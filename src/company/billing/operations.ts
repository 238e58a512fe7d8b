/** What the API can do with billing. */

import { invoiceOperations } from './invoice-operations.ts'

export const operations = { ...invoiceOperations }
