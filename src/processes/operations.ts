/**
 * What the office itself offers, beside the operations of the departments. Each table stands in `office/` next to its
 * handlers; the portal takes the types from here.
 */

import { identityOperations } from './office/identity-operations.ts'
import { factorOperations } from './office/factor-operations.ts'
import { loginOperations } from './office/login-operations.ts'
import { callOperations } from './office/call-operations.ts'
import { keyOperations } from './office/key-operations.ts'
import { liveOperations } from './office/live-operations.ts'
import { searchOperations } from './office/search-operations.ts'
import { setupOperations } from './office/setup-operations.ts'
import { staffOperations } from './office/staff-operations.ts'
import { traceOperations } from './office/trace-operations.ts'

export const operations = {
  ...identityOperations,
  ...setupOperations,
  ...callOperations,
  ...factorOperations,
  ...loginOperations,
  ...keyOperations,
  ...liveOperations,
  ...searchOperations,
  ...staffOperations,
  ...traceOperations,
}
