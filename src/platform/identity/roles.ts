/** Roles and what each may do. A permission is a verb on an object; whose objects is decided by the caller's scope. */

/** Every right that an operation can ask for. */
export const permissions = [
  'accounts.read',
  'accounts.adjust',
  'api_keys.read',
  'api_keys.write',
  'audit.read',
  'calls.read',
  'carriers.read',
  'carriers.write',
  'catalog.read',
  'catalog.write',
  'customers.read',
  'customers.write',
  'extensions.read',
  'extensions.write',
  'jobs.read',
  'jobs.write',
  'live_calls.read',
  'live_calls.end',
  'mail.read',
  'margin.read',
  'metrics.read',
  'numbers.read',
  'numbers.write',
  'people.read',
  'people.write',
  'processes.read',
  'rating.simulate',
  'traces.read',
  'transactions.read',
] as const

export type Permission = (typeof permissions)[number]

/** Roles by audience; the part before the underscore names the kind of tenant they belong to. */
export const roles = [
  'provider_admin',
  'provider_noc',
  'provider_billing',
  'partner_admin',
  'partner_billing',
  'customer_admin',
  'customer_billing',
  'phone_user',
] as const

export type Role = (typeof roles)[number]

const money: readonly Permission[] = ['accounts.read', 'calls.read', 'transactions.read']
const service: readonly Permission[] = [
  'calls.read',
  'extensions.read',
  'live_calls.read',
  'numbers.read',
  'people.read',
]
const keepService: readonly Permission[] = [
  ...service,
  'extensions.write',
  'live_calls.end',
  'people.write',
  'traces.read',
]

const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  provider_admin: new Set(permissions),
  provider_noc: new Set<Permission>([
    ...keepService,
    'audit.read',
    'carriers.read',
    'carriers.write',
    'customers.read',
    'jobs.read',
    'jobs.write',
    'mail.read',
    'metrics.read',
    'numbers.write',
    'processes.read',
  ]),
  provider_billing: new Set<Permission>([
    ...money,
    'accounts.adjust',
    'audit.read',
    'catalog.read',
    'catalog.write',
    'customers.read',
    'margin.read',
    'rating.simulate',
  ]),
  partner_admin: new Set<Permission>([
    ...keepService,
    ...money,
    'api_keys.read',
    'api_keys.write',
    'catalog.read',
    'customers.read',
    'customers.write',
    'margin.read',
    'rating.simulate',
  ]),
  partner_billing: new Set<Permission>([...money, 'catalog.read', 'customers.read', 'margin.read', 'rating.simulate']),
  customer_admin: new Set<Permission>([...keepService, ...money, 'api_keys.read', 'api_keys.write']),
  customer_billing: new Set<Permission>(money),
  phone_user: new Set<Permission>(['calls.read', 'live_calls.read']),
}

/** What a role may do; everything else is refused. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return granted[role]
}

/** Whether a role belongs to the provider's own people. */
export function isStaff(role: Role): boolean {
  return role.startsWith('provider_')
}
