/** The office's own operations, each table joined to what it does. */

import { bindOperations, type BoundOperation } from '../../platform/http/index.ts'
import { operations } from '../operations.ts'
import { callHandlers } from './call-handlers.ts'
import { factorHandlers } from './factor-handlers.ts'
import { loginHandlers } from './login-handlers.ts'
import { identityHandlers } from './identity-handlers.ts'
import { keyHandlers } from './key-handlers.ts'
import { liveHandlers } from './live-handlers.ts'
import type { OfficeOperationsParts } from './parts.ts'
import { searchHandlers } from './search-handlers.ts'
import { setupHandlers } from './setup-handlers.ts'
import { staffHandlers } from './staff-handlers.ts'
import { traceHandlers } from './trace-handlers.ts'

/** The office's operations, ready to be mounted. */
export function officeOperations(parts: OfficeOperationsParts): readonly BoundOperation[] {
  return bindOperations(operations, {
    ...identityHandlers(parts),
    ...callHandlers(),
    ...setupHandlers(parts.identity.clock),
    ...factorHandlers(parts),
    ...loginHandlers(parts),
    ...keyHandlers(parts),
    ...liveHandlers(parts),
    ...traceHandlers(parts),
    ...searchHandlers(parts.identity.clock),
    ...staffHandlers(parts.identity.clock),
  })
}
