/** The operations of the support desk, ready to be mounted. */

import { bindOperations, type BoundOperation } from '../../platform/http/index.ts'
import { emergencyHandlers, type EmergencyParts } from './emergency/handlers.ts'
import { knowledgeHandlers, type KnowledgeParts } from './knowledge/handlers.ts'
import { operations } from './operations.ts'
import { simulateSla } from './sla/simulate.ts'
import { ticketReadings, ticketWrites } from './tickets/handlers.ts'

export type SupportParts = KnowledgeParts & EmergencyParts

/** The operations of this module, ready to be mounted. */
export function supportOperations(parts: SupportParts): readonly BoundOperation[] {
  const { clock } = parts
  return bindOperations(operations, {
    ...ticketReadings(clock),
    ...ticketWrites(clock),
    ...knowledgeHandlers(parts),
    ...emergencyHandlers(parts),
    simulateSla: ({ body }) => Promise.resolve(simulateSla(body)),
  })
}
