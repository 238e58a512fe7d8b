/** The table with its bar: filters, order, columns, selection, totals, and its empty, failed and waiting states. */

import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { Duration, MoneyText } from '../../ui/figures.tsx'
import type { Filter } from '../../ui/filter-bar.tsx'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { StatusChip } from '../../ui/status.tsx'
import { TableBar } from '../../ui/table-bar.tsx'
import { useTableView } from '../../ui/table-view.ts'
import { tell } from '../../ui/toast.tsx'

type Sample = {
  readonly id: string
  readonly name: string
  readonly state: 'paid' | 'late'
  readonly seconds: number
  readonly micros: bigint
}

const samples: readonly Sample[] = [
  { id: '1', name: 'Acme Dental', state: 'paid', seconds: 187, micros: 310_000n },
  { id: '2', name: 'Birch Legal', state: 'late', seconds: 3723, micros: 1_204_560_000n },
  { id: '3', name: 'מרפאת השיניים of Côté & Fils <b>🦷</b>', state: 'late', seconds: 0, micros: -9_150_000n },
]

const columns: readonly Column<Sample>[] = [
  { id: 'name', head: 'Name', isSortable: true, phone: 'title', cell: ({ name }) => name },
  {
    id: 'state',
    head: 'State',
    phone: 'note',
    cell: ({ state }) => <StatusChip tone={state === 'paid' ? 'ok' : 'warn'}>{state}</StatusChip>,
  },
  {
    id: 'duration',
    head: 'Duration',
    align: 'end',
    isSortable: true,
    cell: ({ seconds }) => <Duration seconds={seconds} />,
    total: <Duration seconds={3910} />,
  },
  {
    id: 'amount',
    head: 'Amount',
    align: 'end',
    isSortable: true,
    phone: 'value',
    cell: ({ micros }) => <MoneyText micros={micros} currency="CAD" />,
    total: <MoneyText micros={1_195_720_000n} currency="CAD" />,
  },
]

const filters: readonly Filter[] = [
  {
    id: 'state',
    label: 'State',
    options: [
      { value: 'paid', label: 'Paid' },
      { value: 'late', label: 'Late' },
    ],
  },
  { id: 'name', label: 'Name' },
]

/** The samples. */
export function TableSamples() {
  const view = useTableView(filters.map(({ id }) => id))
  const [ids, choose] = useState<ReadonlySet<string>>(new Set(['2']))
  const { state, name } = view.filters
  const rows = samples
    .filter((one) => (!state || one.state === state) && (!name || one.name.includes(name)))
    .toSorted((first, second) => {
      const by = view.sort?.replace('-', '') ?? 'name'
      const order =
        by === 'duration'
          ? first.seconds - second.seconds
          : by === 'amount'
            ? Number(first.micros - second.micros)
            : first.name.localeCompare(second.name)
      return view.sort?.startsWith('-') ? -order : order
    })
  const more = { isLoading: false, load: () => tell('ok', 'More was asked for.') }
  return (
    <div className="grid gap-5">
      <Panel>
        <TableBar
          list="samples"
          view={view}
          filters={filters}
          columns={columns}
          files={{ csv: '/none.csv', xlsx: '/none.xlsx' }}
        />
        <DataTable
          caption="Sample rows"
          columns={columns}
          rows={rows}
          idOf={({ id }) => id}
          view={view}
          selection={{
            ids,
            choose,
            nameOf: (row) => row.name,
            actions: <Button size="small">Remind</Button>,
          }}
          onOpen={(row) => tell('ok', row.name)}
          more={more}
          empty={<EmptyState title="No row fits." />}
        />
      </Panel>
      <OtherStates />
    </div>
  )
}

/** Without rows: because there are none, because they could not be read, because they are on their way. */
function OtherStates() {
  return (
    <>
      <Panel title="Empty">
        <DataTable
          caption="No rows"
          columns={columns}
          rows={[]}
          idOf={({ id }) => id}
          empty={
            <EmptyState title="There are no invoices yet.">
              <Button look="primary">Make the first</Button>
            </EmptyState>
          }
        />
      </Panel>
      <Panel title="Failed">
        <DataTable
          caption="Failed rows"
          columns={columns}
          rows={undefined}
          idOf={({ id }) => id}
          failure={{ message: 'the database does not answer', retry: () => undefined }}
          empty={null}
        />
      </Panel>
      <Panel title="Waiting">
        <DataTable caption="Waiting rows" columns={columns} rows={undefined} idOf={({ id }) => id} empty={null} />
      </Panel>
    </>
  )
}
