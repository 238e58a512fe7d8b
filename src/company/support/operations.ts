/** What the API can do with the support desk. */

import { slaOperations } from './sla/operations.ts'
import { ticketOperations } from './tickets/operations.ts'

export const operations = { ...ticketOperations, ...slaOperations }
