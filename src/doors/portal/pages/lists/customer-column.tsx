/** Whose a row is: a column for those who serve several customers. */

import type { ReactNode } from 'react'
import type { Me } from '../../data/api.ts'
import { servesCustomers } from '../../shell/navigation.ts'
import { NavLink } from '../../shell/nav-link.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { listsTexts } from './lists-texts.ts'

type Owned = { readonly customerId: string; readonly customerName: string }

/** The column, or none: for a customer himself, and where the page is about one. */
export function customerColumn<Row extends Owned>(me: Me, customerId: string | undefined): readonly Column<Row>[] {
  if (!servesCustomers(me) || customerId !== undefined) return []
  return [
    {
      id: 'customer',
      head: listsTexts.customer,
      phone: 'below',
      cell: (row) => (
        <NavLink to={`/customers/${row.customerId}`} className="text-accent-text hover:underline">
          {row.customerName}
        </NavLink>
      ),
    },
  ]
}

/** What every list of a customer's things is told. */
export type ListProps = {
  /** Only this customer's. */
  readonly customerId?: string | undefined
  readonly search?: string
  /** The head of a page that is this list alone; it is given the button that adds to it. */
  readonly head?: (add: ReactNode) => ReactNode
}

/** Whether somebody may add things here: his own, or those of the customer that the page is about. */
export function mayAdd(me: Me, needs: string, customerId: string | undefined): boolean {
  return me.permissions.includes(needs) && (customerId !== undefined || !servesCustomers(me))
}
