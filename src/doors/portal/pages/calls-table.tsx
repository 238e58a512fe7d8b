/** Calls that have ended, with what they cost: the list of Dashboard and Transactions. */

import type { ReactNode } from 'react'
import type { Transaction } from '../data/api.ts'
import { useHouse } from '../shell/house.tsx'
import { servesCustomers } from '../shell/navigation.ts'
import { DirectionMark, reasonWords, ResultChip, resultOf } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Duration, InstantText, MoneyText, PartyText } from '../ui/figures.tsx'
import { EmptyState } from '../ui/panel.tsx'
import type { TableViewControl } from '../ui/table-view.ts'
import { warmCall } from './open-call.tsx'
import { callTexts } from '../words/call-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

type CallsTableProps = {
  readonly caption: string
  readonly rows: readonly Transaction[] | undefined
  readonly empty: string
  readonly failure?: { readonly message: string; readonly retry: () => void } | undefined
  /** Rows that arrive while the page stands are marked for a moment. */
  readonly isLive?: boolean
  readonly view?: TableViewControl
  readonly onOpen: (call: Transaction) => void
  readonly more?: { readonly isLoading: boolean; readonly load: () => void } | undefined
  readonly totals?: { readonly label: ReactNode; readonly duration: ReactNode; readonly charge: ReactNode }
}

const columns = oncePerLanguage((): readonly Column<Transaction>[] => [
  {
    id: 'time',
    head: callTexts.time,
    phone: 'note',
    cell: (call) => (
      <span className="max-md:pl-6">
        <InstantText iso={call.occurredAt} />
      </span>
    ),
  },
  {
    id: 'parties',
    head: callTexts.fromAndTo,
    phone: 'title',
    cell: (call) => (
      <span className="flex items-start gap-2">
        <DirectionMark direction={call.direction} />
        <span className="min-w-0">
          <PartyText number={call.from} name={call.fromName} />
          <span className="px-1.5 text-muted" aria-hidden="true">
            →
          </span>
          <span className="sr-only"> {callTexts.to} </span>
          <PartyText number={call.to} name={call.toName} />
        </span>
      </span>
    ),
  },
  {
    id: 'destination',
    head: callTexts.destination,
    cell: (call) => <span className="text-muted">{call.destination ?? reasonWords(call.chargeReason)}</span>,
  },
  { id: 'result', head: callTexts.result, cell: (call) => <ResultChip call={call} /> },
  {
    id: 'duration',
    head: callTexts.duration,
    align: 'end',
    phone: 'aside',
    cell: (call) => {
      const { word } = resultOf(call)
      if (word === callTexts.answered) return <Duration seconds={call.durationSeconds} />
      return (
        <>
          <span className="max-md:hidden">–</span>
          <span className="md:hidden">{word}</span>
        </>
      )
    },
  },
  {
    id: 'charge',
    head: callTexts.charge,
    align: 'end',
    phone: 'value',
    cell: (call) => <MoneyText micros={call.chargeMicros} currency={call.currency} />,
  },
])

const customer = oncePerLanguage((): Column<Transaction> => ({
  id: 'customer',
  head: callTexts.customer,
  phone: 'below',
  cell: ({ customerName }) => <span className="max-md:pl-6">{customerName}</span>,
}))

/** For those who serve several customers: whose each call was. */
const columnsWithCustomer = oncePerLanguage(() => [...columns().slice(0, 1), customer(), ...columns().slice(1)])

const withTotals = (shown: readonly Column<Transaction>[], totals: CallsTableProps['totals']) =>
  totals === undefined
    ? shown
    : shown.map((column) => {
        const total = { parties: totals.label, duration: totals.duration, charge: totals.charge }[column.id]
        return total === undefined ? column : { ...column, total }
      })

/** The columns that can be hidden, and the one that cannot. */
export const callsColumns = columns

/** The list; a row opens the call. */
export function CallsTable({ totals, empty, ...table }: CallsTableProps) {
  const { me } = useHouse()
  return (
    <DataTable
      {...table}
      columns={withTotals(servesCustomers(me) ? columnsWithCustomer() : columns(), totals)}
      idOf={(call) => call.id}
      onIntent={warmCall}
      empty={<EmptyState title={empty} />}
    />
  )
}
