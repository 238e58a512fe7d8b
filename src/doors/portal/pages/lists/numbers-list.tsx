/** Telephone numbers: where they ring, and whether help would find the caller. */

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formatNumber } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import { changed, numbersRead, type PhoneNumber } from '../../data/company.ts'
import { useList } from '../../data/use-list.ts'
import { useHouse } from '../../shell/house.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { StatusChip } from '../../ui/status.tsx'
import { tell } from '../../ui/toast.tsx'
import { customerColumn, type ListProps } from './customer-column.tsx'
import { EmergencyAddressForm } from './emergency-address-form.tsx'
import { ExtensionChoice } from './extension-choice.tsx'

const kinds = { did: 'Local', tollfree: 'Toll-free', mobile: 'Mobile' } as const

const addresses = {
  active: { word: '911 address active', tone: 'ok', icon: 'check' },
  submitted: { word: '911 address in review', tone: 'info', icon: 'info' },
  retired: { word: 'No 911 address', tone: 'danger', icon: 'blocked' },
  none: { word: 'No 911 address', tone: 'danger', icon: 'blocked' },
} as const

const columns: readonly Column<PhoneNumber>[] = [
  {
    id: 'number',
    head: 'Number',
    phone: 'title',
    cell: ({ number }) => <span className="font-medium whitespace-nowrap">{formatNumber(number)}</span>,
  },
  { id: 'kind', head: 'Kind', cell: ({ kind }) => <span className="text-muted">{kinds[kind]}</span> },
  {
    id: 'route',
    head: 'Rings at',
    phone: 'note',
    cell: ({ extension, extensionName }) =>
      extension === null ? (
        <span className="text-muted">nowhere</span>
      ) : (
        <>
          {extension} <span className="text-muted">{extensionName}</span>
        </>
      ),
  },
  {
    id: 'emergency',
    head: '911',
    phone: 'value',
    cell: ({ emergency }) => (
      <StatusChip tone={addresses[emergency].tone} icon={addresses[emergency].icon}>
        {addresses[emergency].word}
      </StatusChip>
    ),
  },
]

/** The list. */
export function NumbersList({ customerId, search = '', head }: ListProps) {
  const { me } = useHouse()
  // Numbers are kept as digits, however somebody writes them.
  const digits = search.replaceAll(/[^+\d]/g, '')
  const numbers = useList(numbersRead({ customerId, search: digits || search }))
  const [chosen, choose] = useState<{ readonly act: 'route' | 'address'; readonly number: PhoneNumber }>()
  const close = (): void => choose(undefined)
  const button = (act: 'route' | 'address', number: PhoneNumber, label: string) => (
    <Button
      size="small"
      aria-label={`${label} of ${formatNumber(number.number)}`}
      onPointerEnter={warmDialog}
      onFocus={warmDialog}
      onClick={() => choose({ act, number })}
    >
      {label}
    </Button>
  )
  const acts: Column<PhoneNumber> = {
    id: 'act',
    head: 'Act',
    isHeadSilent: true,
    align: 'end',
    phone: 'foot',
    cell: (number) => (
      <span className="inline-flex gap-2 max-md:py-1">
        {button('route', number, 'Route')}
        {button('address', number, '911 address')}
      </span>
    ),
  }
  return (
    <>
      {head?.(null)}
      <Panel {...(head ? {} : { title: 'Numbers' })}>
        <DataTable
          {...numbers}
          caption="Numbers"
          columns={[
            columns[0]!,
            ...customerColumn<PhoneNumber>(me, customerId),
            ...columns.slice(1),
            ...(me.permissions.includes('extensions.write') ? [acts] : []),
          ]}
          idOf={(number) => number.id}
          empty={<EmptyState title={search ? `No number fits “${search}”.` : 'There are no numbers yet.'} />}
        />
      </Panel>
      {chosen?.act === 'route' && <RouteNumber number={chosen.number} onClose={close} />}
      {chosen?.act === 'address' && <EmergencyAddressForm number={chosen.number} onClose={close} />}
    </>
  )
}

function RouteNumber({ number, onClose }: { number: PhoneNumber; onClose: () => void }) {
  const client = useQueryClient()
  const shown = formatNumber(number.number)
  return (
    <FormDialog
      title={`Where ${shown} rings`}
      act="Save"
      onClose={onClose}
      send={async (read) => {
        const extensionId = read('extension') || null
        const done = await api.put('/api/v1/numbers/{id}/route', { params: { id: number.id }, body: { extensionId } })
        if (!done.ok) return done
        tell('ok', `${shown} was routed. It counts from the next call.`)
        await changed(client, '/api/v1/numbers')
        onClose()
        return done
      }}
    >
      <ExtensionChoice
        customerId={number.customerId}
        label="Extension"
        name="extension"
        defaultValue={number.extensionId ?? ''}
      >
        <option value="">Nowhere</option>
      </ExtensionChoice>
    </FormDialog>
  )
}
