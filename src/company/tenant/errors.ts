/** What can keep somebody from being added to the tree, or from changing in it. */

import { fail, type Failure } from '../../base/index.ts'

/** Why a provider or partner could not be created. */
export type SellerFailure = Failure<'tenant.no_such_parent' | 'tenant.slug_taken' | 'tenant.host_taken'>

/** Why a customer could not be created. */
export type NewCustomerFailure = Failure<
  'tenant.no_such_parent' | 'tenant.slug_taken' | 'tenant.account_code_taken' | 'tenant.bad_zone'
>

export type PlaceFailure = Failure<'tenant.no_such_parent' | 'tenant.slug_taken'>
export type HostFailure = Failure<'tenant.host_taken'>
export type BrandFailure = Failure<'tenant.no_such_brand' | 'tenant.host_taken' | 'tenant.bad_zone'>
export type LogoFailure = Failure<'tenant.no_such_brand' | 'tenant.not_a_picture'>

export type CustomerFailure = Failure<'tenant.no_such_customer'>

/** The one answer for a parent that is not there, is of the wrong kind, or belongs to somebody else. */
export const noSuchParent = fail('tenant.no_such_parent', 'there is no such provider or partner to put this under')

export const noSuchCustomer = fail('tenant.no_such_customer', 'there is no customer with this id')

export const noSuchBrand = fail('tenant.no_such_brand', 'there is no brand with this id')

export const notAPicture = fail('tenant.not_a_picture', 'a logo is a PNG or JPEG picture of at most 64 kB')

export const noRateDeck = fail(
  'tenant.no_rate_deck',
  'the seller has no such rate deck in force; import one first, so that calls have a price',
)

/** A neighbour in the tree has the same short name. */
export function slugTaken(slug: string) {
  return fail('tenant.slug_taken', `"${slug}" is taken here; choose another short name`)
}

/** Another brand answers on this host name. */
export function hostTaken(host: string) {
  return fail('tenant.host_taken', `another brand has the host name ${host}; choose another one`)
}

/** Another customer has this account ID. */
export function accountCodeTaken(code: string) {
  return fail('tenant.account_code_taken', `another customer has the account ID ${code}; choose another one`)
}

/** A name that is no IANA time zone. */
export function badZone(zone: string) {
  return fail('tenant.bad_zone', `"${zone}" is no time zone; choose one such as America/Toronto`)
}
