/** What the API can do with customers and their people; the brands that serve them stand beside it. */

import { z } from 'zod'
import { isMailAddress } from '../../platform/mail/index.ts'
import { defineOperations, id, instant, micros, pageOf, pageQuery } from '../../platform/http/index.ts'
import { brandOperations } from './brand-operations.ts'

const status = z.enum(['active', 'suspended', 'terminated'])
const name = z.string().trim().min(1).max(200)
const slug = z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and dashes')
const accountCode = z.string().regex(/^[A-Z0-9-]{3,20}$/, 'capital letters, digits and dashes, such as NV-100234')
const country = z.string().regex(/^[A-Z]{2}$/, 'two capital letters, such as CA')
const areaCode = z.string().regex(/^[0-9]{0,6}$/, 'up to six digits')
const search = z.string().trim().min(1).max(100).optional()
const mailAddress = z.string().max(254).refine(isMailAddress, 'a mail address')

/** A billion: far above any customer's, far below what a column holds. */
const CREDIT_LIMIT_MAX = 1_000_000_000n * 1_000_000n

const customer = z.object({
  id,
  name: z.string(),
  accountCode: z.string(),
  country: z.string(),
  areaCode: z.string(),
  zone: z.string(),
  status,
  sellerId: id.nullable(),
  sellerName: z.string().nullable(),
  createdAt: instant,
})

const person = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  name: z.string(),
  email: z.string(),
  status: z.enum(['active', 'removed']),
  createdAt: instant,
})

const noSuchCustomer = { 'tenant.no_such_customer': 404 } as const
const badCursor = { 'http.bad_cursor': 400 } as const

/** Customers. */
export const customerOperations = defineOperations({
  listCustomers: {
    method: 'GET',
    path: '/api/v1/customers',
    summary: 'Customers by name',
    permission: 'customers.read',
    audit: 'none',
    query: z.object({ ...pageQuery, search, status: status.optional(), sellerId: id.optional() }),
    output: pageOf(customer),
    failures: badCursor,
  },
  readCustomer: {
    method: 'GET',
    path: '/api/v1/customers/{id}',
    summary: 'One customer',
    permission: 'customers.read',
    audit: 'none',
    params: z.object({ id }),
    output: customer,
    failures: noSuchCustomer,
  },
  createCustomer: {
    method: 'POST',
    path: '/api/v1/customers',
    summary: 'Add a customer with an account; without `sellerId` it is served by the caller himself',
    permission: 'customers.write',
    audit: 'write',
    body: z.object({
      sellerId: id.optional(),
      name,
      slug,
      accountCode,
      country,
      areaCode,
      zone: z.string().min(1).max(60),
      /** How much may be owed before paid calls are refused. */
      creditLimitMicros: micros.refine((limit) => limit >= 0n && limit <= CREDIT_LIMIT_MAX, 'from zero to a billion'),
      /** Who looks after it there: gets the one welcome mail with login and link. */
      administrator: z.object({ name, email: mailAddress }).optional(),
      /** Prices of his calls; the seller's own deck when it is left out. */
      rateDeckId: id.optional(),
    }),
    output: customer,
    failures: {
      'tenant.no_such_parent': 404,
      'tenant.slug_taken': 409,
      'tenant.account_code_taken': 409,
      'tenant.bad_zone': 422,
      'tenant.no_rate_deck': 422,
      'identity.login_taken': 409,
      'identity.no_such_login': 404,
      'identity.role_too_wide': 403,
      'identity.wrong_role': 422,
    },
  },
  changeCustomerStatus: {
    method: 'POST',
    path: '/api/v1/customers/{id}/status',
    summary: 'Suspend, resume or terminate a customer',
    permission: 'customers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ to: status, reason: z.string().trim().min(3).max(1000) }),
    output: customer,
    failures: { ...noSuchCustomer, 'transition.not_allowed': 409, 'transition.forbidden': 403 },
  },
})

/** People of a customer. */
export const peopleOperations = defineOperations({
  listPeople: {
    method: 'GET',
    path: '/api/v1/people',
    summary: 'People by name',
    permission: 'people.read',
    audit: 'none',
    query: z.object({ ...pageQuery, search, customerId: id.optional() }),
    output: pageOf(person),
    failures: badCursor,
  },
  createPerson: {
    method: 'POST',
    path: '/api/v1/people',
    summary: 'Add a person; whoever serves several customers says to which by `customerId`',
    permission: 'people.write',
    audit: 'write',
    body: z.object({ customerId: id.optional(), name, email: mailAddress }),
    output: z.object({ id }),
    failures: noSuchCustomer,
  },
})

export const operations = { ...customerOperations, ...peopleOperations, ...brandOperations }
