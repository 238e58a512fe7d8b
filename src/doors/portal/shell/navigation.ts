/** The menu as data: sections are tabs at the top, the pages of a section its left menu; both by what one may do. */

import type { Me } from '../data/api.ts'
import { menuTexts, type MenuWord } from '../words/menu-texts.ts'

/** `word` is its name in words/menu-texts.ts. */
export type MenuPage = { readonly path: string; readonly word: MenuWord; readonly needs: string }
export type Section = { readonly word: MenuWord; readonly pages: readonly MenuPage[] }

/** Whether somebody is of the provider's own people. */
export function isStaffRole(me: Me): boolean {
  return me.role.startsWith('provider_')
}

/** For those who pay: the provider pays nobody here. */
const paymentInfo: MenuPage = { path: '/billing/payment-info', word: 'paymentInfo', needs: 'payments.make' }
const transactions: Section = {
  word: 'billing',
  pages: [
    { path: '/billing/transactions', word: 'transactions', needs: 'transactions.read' },
    { path: '/billing/invoices', word: 'invoices', needs: 'invoices.read' },
    { path: '/billing/runs', word: 'billingRuns', needs: 'billing.read' },
    { path: '/billing/payments', word: 'payments', needs: 'billing.read' },
    { path: '/billing/reconciliation', word: 'reconciliation', needs: 'billing.write' },
    { path: '/billing/dunning', word: 'dunning', needs: 'billing.read' },
    { path: '/billing/margin', word: 'margin', needs: 'margin.read' },
    { path: '/billing/decks', word: 'decks', needs: 'catalog.read' },
    { path: '/billing/test-call', word: 'testCall', needs: 'rating.simulate' },
  ],
}
const phonePages: readonly MenuPage[] = [
  { path: '/phone-system/people', word: 'people', needs: 'people.read' },
  { path: '/phone-system/extensions', word: 'extensions', needs: 'extensions.read' },
  { path: '/phone-system/phones', word: 'phones', needs: 'extensions.read' },
  { path: '/phone-system/numbers', word: 'numbers', needs: 'numbers.read' },
  { path: '/phone-system/messages', word: 'messages', needs: 'calls.read' },
]
const phoneSystem: Section = { word: 'phoneSystem', pages: phonePages }
const customers: Section = {
  word: 'customers',
  pages: [{ path: '/customers', word: 'customers', needs: 'customers.read' }],
}
const dashboard: Section = {
  word: 'dashboard',
  pages: [{ path: '/dashboard', word: 'dashboard', needs: 'calls.read' }],
}
const support: Section = {
  word: 'support',
  pages: [{ path: '/support/tickets', word: 'tickets', needs: 'tickets.read' }],
}
const operation: Section = {
  word: 'operations',
  pages: [
    { path: '/operations/live-calls', word: 'liveCalls', needs: 'live_calls.read' },
    { path: '/operations/system', word: 'system', needs: 'processes.read' },
    { path: '/operations/carriers', word: 'carriers', needs: 'carriers.read' },
    { path: '/operations/jobs', word: 'jobs', needs: 'jobs.read' },
    { path: '/operations/mail', word: 'mail', needs: 'mail.read' },
    { path: '/operations/audit', word: 'audit', needs: 'audit.read' },
  ],
}

const settings: Section = {
  word: 'settings',
  pages: [
    { path: '/settings/company', word: 'company', needs: 'calls.read' },
    { path: '/settings/users', word: 'users', needs: 'logins.read' },
    { path: '/settings/branding', word: 'branding', needs: 'brands.write' },
  ],
}

/** The sections that somebody sees, each with at least one page. */
export function sectionsOf(me: Me): readonly Section[] {
  const [first, ...rest] = transactions.pages
  const withPaymentInfo = [first!, paymentInfo, ...rest]
  const all = isStaffRole(me)
    ? [operation, support, customers, phoneSystem, transactions, settings]
    : [dashboard, { ...transactions, pages: withPaymentInfo }, phoneSystem, customers, support, settings]
  return all
    .map((section) => ({ ...section, pages: section.pages.filter((page) => me.permissions.includes(page.needs)) }))
    .filter((section) => section.pages.length > 0)
}

/** Whether an address is a page of the menu, or of one of its objects. */
export function isWithin(page: string, path: string): boolean {
  return path === page || path.startsWith(`${page}/`)
}

/** The page on which somebody begins: the first that he may see. */
export function homeOf(me: Me): string {
  return sectionsOf(me)[0]?.pages[0]?.path ?? '/account/sessions'
}

/** Whether somebody serves customers, and so needs to see whose each row is. */
export function servesCustomers(me: Me): boolean {
  return me.permissions.includes('customers.read')
}

/** The name of the portal, as each audience knows it. */
export function portalTitleOf(me: Me): string {
  if (isStaffRole(me)) return menuTexts.operations
  return me.role.startsWith('partner_') ? menuTexts.partnerPortal : menuTexts.selfCare
}
