/** What the API can do with extensions, devices, numbers and emergency addresses. */

import { z } from 'zod'
import { isEmergency, nanp } from '../../base/index.ts'
import { defineOperations, id, instant, pageOf, pageQuery } from '../../platform/http/index.ts'
import { carrierOperations } from './carrier-operations.ts'
import { serviceOperations } from './service-operations.ts'
import { trunkOperations } from './trunk-operations.ts'

const name = z.string().trim().min(1).max(200)
const search = z.string().trim().min(1).max(100).optional()
const productCode = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/)
  .optional()
const ofCustomer = { ...pageQuery, search, customerId: id.optional() }
const created = z.object({ id, subscriptionId: id })

const forwardTo = z
  .string()
  .regex(/^(\+?[0-9]{2,15}|\*98([0-9]{2,6})?)$/, 'an extension, a telephone number, or *98 for a mailbox')
  .refine((number) => !isEmergency(number.replace('+', ''), nanp), 'not a number that reaches emergency services')
  .nullable()
const forward = z.object({
  always: forwardTo,
  busy: forwardTo,
  noAnswer: forwardTo,
  /** How long it rings before nobody answers. */
  afterSeconds: z.int().min(5).max(55),
})

const extension = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  number: z.string(),
  name: z.string(),
  personId: id.nullable(),
  personName: z.string().nullable(),
  createdAt: instant,
  forward,
})

const device = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  label: z.string(),
  sipUser: z.string(),
  extensionId: id,
  extension: z.string(),
  extensionName: z.string(),
  /** `unknown` while the switch cannot be asked. */
  registration: z.enum(['registered', 'not_registered', 'unknown']),
  userAgent: z.string().nullable(),
  protocol: z.string().nullable(),
  source: z.string().nullable(),
  registeredUntil: instant.nullable(),
  createdAt: instant,
})

/** What a phone needs to register; the password cannot be read again. */
const sipAccount = z.object({ sipUser: z.string(), sipPassword: z.string() })

const phoneNumber = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  number: z.string(),
  kind: z.enum(['did', 'tollfree', 'mobile']),
  extensionId: id.nullable(),
  extension: z.string().nullable(),
  extensionName: z.string().nullable(),
  trunkId: id.nullable(),
  trunkName: z.string().nullable(),
  emergency: z.enum(['none', 'submitted', 'active', 'retired']),
  createdAt: instant,
})

const place = {
  callerName: z.string().trim().min(1).max(100),
  street: z.string().trim().min(1).max(200),
  unit: z.string().trim().max(50),
  city: z.string().trim().min(1).max(100),
  region: z.string().trim().min(1).max(50),
  postalCode: z.string().trim().min(3).max(12),
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, such as CA'),
}
const addressStatus = z.enum(['submitted', 'active', 'retired'])
const address = z.object({
  id,
  customerId: id,
  phoneNumberId: id,
  number: z.string(),
  ...place,
  status: addressStatus,
  createdAt: instant,
  activatedAt: instant.nullable(),
})

const badCursor = { 'http.bad_cursor': 400 } as const
const unsold = { 'tenant.no_such_customer': 404, 'numbers.nothing_offered': 422 } as const
const noExtension = { 'numbers.no_such_extension': 404 } as const
const noRoute = { ...noExtension, 'numbers.no_such_trunk': 404, 'numbers.one_route_only': 422 } as const
const noNumber = { 'numbers.no_such_number': 404 } as const
const noDevice = { 'numbers.no_such_device': 404 } as const

