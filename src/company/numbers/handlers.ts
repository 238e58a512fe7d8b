/** What the operations of numbers do. */

import { bindOperations, type BoundOperation } from '../../platform/http/index.ts'
import { carrierHandlers } from './carrier-handlers.ts'
import { numberHandlers } from './number-handlers.ts'
import { operations } from './operations.ts'
import { phoneHandlers } from './phone-handlers.ts'
import type { NumbersOperationsParts } from './parts.ts'
import { serviceHandlers } from './service-handlers.ts'
import { trunkHandlers } from './trunk-handlers.ts'

/** The operations of this module, ready to be mounted. */
export function numbersOperations(parts: NumbersOperationsParts): readonly BoundOperation[] {
  const { clock } = parts
  return bindOperations(operations, {
    ...phoneHandlers(parts),
    ...serviceHandlers(parts),
    ...numberHandlers(clock),
    ...trunkHandlers(parts),
    ...carrierHandlers(parts),
  })
}
