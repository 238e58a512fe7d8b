/** Roles and what each may do. A permission is a verb on an object; whose objects is decided by the caller's scope. */

/** Every right that an operation can ask for. */
export const permissions = [
  'accounts.read',
  'accounts.adjust',
  'api_keys.read',
  'api_keys.write',
  'audit.read',
  'billing.prove',
  'billing.read',
  'billing.write',
  'brands.write',
  'calls.read',
  'carriers.read',
  'carriers.write',
  'catalog.read',
  'catalog.write',
  'customers.read',
  'customers.write',
  'extensions.read',
  'extensions.write',
  'impersonation.use',
  'invoices.read',
  'jobs.read',
  'jobs.write',
  'live_calls.read',
  'live_calls.end',
  'logins.read',
  'logins.write',
  'mail.read',
  'margin.read',
  'metrics.read',
  'numbers.read',
  'numbers.write',
  'payments.make',
  'people.read',
  'people.write',
  'processes.read',
  'rating.simulate',
  'support.manage',
  'tickets.read',
  'tickets.work',
  'tickets.write',
  'traces.read',
  'transactions.read',
] as const

export type Permission = (typeof permissions)[number]

/** Roles by audience; the part before the underscore names the kind of tenant they belong to. */
export const roles = [
  'provider_admin',
  'provider_director',
  'provider_manager',
  'provider_engineer',
  'provider_noc',
  'provider_oncall',
  'provider_billing',
  'provider_porting',
  'provider_success',
  'partner_admin',
  'partner_billing',
  'partner_support',
  'customer_admin',
  'customer_billing',
  'phone_user',
] as const

export type Role = (typeof roles)[number]

const money: readonly Permission[] = ['accounts.read', 'calls.read', 'invoices.read', 'transactions.read']
const service: readonly Permission[] = [
  'calls.read',
  'extensions.read',
  'live_calls.read',
  'numbers.read',
  'people.read',
]
/** Asking for help, and following it; answering is `tickets.work`. */
const help: readonly Permission[] = ['tickets.read', 'tickets.write']
const keepService: readonly Permission[] = [
  ...service,
  'extensions.write',
  'live_calls.end',
  'people.write',
  'traces.read',
]

/** Watching the network: NOC technician and on-call technician. */
const watchNetwork: readonly Permission[] = [
  ...keepService,
  ...help,
  'tickets.work',
  'audit.read',
  'carriers.read',
  'customers.read',
  'jobs.read',
  'mail.read',
  'metrics.read',
  'processes.read',
]
/** Changing the network: the NOC, and engineers. */
const keepNetwork: readonly Permission[] = [...watchNetwork, 'carriers.write', 'jobs.write', 'numbers.write']
/** Seeing how the business goes: managers and directors. */
const oversee: readonly Permission[] = [
  ...service,
  ...money,
  ...help,
  'tickets.work',
  'audit.read',
  'catalog.read',
  'customers.read',
  'logins.read',
  'mail.read',
  'margin.read',
  'processes.read',
  'rating.simulate',
]

const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  provider_admin: new Set(permissions),
  provider_director: new Set<Permission>(oversee),
  provider_manager: new Set<Permission>([
    ...oversee,
    'support.manage',
    'customers.write',
    'extensions.write',
    'impersonation.use',
    'logins.write',
    'people.write',
  ]),
  provider_engineer: new Set<Permission>([...keepNetwork, 'catalog.read', 'rating.simulate']),
  provider_noc: new Set<Permission>(keepNetwork),
  provider_oncall: new Set<Permission>(watchNetwork),
  provider_billing: new Set<Permission>([
    ...money,
    ...help,
    'tickets.work',
    'accounts.adjust',
    'audit.read',
    'billing.prove',
    'billing.read',
    'billing.write',
    'payments.make',
    'catalog.read',
    'catalog.write',
    'customers.read',
    'margin.read',
    'rating.simulate',
  ]),
  provider_porting: new Set<Permission>([...service, ...help, 'tickets.work', 'customers.read', 'numbers.write']),
  provider_success: new Set<Permission>([
    ...service,
    ...money,
    ...help,
    'tickets.work',
    'catalog.read',
    'customers.read',
    'impersonation.use',
    'logins.read',
    'margin.read',
  ]),
  partner_admin: new Set<Permission>([
    ...keepService,
    ...money,
    ...help,
    'support.manage',
    'tickets.work',
    'api_keys.read',
    'api_keys.write',
    'billing.read',
    'billing.write',
    'brands.write',
    'catalog.read',
    'customers.read',
    'customers.write',
    'impersonation.use',
    'logins.read',
    'logins.write',
    'margin.read',
    'payments.make',
    'rating.simulate',
  ]),
  partner_billing: new Set<Permission>([
    ...money,
    ...help,
    'billing.read',
    'billing.write',
    'catalog.read',
    'customers.read',
    'margin.read',
    'payments.make',
    'rating.simulate',
  ]),
  partner_support: new Set<Permission>([...keepService, ...help, 'tickets.work', 'customers.read', 'logins.read']),
  customer_admin: new Set<Permission>([
    ...keepService,
    ...money,
    ...help,
    'api_keys.read',
    'api_keys.write',
    'logins.read',
    'logins.write',
    'payments.make',
  ]),
  customer_billing: new Set<Permission>([...money, ...help, 'payments.make']),
  phone_user: new Set<Permission>(['calls.read', 'live_calls.read', ...help]),
}

/** What a role may do; everything else is refused. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return granted[role]
}

/** What somebody looking through another's eyes may not do: secrets and money stay the other's own. */
export const keptFromImpersonators: readonly Permission[] = [
  'accounts.adjust',
  'api_keys.write',
  'impersonation.use',
  'logins.write',
  'payments.make',
]

/** The kind of tenant whose people have a role. */
export function audienceOf(role: Role): 'provider' | 'partner' | 'customer' {
  if (isStaff(role)) return 'provider'
  return role.startsWith('partner_') ? 'partner' : 'customer'
}

/** Whether a role belongs to the provider's own people. */
export function isStaff(role: Role): boolean {
  return role.startsWith('provider_')
}