/** Extensions and the phones on them. */
export const phoneOperations = defineOperations({
  listExtensions: {
    method: 'GET',
    path: '/api/v1/extensions',
    summary: 'Extensions by number',
    permission: 'extensions.read',
    audit: 'none',
    query: z.object(ofCustomer),
    output: pageOf(extension),
    failures: badCursor,
  },
  createExtension: {
    method: 'POST',
    path: '/api/v1/extensions',
    summary: 'Add an extension; its monthly price is that of the product offered to the customer',
    permission: 'extensions.write',
    audit: 'write',
    body: z.object({
      customerId: id.optional(),
      number: z
        .string()
        .regex(/^[0-9]{2,6}$/, 'two to six digits')
        .refine((number) => !isEmergency(number, nanp), 'not a number that reaches emergency services'),
      name,
      personId: id.optional(),
      productCode,
    }),
    output: created,
    failures: { ...unsold, 'numbers.extension_taken': 409, 'numbers.no_such_person': 404 },
  },
  setForward: {
    method: 'PUT',
    path: '/api/v1/extensions/{id}/forward',
    summary: 'Set where calls of an extension go on to: always, when it is busy, when nobody answers',
    permission: 'extensions.write',
    audit: 'write',
    params: z.object({ id }),
    body: forward,
    output: z.object({ id }),
    failures: { ...noExtension, 'numbers.forwards_to_itself': 422 },
  },
  listDevices: {
    method: 'GET',
    path: '/api/v1/devices',
    summary: 'Phones, and whether they are registered now',
    permission: 'extensions.read',
    audit: 'none',
    query: z.object(ofCustomer),
    output: pageOf(device),
    failures: badCursor,
  },
  createDevice: {
    method: 'POST',
    path: '/api/v1/devices',
    summary: 'Add a phone to an extension; its SIP password is shown this once',
    permission: 'extensions.write',
    audit: 'write',
    isSecret: true,
    body: z.object({
      customerId: id.optional(),
      extensionId: id,
      label: z.string().trim().min(1).max(100),
      sipUser: z
        .string()
        .regex(/^[a-z0-9.-]{3,40}$/, 'lower-case letters, digits, dots and dashes')
        .optional(),
      productCode,
    }),
    output: created.extend(sipAccount.shape),
    failures: { ...unsold, ...noExtension, 'numbers.sip_user_taken': 409 },
  },
  renewSipPassword: {
    method: 'POST',
    path: '/api/v1/devices/{id}/password',
    summary: 'Give a phone a new SIP password, shown this once; the old one ends at its next registration',
    permission: 'extensions.write',
    audit: 'write',
    isSecret: true,
    params: z.object({ id }),
    output: sipAccount,
    failures: noDevice,
  },
})

/** Telephone numbers, and where help is sent for their calls. */
export const numberOperations = defineOperations({
  listNumbers: {
    method: 'GET',
    path: '/api/v1/numbers',
    summary: 'Telephone numbers, where they ring, and the state of their emergency address',
    permission: 'numbers.read',
    audit: 'none',
    query: z.object(ofCustomer),
    output: pageOf(phoneNumber),
    failures: badCursor,
  },
  assignNumber: {
    method: 'POST',
    path: '/api/v1/numbers',
    summary: 'Assign a telephone number to a customer',
    permission: 'numbers.write',
    audit: 'write',
    body: z.object({
      customerId: id,
      number: z.string().regex(/^\+[1-9][0-9]{6,14}$/, 'a number such as +14165550123'),
      kind: z.enum(['did', 'tollfree', 'mobile']),
      extensionId: id.optional(),
      trunkId: id.optional(),
      productCode,
    }),
    output: created,
    failures: { ...unsold, ...noRoute, 'numbers.number_taken': 409 },
  },
  routeNumber: {
    method: 'PUT',
    path: '/api/v1/numbers/{id}/route',
    summary: 'Let a number ring at an extension or a trunk of its customer, or with null nowhere',
    permission: 'extensions.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ extensionId: id.nullable(), trunkId: id.nullable().optional() }),
    output: z.void(),
    failures: { ...noNumber, ...noRoute },
  },
  listEmergencyAddresses: {
    method: 'GET',
    path: '/api/v1/emergency-addresses',
    summary: 'Where help is sent, the latest first',
    permission: 'numbers.read',
    audit: 'none',
    query: z.object({ ...pageQuery, phoneNumberId: id.optional(), status: addressStatus.optional() }),
    output: pageOf(address),
    failures: badCursor,
  },
  submitEmergencyAddress: {
    method: 'POST',
    path: '/api/v1/emergency-addresses',
    summary: 'Tell where help is to be sent for calls from a number; it counts once it is activated',
    permission: 'extensions.write',
    audit: 'write',
    body: z.object({ customerId: id.optional(), phoneNumberId: id, ...place }),
    output: z.object({ id }),
    failures: noNumber,
  },
  activateEmergencyAddress: {
    method: 'POST',
    path: '/api/v1/emergency-addresses/{id}/activate',
    summary: "Put an address in force, in place of the number's former one",
    permission: 'numbers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ reason: z.string().trim().min(3).max(1000) }),
    output: z.void(),
    failures: {
      'transition.not_found': 404,
      'transition.not_allowed': 409,
      'transition.forbidden': 403,
      'transition.refused': 409,
    },
  },
})

export const operations = {
  ...phoneOperations,
  ...serviceOperations,
  ...numberOperations,
  ...trunkOperations,
  ...carrierOperations,
}
