/** Billing Information > Transactions: rated calls of a range of days, their totals, and the same rows as a file. */

import { useInfiniteQuery } from '../data/infinite-query.ts'
import { useState } from 'react'
import { useSearch } from 'wouter'
import { transactionsFile, transactionsRead, type Report, type TransactionsPage } from '../data/api.ts'
import { customerRead } from '../data/company.ts'
import { inclusiveDays, rangeOfSearch } from '../data/range.ts'
import { formatCount, formatMoney } from '../format/money.ts'
import { formatDuration } from '../format/time.ts'
import { useHouse } from '../shell/house.tsx'
import { servesCustomers } from '../shell/navigation.ts'
import type { PageModule } from '../shell/page-module.ts'
import { menuTexts } from '../words/menu-texts.ts'
import { DateRangePicker } from '../ui/date-range-picker.tsx'
import type { Filter } from '../ui/filter-bar.tsx'
import { kindWords } from '../ui/call-words.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { OpenCall } from './open-call.tsx'
import { TableBar } from '../ui/table-bar.tsx'
import { useTableView } from '../ui/table-view.ts'
import { callTexts } from '../words/call-texts.ts'
import { callsColumns, CallsTable } from './calls-table.tsx'
import { CustomerFilter } from './customer-filter.tsx'
import { transactionsTexts } from './transactions-texts.ts'

export const title = (): string => menuTexts.transactions

const filterIds = ['direction', 'class', 'number']

const directions = { outbound: 'outgoing', inbound: 'incoming', internal: 'internal' } as const
const classes = [
  'onnet',
  'domestic',
  'international',
  'premium',
  'tollfree',
  'inbound',
  'emergency',
  'service',
] as const

const filtersOf = (): readonly Filter[] => [
  {
    id: 'direction',
    label: transactionsTexts.direction,
    options: Object.entries(directions).map(([value, word]) => ({ value, label: callTexts[word] })),
  },
  {
    id: 'class',
    label: callTexts.kind,
    options: classes.map((value) => ({ value, label: kindWords(value) })),
  },
  { id: 'number', label: transactionsTexts.number, maxLength: 60 },
]

/** What an address asks for; what the API would not understand is left out. */
function reportOf(search: string, at: number, zone: string): Report {
  const query = new URLSearchParams(search)
  const direction = Object.keys(directions).find((one) => one === query.get('direction')) as Report['direction']
  const callClass = classes.find((one) => one === query.get('class'))
  const customerId = query.get('customer')
  const number = query.get('number')
  return {
    ...rangeOfSearch(search, at, zone),
    ...(customerId === null ? {} : { customerId }),
    ...(direction === undefined ? {} : { direction }),
    ...(callClass === undefined ? {} : { class: callClass }),
    ...(number === null ? {} : { number }),
  }
}

/** The first page of the range and of the customer that the address asks for. */
export const firstReads: PageModule['firstReads'] = ({ search, me, at }) => {
  const report = reportOf(search, at, me.zone)
  return [
    transactionsRead(report).queryKey[0],
    ...(report.customerId === undefined ? [] : [customerRead(report.customerId).queryKey[0]]),
  ]
}

/** The page. */
export function Page() {
  const { me, at } = useHouse()
  const search = useSearch()
  const view = useTableView(filterIds)
  const asked = reportOf(search, at, me.zone)
  const { customerId } = asked
  const report = useInfiniteQuery(transactionsRead(asked))
  const [opened, open] = useState<string>()
  const first = report.data?.pages[0]
  const { first: firstDay, last: lastDay } = inclusiveDays(asked)
  const isNarrowed = Object.keys(view.filters).length > 0
  return (
    <>
      <PageHead title={menuTexts.transactions} note={transactionsTexts.note(first?.zone ?? me.zone)} />
      <div className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
        <DateRangePicker range={asked} onChange={({ from, to }) => view.set({ from, to })} />
        {servesCustomers(me) && (
          <CustomerFilter key={customerId} customerId={customerId} onChange={(id) => view.set({ customer: id })} />
        )}
      </div>
      <Panel>
        <TableBar
          list="transactions"
          view={view}
          filters={filtersOf()}
          columns={callsColumns()}
          files={{ csv: transactionsFile(asked, 'csv'), xlsx: transactionsFile(asked, 'xlsx') }}
        />
        <Totals page={first} />
        <CallsTable
          caption={transactionsTexts.caption(firstDay, lastDay)}
          rows={report.data?.pages.flatMap((page) => page.items)}
          view={view}
          failure={report.error ? { message: report.error.message, retry: () => void report.refetch() } : undefined}
          empty={
            isNarrowed
              ? transactionsTexts.noneFits
              : customerId === undefined
                ? transactionsTexts.none
                : transactionsTexts.noneOfCustomer
          }
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
