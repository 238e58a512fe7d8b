/** The operations of the support desk, ready to be mounted. */

import type { Clock } from '../../base/index.ts'
import { bindOperations, type BoundOperation } from '../../platform/http/index.ts'
import { operations } from './operations.ts'
import { simulateSla } from './sla/simulate.ts'
import { ticketReadings, ticketWrites } from './tickets/handlers.ts'

export type SupportParts = { readonly clock: Clock }

/** The operations of this module, ready to be mounted. */
export function supportOperations({ clock }: SupportParts): readonly BoundOperation[] {
  return bindOperations(operations, {
    ...ticketReadings(clock),
    ...ticketWrites(clock),
    simulateSla: ({ body }) => Promise.resolve(simulateSla(body)),
  })
}
