/** One customer: who it is, what it owes, its people, extensions, phones and numbers; the way to suspend and resume. */

import { useQuery } from '../data/query.ts'
import { useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { Customer } from '../data/api.ts'
import { balancesRead, customerRead, devicesRead, extensionsRead, numbersRead, peopleRead } from '../data/company.ts'
import { useList } from '../data/use-list.ts'
import { useHouse } from '../shell/house.tsx'
import { NavLink } from '../shell/nav-link.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { InstantText, MoneyText } from '../ui/figures.tsx'
import { warmDialog } from '../ui/lazy-dialog.tsx'
import { FailureState, Figure, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { ChangeStatus, CustomerStatus } from './lists/customer-status.tsx'
import { ExtensionsList } from './lists/extensions-list.tsx'
import { NumbersList } from './lists/numbers-list.tsx'
import { PeopleList } from './lists/people-list.tsx'
import { PhonesList } from './lists/phones-list.tsx'

export const title = 'Customer'

const idOf = (path: string): string => path.split('/')[2] ?? ''

/** The customer, its account, and its lists as far as the reader may see them. */
export const firstReads: PageModule['firstReads'] = ({ path, me }) => {
  const customerId = idOf(path)
  const reads = {
    'accounts.read': [balancesRead],
    'people.read': [peopleRead],
    'extensions.read': [extensionsRead, devicesRead],
    'numbers.read': [numbersRead],
  }
  return [
    customerRead(customerId).queryKey[0],
    ...Object.entries(reads).flatMap(([needs, lists]) =>
      me.permissions.includes(needs) ? lists.map((list) => list({ customerId }).queryKey[0]) : [],
    ),
  ]
}

/** The page. */
export function Page() {
  const { me } = useHouse()
  const [path] = useLocation()
  const customerId = idOf(path)
  const customer = useQuery(customerRead(customerId))
  if (!customer.data) {
    return (
      <>
        <PageHead title={title} />
        <Panel>
          {customer.error ? (
            <FailureState message={customer.error.message} onRetry={() => void customer.refetch()} />
          ) : (
            <Skeleton lines={6} />
          )}
        </Panel>
      </>
    )
  }
  const may = (permission: string): boolean => me.permissions.includes(permission)
  return (
    <>
      <Head customer={customer.data} />
      <div className="grid gap-5">
        {may('accounts.read') && <Balance customerId={customerId} />}
        <Facts customer={customer.data} />
        {may('people.read') && <PeopleList customerId={customerId} />}
        {may('extensions.read') && <ExtensionsList customerId={customerId} />}
        {may('extensions.read') && <PhonesList customerId={customerId} />}
        {may('numbers.read') && <NumbersList customerId={customerId} />}
      </div>
    </>
  )
}

function Head({ customer }: { customer: Customer }) {
  const { me } = useHouse()
  const [isChanging, beChanging] = useState(false)
  const mayChange = me.permissions.includes('customers.write') && customer.status !== 'terminated'
  return (
    <>
      <nav aria-label="Where this is" className="mb-1 text-table">
        <NavLink to="/customers" className="text-accent-text hover:underline">
          Customers
        </NavLink>
      </nav>
      <PageHead
        title={customer.name}
        note={
          <span className="inline-flex flex-wrap items-center gap-2">
            {customer.accountCode} <CustomerStatus status={customer.status} />
          </span>
        }
      >
        {me.permissions.includes('transactions.read') && (
          <NavLink to={`/billing/transactions?customer=${customer.id}`} className={buttonClass()}>
            Transactions
          </NavLink>
        )}
        {mayChange && (
          <Button onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => beChanging(true)}>
            {customer.status === 'active' ? 'Suspend' : 'Resume'}
          </Button>
        )}
      </PageHead>
      {isChanging && <ChangeStatus customer={customer} onClose={() => beChanging(false)} />}
    </>
  )
}

function Balance({ customerId }: { customerId: string }) {
  const { rows } = useList(balancesRead({ customerId }))
  const account = rows?.[0]
  if (!account) return null
  const { currency } = account
  return (
    <div className="grid grid-cols-2 gap-4 max-sm:gap-3 sm:grid-cols-3">
      <Figure isWide label={`Balance owed, ${currency}`}>
        <MoneyText micros={account.balanceMicros} currency={currency} />
      </Figure>
      <Figure label="Credit limit">
        <MoneyText micros={account.creditLimitMicros} currency={currency} />
      </Figure>
      <Figure label="Available for calls">
        <MoneyText micros={account.availableMicros} currency={currency} />
      </Figure>
    </div>
  )
}

function Facts({ customer }: { customer: Customer }) {
  return (
    <Panel>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 px-4 py-3.5 md:grid-cols-4">
        <Fact name="Served by">{customer.sellerName ?? 'not shown to you'}</Fact>
        <Fact name="Time zone">{customer.zone}</Fact>
        <Fact name="Country and area code">{[customer.country, customer.areaCode].filter(Boolean).join(', ')}</Fact>
        <Fact name="Customer since">
          <InstantText iso={customer.createdAt} />
        </Fact>
      </dl>
    </Panel>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-caption text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}
