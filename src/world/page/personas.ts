/** Who can sign in to the demo with one click, and what each may see. */

import { customerLogins, staffLogins, type SellerSlug, type WorldPlan } from '../seed/plan.ts'

export type Persona = {
  /** Part of the address of its button. */
  readonly key: string
  readonly title: string
  readonly login: string
  readonly name: string
  /** The brand on whose portal it signs in. */
  readonly seller: SellerSlug
  /** What it may see and do, for the reader of the demo page. */
  readonly sees: string
  /** Where it lands. */
  readonly landing: string
}

const LIVE = '/operations/live-calls'
const TRANSACTIONS = '/billing/transactions'
const DASHBOARD = '/dashboard'

const staffWords = [
  {
    key: 'provider-admin',
    title: 'Provider: administrator',
    sees: 'Everything: every live call, every process, all customers of all brands, carriers, money and the audit.',
    landing: LIVE,
  },
  {
    key: 'provider-noc',
    title: 'Provider: network operations',
    sees: 'Live calls, carriers, processes and numbers of everybody; no balances and no transactions.',
    landing: LIVE,
  },
  {
    key: 'provider-billing',
    title: 'Provider: billing',
    sees: 'Accounts and transactions of every customer, and adjustments; no live calls, no processes.',
    landing: TRANSACTIONS,
  },
  {
    key: 'partner-maple',
    title: 'Partner: Maple Telecom',
    sees: 'The customers of Maple Telecom alone, under its own brand: their calls, phones and money.',
    landing: DASHBOARD,
  },
  {
    key: 'partner-lakeshore',
    title: 'Partner: Lakeshore IT',
    sees: 'The same for Lakeshore IT, in US dollars; nothing of Maple Telecom or of the provider.',
    landing: DASHBOARD,
  },
] as const

/** The personas of a plan, staff first. */
export function personasOf(plan: WorldPlan): readonly Persona[] {
  const staff = staffWords.map((words, at): Persona => {
    const { login, name, seller } = staffLogins[at]!
    return { ...words, login, name, seller }
  })
  const [first, second] = plan.customers
  const own = customerLogins(first!)
  const other = customerLogins(second!)
  const at = (customer: { readonly seller: SellerSlug }) => ({ seller: customer.seller })
  return [
    ...staff,
    {
      key: 'customer-admin',
      title: `Customer: ${first!.name}`,
      ...own.admin,
      ...at(first!),
      sees: 'Its own people, phones, calls, balance and transactions, and nobody else’s.',
      landing: DASHBOARD,
    },
    {
      key: 'customer-billing',
      title: `Customer’s bookkeeper: ${first!.name}`,
      ...own.billing,
      ...at(first!),
      sees: 'The balance, calls and transactions of this one customer; no phones and no people.',
      landing: TRANSACTIONS,
    },
    {
      key: 'customer-other',
      title: `Customer of a partner: ${second!.name}`,
      ...other.admin,
      ...at(second!),
      sees: 'The same rooms under the brand of Maple Telecom, with rows of its own only.',
      landing: DASHBOARD,
    },
    {
      key: 'phone-user',
      title: `Phone user at ${first!.name}`,
      ...own.user,
      ...at(first!),
      sees: 'The calls of his own extension, and nothing else.',
      landing: DASHBOARD,
    },
  ]
}
