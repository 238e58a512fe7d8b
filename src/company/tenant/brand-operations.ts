/** What the API can do with the face of a brand. */

import { z } from 'zod'
import { isMailAddress } from '../../platform/mail/index.ts'
import { day, defineOperations, id } from '../../platform/http/index.ts'

const mailOrNone = z
  .string()
  .trim()
  .max(254)
  .refine((text) => text === '' || isMailAddress(text), 'a mail address, or nothing')
const clockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'a time such as 09:00')
const hours = z.object({
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: clockTime,
  to: clockTime,
})
const host = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'a host name, such as portal.example',
  )

const face = {
  name: z.string().trim().min(1).max(200),
  host,
  colour: z
    .string()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'a colour such as #1f5f99'),
  supportEmail: mailOrNone,
  billingEmail: mailOrNone,
  senderEmail: mailOrNone,
  phone: z
    .string()
    .trim()
    .regex(/^(\+[1-9][0-9]{6,14})?$/, 'a number such as +14165550190, or nothing'),
  postalAddress: z.string().trim().max(500),
  termsUrl: z
    .string()
    .trim()
    .regex(/^(https:\/\/\S{1,490})?$/, 'an address that begins with https://, or nothing'),
  voiceText: z.string().trim().max(500),
  zone: z.string().min(1).max(60),
  hours: z.array(hours).max(14),
  holidays: z.array(day).max(60),
} as const

/** A brand as those know it whose it is. */
export const brand = z.object({ tenantId: id, ...face, host: z.string(), logoSha256: z.string().nullable() })

const bankRows = z
  .array(z.object({ label: z.string().trim().min(1).max(60), value: z.string().trim().min(1).max(200) }))
  .max(12)

const noSuchBrand = { 'tenant.no_such_brand': 404 } as const

export const brandOperations = defineOperations({
  listBrands: {
    method: 'GET',
    path: '/api/v1/brands',
    summary: 'The brands that customers are served under',
    permission: 'customers.read',
    audit: 'none',
    output: z.object({ items: z.array(brand) }),
    failures: {},
  },
  changeBrand: {
    method: 'PATCH',
    path: '/api/v1/brands/{id}',
    summary: 'Change the face of a brand: what is named, at once, on every page and mail',
    permission: 'brands.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object(face).partial(),
    output: brand,
    failures: { ...noSuchBrand, 'tenant.host_taken': 409, 'tenant.bad_zone': 422 },
  },
  setLogo: {
    method: 'PUT',
    path: '/api/v1/brands/{id}/logo',
    summary: 'Give a brand its logo: a PNG or JPEG of at most 64 kB, in base64',
    permission: 'brands.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ base64: z.base64().min(4).max(88_000) }),
    output: z.object({ sha256: z.string() }),
    failures: { ...noSuchBrand, 'tenant.not_a_picture': 422 },
  },
  removeLogo: {
    method: 'DELETE',
    path: '/api/v1/brands/{id}/logo',
    summary: 'Take a brand’s logo away',
    permission: 'brands.write',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: noSuchBrand,
  },
  setBankDetails: {
    method: 'PUT',
    path: '/api/v1/brands/{id}/bank-details',
    summary: 'Say where a brand’s bank money is sent: rows of label and value, kept sealed',
    permission: 'brands.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ rows: bankRows }),
    output: z.void(),
    failures: noSuchBrand,
  },
  revealBankDetails: {
    method: 'POST',
    path: '/api/v1/brand/bank-details',
    summary: 'Where the caller’s bank money is sent; that it was asked for is kept',
    permission: 'accounts.read',
    audit: 'write',
    output: z.object({ rows: bankRows }),
    isSecret: true,
    failures: {},
  },
})
