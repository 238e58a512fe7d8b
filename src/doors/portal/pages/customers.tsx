/** Customers: who is served, by whom, what is owed and what is left. */

import { useDeferredValue, useState } from 'react'
import type { Account, Customer } from '../data/api.ts'
import { balancesRead, customersRead } from '../data/company.ts'
import { useList } from '../data/use-list.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { CustomerStatus } from './lists/customer-status.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { customersTexts } from './customers-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.customers

/** The first page, unfiltered, and the balances beside it: both lists have the same order. */
export const firstReads: PageModule['firstReads'] = ({ me }) => [
  customersRead('').queryKey[0],
  ...(me.permissions.includes('accounts.read') ? [balancesRead().queryKey[0]] : []),
]

const columns = oncePerLanguage((): readonly Column<Customer>[] => [
  { id: 'name', head: customersTexts.name, phone: 'title', cell: ({ name }) => name },
  { id: 'code', head: customersTexts.account, phone: 'note', cell: ({ accountCode }) => accountCode },
  { id: 'seller', head: customersTexts.servedBy, cell: ({ sellerName }) => sellerName ?? '–' },
  {
    id: 'status',
    head: customersTexts.status,
    phone: 'aside',
    cell: ({ status }) => <CustomerStatus status={status} />,
  },
])

type Amount = 'balanceMicros' | 'creditLimitMicros' | 'availableMicros'

function moneyColumns(accounts: readonly Account[] | undefined, withCode: boolean): readonly Column<Customer>[] {
  const byCustomer = new Map(accounts?.map((account) => [account.tenantId, account]))
  const amount = (id: Amount, head: string): Column<Customer> => ({
    id,
    head,
    align: 'end',
    ...(id === 'balanceMicros' ? { phone: 'value' } : {}),
    cell: (customer) => {
      const account = byCustomer.get(customer.id)
      if (!account) return <span className="text-muted">–</span>
      return <MoneyText micros={account[id]} currency={account.currency} withCode={withCode} />
    },
  })
  return [
    amount('balanceMicros', customersTexts.owed),
    amount('creditLimitMicros', customersTexts.limit),
    amount('availableMicros', customersTexts.available),
  ]
}

/** The page. */
export function Page() {
  const { me } = useHouse()
  const [typed, type] = useState('')
  const search = useDeferredValue(typed.trim())
  const mayCount = me.permissions.includes('accounts.read')
  const customers = useList(customersRead(search))
  const accounts = useList(balancesRead({ search }), { enabled: mayCount })
  const currencies = new Set(accounts.rows?.map(({ currency }) => currency))
  const more = customers.more && {
    ...customers.more,
    load: () => {
      customers.more?.load()
      accounts.more?.load()
    },
  }
  return (
    <>
      <PageHead title={title()}>
        <Field
          label={customersTexts.search}
          type="search"
          maxLength={100}
          value={typed}
          onChange={(event) => type(event.target.value)}
          className="w-64 max-w-full"
        />
      </PageHead>
      <Panel>
        <DataTable
          {...customers}
          more={more}
          caption={title()}
          columns={mayCount ? [...columns(), ...moneyColumns(accounts.rows, currencies.size > 1)] : columns()}
          idOf={(customer) => customer.id}
          linkOf={(customer) => `/customers/${customer.id}`}
          empty={<EmptyState title={search ? customersTexts.noneFits(search) : customersTexts.none} />}
        />
      </Panel>
    </>
  )
}
