/** The menu as data: sections are tabs at the top, the pages of a section its left menu; both by what one may do. */

import type { Me } from '../data/api.ts'

export type MenuPage = { readonly path: string; readonly label: string; readonly needs: string }
export type Section = { readonly label: string; readonly pages: readonly MenuPage[] }

/** Whether somebody is of the provider's own people. */
export function isStaffRole(me: Me): boolean {
  return me.role.startsWith('provider_')
}

const transactions: Section = {
  label: 'Billing Information',
  pages: [
    { path: '/billing/transactions', label: 'Transactions', needs: 'transactions.read' },
    { path: '/billing/margin', label: 'Margin', needs: 'margin.read' },
    { path: '/billing/test-call', label: 'Test a call', needs: 'rating.simulate' },
  ],
}
const phonePages: readonly MenuPage[] = [
  { path: '/phone-system/people', label: 'People', needs: 'people.read' },
  { path: '/phone-system/extensions', label: 'Extensions', needs: 'extensions.read' },
  { path: '/phone-system/phones', label: 'Phones', needs: 'extensions.read' },
  { path: '/phone-system/numbers', label: 'Numbers', needs: 'numbers.read' },
]
const phoneSystem: Section = { label: 'Phone System', pages: phonePages }
const customers: Section = {
  label: 'Customers',
  pages: [{ path: '/customers', label: 'Customers', needs: 'customers.read' }],
}
const dashboard: Section = {
  label: 'Dashboard',
  pages: [{ path: '/dashboard', label: 'Dashboard', needs: 'calls.read' }],
}
const operation: Section = {
  label: 'Operations',
  pages: [
    { path: '/operations/live-calls', label: 'Live calls', needs: 'live_calls.read' },
    { path: '/operations/system', label: 'System', needs: 'processes.read' },
    { path: '/operations/carriers', label: 'Carriers', needs: 'carriers.read' },
    { path: '/operations/jobs', label: 'Jobs', needs: 'jobs.read' },
    { path: '/operations/mail', label: 'Mail', needs: 'mail.read' },
    { path: '/operations/audit', label: 'Audit', needs: 'audit.read' },
  ],
}

/** The sections that somebody sees, each with at least one page. */
export function sectionsOf(me: Me): readonly Section[] {
  const all = isStaffRole(me)
    ? [operation, customers, phoneSystem, transactions]
    : [dashboard, transactions, phoneSystem, customers]
  return all
    .map((section) => ({ ...section, pages: section.pages.filter((page) => me.permissions.includes(page.needs)) }))
    .filter((section) => section.pages.length > 0)
}

/** Whether an address is a page of the menu, or of one of its objects. */
export function isWithin(page: string, path: string): boolean {
  return path === page || path.startsWith(`${page}/`)
}

/** Whether somebody serves customers, and so needs to see whose each row is. */
export function servesCustomers(me: Me): boolean {
  return me.permissions.includes('customers.read')
}

/** The name of the portal, as each audience knows it. */
export function portalTitleOf(me: Me): string {
  if (isStaffRole(me)) return 'Operations'
  return me.role.startsWith('partner_') ? 'Partner Portal' : 'Customer Self-Care Portal'
}
