/** The pages: where each stands, the file it is made of, and the code that is fetched when it is first needed. */

import type { Me } from '../data/api.ts'
import { isStaffRole, isWithin, sectionsOf } from './navigation.ts'
import type { PageModule } from './page-module.ts'

export type Route = {
  readonly path: string
  /** Its source file, by which the build names its bundle. */
  readonly module: string
  readonly load: () => Promise<PageModule>
}

const at = (path: string, module: string, load: Route['load']): Route => ({
  path,
  module: `pages/${module}.tsx`,
  load,
})

/** `:id` stands for one segment. */
const routes: readonly Route[] = [
  at('/dashboard', 'dashboard', () => import('../pages/dashboard.tsx')),
  at('/billing/transactions', 'transactions', () => import('../pages/transactions.tsx')),
  at('/billing/invoices', 'invoices', () => import('../pages/invoices.tsx')),
  at('/billing/invoices/:id', 'invoice', () => import('../pages/invoice.tsx')),
  at('/billing/runs', 'billing-runs', () => import('../pages/billing-runs.tsx')),
  at('/billing/payment-info', 'payment-info', () => import('../pages/payment-info.tsx')),
  at('/billing/payments', 'payments', () => import('../pages/payments.tsx')),
  at('/billing/reconciliation', 'reconciliation', () => import('../pages/reconciliation.tsx')),
  at('/billing/dunning', 'dunning', () => import('../pages/dunning.tsx')),
  at('/billing/margin', 'margin', () => import('../pages/margin.tsx')),
  at('/phone-system/people', 'people', () => import('../pages/people.tsx')),
  at('/phone-system/extensions', 'extensions', () => import('../pages/extensions.tsx')),
  at('/phone-system/phones', 'phones', () => import('../pages/phones.tsx')),
  at('/phone-system/messages', 'messages', () => import('../pages/messages.tsx')),
  at('/phone-system/numbers', 'numbers', () => import('../pages/numbers.tsx')),
  at('/operations/live-calls', 'live-calls', () => import('../pages/live-calls.tsx')),
  at('/operations/system', 'system', () => import('../pages/system.tsx')),
  at('/operations/carriers', 'carriers', () => import('../pages/carriers.tsx')),
  at('/operations/jobs', 'jobs', () => import('../pages/jobs.tsx')),
  at('/operations/mail', 'mail', () => import('../pages/mail.tsx')),
  at('/operations/audit', 'audit', () => import('../pages/audit.tsx')),
  at('/billing/decks', 'decks', () => import('../pages/decks.tsx')),
  at('/billing/test-call', 'test-call', () => import('../pages/test-call.tsx')),
  at('/calls/:id', 'call', () => import('../pages/call.tsx')),
  at('/customers', 'customers', () => import('../pages/customers.tsx')),
  at('/customers/:id', 'customer', () => import('../pages/customer.tsx')),
  at('/support/tickets', 'support/tickets', () => import('../pages/support/tickets.tsx')),
  at('/support/tickets/:id', 'support/ticket', () => import('../pages/support/ticket.tsx')),
  at('/components', 'components', () => import('../pages/components.tsx')),
  at('/settings/company', 'company', () => import('../pages/company.tsx')),
  at('/settings/users', 'users', () => import('../pages/users.tsx')),
  at('/settings/branding', 'branding', () => import('../pages/branding.tsx')),
  at('/account/security', 'security', () => import('../pages/security.tsx')),
  at('/account/sessions', 'sessions', () => import('../pages/sessions.tsx')),
]

function routeAt(path: string): Route | undefined {
  const steps = path.split('/')
  return routes.find((route) => {
    const wanted = route.path.split('/')
    return (
      wanted.length === steps.length &&
      wanted.every((step, index) => (step === ':id' ? steps[index] !== '' : step === steps[index]))
    )
  })
}

/** Whether a path is a page for anybody. */
export function isPage(path: string): boolean {
  return routeAt(path) !== undefined
}

/** The page at a path, when there is one and the reader may see it. */
export function routeOf(path: string, me: Me): Route | undefined {
  const route = routeAt(path)
  if (!route || route.path.startsWith('/account/')) return route
  // For those who build pages: it is in no menu.
  if (route.path === '/components') return isStaffRole(me) ? route : undefined
  // Reached from every list of calls, and by its address.
  if (route.path === '/calls/:id') return me.permissions.includes('calls.read') ? route : undefined
  return sectionsOf(me).some((section) => section.pages.some((one) => isWithin(one.path, path))) ? route : undefined
}

/** Fetches the code of a page; asking again costs nothing. */
export function loadPage({ load }: Route): Promise<PageModule> {
  return load()
}

/** Every page that somebody may see, as it stands in the table: `:id` for an object. */
export function screensOf(me: Me): readonly string[] {
  return routes.map(({ path }) => path).filter((path) => routeOf(path.replace(':id', 'any'), me) !== undefined)
}
