/** How far somebody has come: what is set up, computed from facts, and what needs a look now. */

import { z } from 'zod'
import { defineOperations } from '../../platform/http/index.ts'

const step = z.enum([
  'secured',
  'address',
  'card',
  'users',
  'phone',
  'call',
  'brand',
  'decks',
  'customer',
  'carrier',
  'number',
])
const alert = z.enum(['credit', 'suspended', 'no_address', 'overdue', 'dead_jobs'])

export const setupOperations = defineOperations({
  readSetup: {
    method: 'GET',
    path: '/api/v1/setup',
    summary: 'What is set up already, computed from facts, and what needs a look now',
    permission: 'signed_in',
    audit: 'none',
    output: z.object({
      steps: z.array(z.object({ step, isDone: z.boolean() })),
      alerts: z.array(z.object({ alert, count: z.int() })),
    }),
    failures: {},
  },
})
