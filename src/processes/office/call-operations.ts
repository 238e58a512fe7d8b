/** What is known of a call beyond its record: whose telephones, how it sounded, what was changed around it. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'

const party = z.object({
  number: z.string(),
  name: z.string(),
  /** The telephones of the extension, when it is one of the customer's own. */
  devices: z.array(z.string()),
  isOwn: z.boolean(),
})

const heard = z.object({
  side: z.enum(['caller', 'callee', 'other']),
  codec: z.string().nullable(),
  packets: z.int(),
  lost: z.int(),
  /** Hundredths of a per cent. */
  lossBasisPoints: z.int(),
  jitterMs: z.number(),
  /** Mean opinion score times a hundred, by the E-model; null when nothing was heard. */
  mosHundredths: z.int().nullable(),
})

const change = z.object({
  id,
  at: instant,
  action: z.string(),
  actorName: z.string().nullable(),
  actorRole: z.string(),
  subjectKind: z.string(),
  before: z.json().nullable(),
  after: z.json().nullable(),
})

const sibling = z.object({
  id,
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  toName: z.string(),
  direction: z.enum(['outbound', 'inbound', 'internal']),
})

export const callOperations = defineOperations({
  readCallContext: {
    method: 'GET',
    path: '/api/v1/calls/{id}/context',
    summary: 'What is known of a call beyond its record: telephones, audio quality, changes around it, its other legs',
    permission: 'calls.read',
    audit: 'none',
    params: z.object({ id }),
    output: z.object({
      /** The account ID that support asks for. */
      accountCode: z.string().nullable(),
      caller: party,
      callee: party,
      /** The carrier that took it; for the provider's people only. */
      carrierName: z.string().nullable(),
      heard: z.array(heard),
      /** Changes of the customer's configuration from a day before to an hour after; for who may see them. */
      changes: z.array(change),
      /** The same call as others of the house, or of the same customer, have it in their books. */
      siblings: z.array(sibling),
    }),
    failures: { 'ledger.no_such_call': 404 },
  },
})
