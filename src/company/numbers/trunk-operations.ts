/** What the API can do with SIP trunks of customers. */

import { z } from 'zod'
import { defineOperations, id, instant, pageOf, pageQuery } from '../../platform/http/index.ts'

const format = z.enum(['e164', 'digits', 'national'])
const limits = {
  /** Most calls at once, both ways together. */
  channelsMax: z.int().min(1).max(10_000),
  /** Most new calls in a second. */
  callsPerSecondMax: z.int().min(1).max(1000),
}
const formats = { formatIn: format, formatOut: format }
const name = z.string().trim().min(1).max(100)
const address = z.object({
  host: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
  protocol: z.enum(['udp', 'tcp']),
})

const trunk = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  name,
  mode: z.enum(['registering', 'static']),
  sipUser: z.string().nullable(),
  address: z.string().nullable(),
  protocol: z.string().nullable(),
  ...limits,
  ...formats,
  mainNumberId: id.nullable(),
  mainNumber: z.string().nullable(),
  numbers: z.int(),
  /** `static` needs none; `unknown` while the switch cannot be asked. */
  registration: z.enum(['static', 'registered', 'not_registered', 'unknown']),
  createdAt: instant,
})

const noTrunk = { 'numbers.no_such_trunk': 404 } as const
const taken = { 'numbers.trunk_taken': 409 } as const
/** What a system needs to register; the password cannot be read again. */
const account = z.object({ sipUser: z.string(), sipPassword: z.string() })

/** SIP trunks: lines for telephone systems that customers run themselves. */
export const trunkOperations = defineOperations({
  listTrunks: {
    method: 'GET',
    path: '/api/v1/trunks',
    summary: 'SIP trunks of customers, their limits, and whether they are registered now',
    permission: 'extensions.read',
    audit: 'none',
    query: z.object({ ...pageQuery, customerId: id.optional() }),
    output: pageOf(trunk),
    failures: { 'http.bad_cursor': 400 },
  },
  createTrunk: {
    method: 'POST',
    path: '/api/v1/trunks',
    summary:
      'Add a SIP trunk; with an address it is known by that, else it registers with the password shown this once',
    permission: 'numbers.write',
    audit: 'write',
    isSecret: true,
    body: z.object({
      customerId: id,
      name,
      address: address.optional(),
      ...limits,
      formatIn: format.default('e164'),
      formatOut: format.default('e164'),
      productCode: z
        .string()
        .regex(/^[a-z0-9-]{1,40}$/)
        .optional(),
    }),
    output: z.object({ id, subscriptionId: id, account: account.nullable() }),
    failures: { ...taken, 'tenant.no_such_customer': 404, 'numbers.nothing_offered': 422 },
  },
  changeTrunk: {
    method: 'PATCH',
    path: '/api/v1/trunks/{id}',
    summary: 'Change limits, formats or main number of a trunk; calls that began stay',
    permission: 'numbers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ name, ...limits, ...formats, mainNumberId: id.nullable() }).partial(),
    output: z.void(),
    failures: { ...noTrunk, 'numbers.no_such_number': 404 },
  },
  renewTrunkPassword: {
    method: 'POST',
    path: '/api/v1/trunks/{id}/password',
    summary: 'Give a registering trunk a new password, shown this once; the old one ends at its next registration',
    permission: 'extensions.write',
    audit: 'write',
    isSecret: true,
    params: z.object({ id }),
    output: account,
    failures: noTrunk,
  },
})
