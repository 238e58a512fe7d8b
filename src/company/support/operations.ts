/** What the API can do with the support desk. */

import { emergencyOperations } from './emergency/operations.ts'
import { knowledgeOperations } from './knowledge/operations.ts'
import { slaOperations } from './sla/operations.ts'
import { ticketOperations } from './tickets/operations.ts'

export const operations = { ...ticketOperations, ...slaOperations, ...knowledgeOperations, ...emergencyOperations }
