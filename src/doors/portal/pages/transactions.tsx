/** Billing Information > Transactions: rated calls of a range of days, their totals, and the same rows as a file. */

import { useInfiniteQuery } from '../data/infinite-query.ts'
import { useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { transactionsFile, transactionsRead, type Range, type Report, type TransactionsPage } from '../data/api.ts'
import { customerRead } from '../data/company.ts'
import { inclusiveDays, rangeOfSearch } from '../data/range.ts'
import { formatCount, formatMoney } from '../format/money.ts'
import { formatDuration } from '../format/time.ts'
import { useHouse } from '../shell/house.tsx'
import { servesCustomers } from '../shell/navigation.ts'
import type { PageModule } from '../shell/page-module.ts'
import { menuTexts } from '../words/menu-texts.ts'
import { buttonClass } from '../ui/button.tsx'
import { DateRangePicker } from '../ui/date-range-picker.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { OpenCall } from './open-call.tsx'
import { CallsTable } from './calls-table.tsx'
import { CustomerFilter } from './customer-filter.tsx'
import { transactionsTexts } from './transactions-texts.ts'

export const title = (): string => menuTexts.transactions

const customerOf = (search: string): string | undefined => new URLSearchParams(search).get('customer') ?? undefined

function reportOf(range: Range, customerId: string | undefined): Report {
  return customerId === undefined ? range : { ...range, customerId }
}

/** The first page of the range and of the customer that the address asks for. */
export const firstReads: PageModule['firstReads'] = ({ search, me, at }) => {
  const customerId = customerOf(search)
  return [
    transactionsRead(reportOf(rangeOfSearch(search, at, me.zone), customerId)).queryKey[0],
    ...(customerId === undefined ? [] : [customerRead(customerId).queryKey[0]]),
  ]
}

/** The page. */
export function Page() {
  const { me, at } = useHouse()
  const [path, navigate] = useLocation()
  const search = useSearch()
  const range = rangeOfSearch(search, at, me.zone)
  const customerId = customerOf(search)
  const asked = reportOf(range, customerId)
  const report = useInfiniteQuery(transactionsRead(asked))
  const [opened, open] = useState<string>()
  const first = report.data?.pages[0]
  const { first: firstDay, last: lastDay } = inclusiveDays(range)
  return (
    <>
      <PageHead title={menuTexts.transactions} note={transactionsTexts.note(first?.zone ?? me.zone)}>
        <a href={transactionsFile(asked)} download className={buttonClass()}>
          <Icon name="download" />
          {transactionsTexts.csv}
        </a>
      </PageHead>
      <div className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
        <DateRangePicker range={range} onChange={(chosen) => navigate(addressFor(path, chosen, customerId))} />
        {servesCustomers(me) && (
          <CustomerFilter
            key={customerId}
            customerId={customerId}
            onChange={(id) => navigate(addressFor(path, range, id))}
          />
        )}
      </div>
      <Panel>
        <Totals page={first} />
        <CallsTable
          caption={transactionsTexts.caption(firstDay, lastDay)}
          rows={report.data?.pages.flatMap((page) => page.items)}
          failure={report.error ? { message: report.error.message, retry: () => void report.refetch() } : undefined}
          empty={customerId === undefined ? transactionsTexts.none : transactionsTexts.noneOfCustomer}
          onOpen={(call) => open(call.id)}
          more={
            report.hasNextPage
              ? { isLoading: report.isFetchingNextPage, load: () => void report.fetchNextPage() }
              : undefined
          }
          {...(first && first.totals.count > 0 ? { totals: totalsOf(first) } : {})}
        />
      </Panel>
      {opened && <OpenCall id={opened} onClose={() => open(undefined)} />}
    </>
  )
}

function addressFor(path: string, { from, to }: Range, customerId: string | undefined): string {
  return `${path}?${new URLSearchParams({ from, to, ...(customerId === undefined ? {} : { customer: customerId }) })}`
}

function chargesText({ totals }: TransactionsPage): string {
  const withCode = totals.charges.length > 1
  return totals.charges
    .map(({ chargeMicros, currency }) => formatMoney(chargeMicros, currency, { withCode }))
    .join(' + ')
}

function totalsOf(page: TransactionsPage) {
  return {
    label: transactionsTexts.totalOf(page.totals.count, formatCount(page.totals.count)),
    duration: formatDuration(page.totals.durationSeconds),
    charge: chargesText(page),
  }
}

/** The totals of the whole range, above its rows. */
function Totals({ page }: { page: TransactionsPage | undefined }) {
  if (!page || page.totals.count === 0) return null
  return (
    <p className="flex flex-wrap gap-x-6 gap-y-1 border-b border-line px-4 py-3" data-totals>
      <span>
        <span className="text-muted">{transactionsTexts.calls} </span>
        <strong className="font-semibold">{formatCount(page.totals.count)}</strong>
      </span>
      <span>
        <span className="text-muted">{transactionsTexts.duration} </span>
        <strong className="font-semibold">{formatDuration(page.totals.durationSeconds)}</strong>
      </span>
      <span>
        <span className="text-muted">{transactionsTexts.charged} </span>
        <strong className="font-semibold">{chargesText(page)}</strong>
      </span>
    </p>
  )
}
