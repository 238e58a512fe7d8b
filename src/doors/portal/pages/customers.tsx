/** Customers: who is served, by whom, since when. */

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { customersRead, type Customer } from '../data/api.ts'
import type { PageModule } from '../shell/page-module.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { InstantText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'

export const title = 'Customers'

/** The first page, unfiltered. */
export const firstReads: PageModule['firstReads'] = () => [customersRead('').queryKey[0]]

const states = {
  active: { word: 'Active', tone: 'ok', icon: 'check' },
  suspended: { word: 'Suspended', tone: 'warn', icon: 'blocked' },
  terminated: { word: 'Terminated', tone: 'neutral', icon: 'cross' },
} as const

const columns: readonly Column<Customer>[] = [
  { id: 'name', head: 'Name', phone: 'title', cell: ({ name }) => <span className="font-medium">{name}</span> },
  { id: 'code', head: 'Account', phone: 'note', cell: ({ accountCode }) => accountCode },
  { id: 'seller', head: 'Served by', cell: ({ sellerName }) => sellerName ?? '–' },
  { id: 'zone', head: 'Time zone', phone: 'aside', cell: ({ zone }) => <span className="text-muted">{zone}</span> },
  { id: 'since', head: 'Since', cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
  {
    id: 'status',
    head: 'Status',
    phone: 'value',
    cell: ({ status }) => (
      <StatusChip tone={states[status].tone} icon={states[status].icon}>
        {states[status].word}
      </StatusChip>
    ),
  },
]

/** The page. */
export function Page() {
  const [typed, type] = useState('')
  const search = useDeferredValue(typed.trim())
  const customers = useInfiniteQuery({ ...customersRead(search), placeholderData: keepPreviousData })
  return (
    <>
      <PageHead title="Customers">
        <Field
          label="Search by name or account"
          type="search"
          value={typed}
          onChange={(event) => type(event.target.value)}
          className="w-64 max-w-full"
        />
      </PageHead>
      <Panel>
        <DataTable
          caption="Customers"
          columns={columns}
          rows={customers.data?.pages.flatMap((page) => page.items)}
          idOf={(customer) => customer.id}
          failure={
            customers.error ? { message: customers.error.message, retry: () => void customers.refetch() } : undefined
          }
          empty={<EmptyState title={search ? `No customer fits “${search}”.` : 'There are no customers yet.'} />}
          more={
            customers.hasNextPage
              ? { isLoading: customers.isFetchingNextPage, load: () => void customers.fetchNextPage() }
              : undefined
          }
        />
      </Panel>
    </>
  )
}
