/** The menu as data: sections are tabs at the top, the pages of a section its left menu; both by what one may do. */

import type { Me } from '../data/api.ts'

export type MenuPage = { readonly path: string; readonly label: string; readonly needs: string }
export type Section = { readonly label: string; readonly pages: readonly MenuPage[] }

const isStaff = (me: Me): boolean => me.role.startsWith('provider_')

const transactions: Section = {
  label: 'Billing Information',
  pages: [{ path: '/billing/transactions', label: 'Transactions', needs: 'transactions.read' }],
}
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
  ],
}

/** The sections that somebody sees, each with at least one page. */
export function sectionsOf(me: Me): readonly Section[] {
  const all = isStaff(me) ? [operation, customers, transactions] : [dashboard, transactions, customers]
  return all
    .map((section) => ({ ...section, pages: section.pages.filter((page) => me.permissions.includes(page.needs)) }))
    .filter((section) => section.pages.length > 0)
}

/** The name of the portal, as each audience knows it. */
export function portalTitleOf(me: Me): string {
  if (isStaff(me)) return 'Operations'
  return me.role.startsWith('partner_') ? 'Partner Portal' : 'Customer Self-Care Portal'
}
