/** Telephone numbers: where they ring, and whether help would find the caller. */

import { useQueryClient } from '../../data/query.ts'
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
import { listsTexts } from './lists-texts.ts'
import { oncePerLanguage } from '../../words/language.ts'

const kinds = oncePerLanguage(
  () =>
    ({
      did: listsTexts.local,
      tollfree: listsTexts.tollfree,
      mobile: listsTexts.mobile,
    }) as const,
)

const addresses = oncePerLanguage(
  () =>
    ({
      active: { word: listsTexts.addressActive, tone: 'ok', icon: 'check' },
      submitted: { word: listsTexts.addressReview, tone: 'info', icon: 'info' },
      retired: { word: listsTexts.addressNone, tone: 'danger', icon: 'blocked' },
      none: { word: listsTexts.addressNone, tone: 'danger', icon: 'blocked' },
    }) as const,
)

const columns = oncePerLanguage((): readonly Column<PhoneNumber>[] => [
  {
    id: 'number',
    head: listsTexts.number,
    phone: 'title',
    cell: ({ number }) => <span className="font-medium whitespace-nowrap">{formatNumber(number)}</span>,
  },
  { id: 'kind', head: listsTexts.kind, cell: ({ kind }) => <span className="text-muted">{kinds()[kind]}</span> },
  {
    id: 'route',
    head: listsTexts.ringsAt,
    phone: 'note',
    cell: ({ extension, extensionName }) =>
      extension === null ? (
        <span className="text-muted">{listsTexts.nowhere}</span>
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
      <StatusChip tone={addresses()[emergency].tone} icon={addresses()[emergency].icon}>
        {addresses()[emergency].word}
      </StatusChip>
    ),
  },
])

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
      aria-label={listsTexts.labelOf(label, formatNumber(number.number))}
      onPointerEnter={warmDialog}
      onFocus={warmDialog}
      onClick={() => choose({ act, number })}
    >
      {label}
    </Button>
  )
  const acts: Column<PhoneNumber> = {
    id: 'act',
    head: listsTexts.act,
    isHeadSilent: true,
    align: 'end',
    phone: 'foot',
    cell: (number) => (
      <span className="inline-flex gap-2 max-md:py-1">
        {button('route', number, listsTexts.route)}
        {button('address', number, listsTexts.address)}
      </span>
    ),
  }
  return (
    <>
      {head?.(null)}
      <Panel {...(head ? {} : { title: listsTexts.numbers })}>
        <DataTable
          {...numbers}
          caption={listsTexts.numbers}
          columns={[
            columns()[0]!,
            ...customerColumn<PhoneNumber>(me, customerId),
            ...columns().slice(1),
            ...(me.permissions.includes('extensions.write') ? [acts] : []),
          ]}
          idOf={(number) => number.id}
          empty={<EmptyState title={search ? listsTexts.noNumberFits(search) : listsTexts.noNumbers} />}
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
      title={listsTexts.whereRings(shown)}
      act={listsTexts.save}
      onClose={onClose}
      send={async (read) => {
        const extensionId = read('extension') || null
        const done = await api.put('/api/v1/numbers/{id}/route', { params: { id: number.id }, body: { extensionId } })
        if (!done.ok) return done
        tell('ok', listsTexts.wasRouted(shown))
        await changed(client, '/api/v1/numbers')
        onClose()
        return done
      }}
    >
      <ExtensionChoice
        customerId={number.customerId}
        label={listsTexts.extension}
        name="extension"
        defaultValue={number.extensionId ?? ''}
      >
        <option value="">{listsTexts.nowhereOption}</option>
      </ExtensionChoice>
    </FormDialog>
  )
}
