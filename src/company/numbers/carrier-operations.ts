/** What the API can do with carriers. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'

const carrierFields = {
  name: z.string().trim().min(1).max(100),
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or address'),
  /** Null asks the name servers where the host takes calls (NAPTR, SRV), and so does any protocol. */
  port: z.int().min(1).max(65_535).nullable(),
  protocol: z.enum(['udp', 'tcp', 'tls', 'any']),
}
const routeFields = {
  prefix: z.string().regex(/^[0-9]{0,15}$/, 'leading digits without the plus'),
  priority: z.int().min(0).max(1000),
  kind: z.enum(['normal', 'emergency']),
}
const carrierWatch = {
  status: z.enum(['active', 'disabled']),
  /** Most calls that it takes at once. */
  channelsMax: z.int().min(1).max(1_000_000).nullable(),
  /** How often it is asked whether it is there, and how many failures and answers in a row count. */
  pingSeconds: z.int().min(5).max(3600),
  downAfter: z.int().min(1).max(100),
  upAfter: z.int().min(1).max(100),
  /** Whether we register with it, with its credentials: for one address of record, or for all numbers (RFC 6140). */
  registration: z.enum(['none', 'single', 'bulk']),
}
const carrier = z.object({
  id,
  ...carrierFields,
  ...carrierWatch,
  /** Who we are when it asks for a password; null when it has none of ours. */
  authUser: z.string().nullable(),
  /** Whether it answers: `unknown` before it was heard, and while the switch cannot be asked. */
  state: z.enum(['up', 'down', 'unknown']),
  stateSince: instant.nullable(),
  lastSign: z.string(),
  latencyMs: z.int().nullable(),
  /** What came of registering; null where it is not wanted, or the switch cannot be asked. */
  registrationState: z.enum(['waiting', 'registered', 'failed']).nullable(),
  calls: z.int(),
  routes: z.array(z.object({ id, ...routeFields })),
})

/** The networks that calls leave by. */
export const carrierOperations = defineOperations({
  listCarriers: {
    method: 'GET',
    path: '/api/v1/carriers',
    summary: 'Carriers with their routes',
    permission: 'carriers.read',
    audit: 'none',
    output: z.object({ items: z.array(carrier) }),
    failures: {},
  },
  addCarrier: {
    method: 'POST',
    path: '/api/v1/carriers',
    summary: 'Add a carrier',
    permission: 'carriers.write',
    audit: 'write',
    body: z.object(carrierFields),
    output: z.object({ id }),
    failures: {},
  },
  changeCarrier: {
    method: 'PATCH',
    path: '/api/v1/carriers/{id}',
    summary: 'Change where a carrier is reached, what it takes at once, how it is watched, or disable it',
    permission: 'carriers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ ...carrierFields, ...carrierWatch }).partial(),
    output: z.void(),
    failures: { 'numbers.no_such_carrier': 404 },
  },
  setCarrierCredentials: {
    method: 'PUT',
    path: '/api/v1/carriers/{id}/credentials',
    summary: "Set what a carrier's challenges are answered with, or remove it; the password cannot be read again",
    permission: 'carriers.write',
    audit: 'write',
    isSecret: true,
    params: z.object({ id }),
    body: z.object({
      credentials: z
        .object({
          user: z.string().min(1).max(100),
          password: z.string().min(1).max(200),
          /** Answered for this realm only; null for whichever the carrier names. */
          realm: z.string().min(1).max(200).nullable(),
        })
        .nullable(),
    }),
    output: z.void(),
    failures: { 'numbers.no_such_carrier': 404 },
  },
  addCarrierRoute: {
    method: 'POST',
    path: '/api/v1/carriers/{id}/routes',
    summary: 'Send the destinations of a prefix to a carrier',
    permission: 'carriers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object(routeFields),
    output: z.object({ id }),
    failures: { 'numbers.no_such_carrier': 404 },
  },
  listCostDecks: {
    method: 'GET',
    path: '/api/v1/carriers/cost-decks',
    summary: 'What each carrier is paid by',
    permission: 'carriers.read',
    audit: 'none',
    output: z.object({
      items: z.array(
        z.object({
          carrierId: id,
          carrierName: z.string(),
          costDeckId: id.nullable(),
          costDeckName: z.string().nullable(),
          currency: z.string().nullable(),
        }),
      ),
    }),
    failures: {},
  },
  setCostDeck: {
    method: 'PUT',
    path: '/api/v1/carriers/{id}/cost-deck',
    summary: "Set the deck that a carrier is paid by; its calls are rated by it beside the customer's price",
    permission: 'carriers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ costDeckId: id.nullable() }),
    output: z.object({}),
    failures: { 'numbers.no_such_carrier': 404, 'numbers.no_such_cost_deck': 422 },
  },
})
