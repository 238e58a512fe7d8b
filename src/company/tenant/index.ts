/** Who is served by whom: the provider, partners, customers and their people. */
export { brandColumns, brandOf, type ListedBrand, type NewBrand, type OpenHours } from './brand.ts'
export { readBankDetails, setBankDetails, type BankRow, type SecretBox } from './bank-details.ts'
export { readLogo, type Logo } from './brand-logo.ts'
export { createProvider, createPartner, type NewPartner, type NewProvider } from './create-seller.ts'
export { createCustomer, type NewCustomer } from './create-customer.ts'
export { createPerson, isPersonOf, type NewPerson } from './people.ts'
export { readCustomer, type ListedCustomer } from './customers.ts'
export { customerMachine, type CustomerStatus } from './customer-status.ts'
export type { FirstAccount, TenantOperationsParts } from './parts.ts'
export {
  noRateDeck,
  noSuchCustomer,
  type CustomerFailure,
  type NewCustomerFailure,
  type SellerFailure,
} from './errors.ts'
export { actorOf } from './actor.ts'
export { tenantOperations } from './handlers.ts'
export type { PlacedTenant } from './grow-tree.ts'
