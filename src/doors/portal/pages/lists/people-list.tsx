/** People: who they are, and the way to add one. */

import { useQueryClient } from '../../data/query.ts'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { changed, peopleRead, type Person } from '../../data/company.ts'
import { useList } from '../../data/use-list.ts'
import { useHouse } from '../../shell/house.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { Field } from '../../ui/field.tsx'
import { InstantText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { StatusChip } from '../../ui/status.tsx'
import { tell } from '../../ui/toast.tsx'
import { customerColumn, mayAdd, type ListProps } from './customer-column.tsx'
import { listsTexts } from './lists-texts.ts'
import { oncePerLanguage } from '../../words/language.ts'

const columns = oncePerLanguage((): readonly Column<Person>[] => [
  {
    id: 'name',
    head: listsTexts.name,
    phone: 'title',
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  { id: 'mail', head: listsTexts.mail, phone: 'note', cell: ({ email }) => <span className="break-all">{email}</span> },
  { id: 'since', head: listsTexts.since, cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
  {
    id: 'status',
    head: listsTexts.status,
    phone: 'value',
    cell: ({ status }) =>
      status === 'active' ? (
        <StatusChip tone="ok" icon="check">
          {listsTexts.active}
        </StatusChip>
      ) : (
        <StatusChip tone="neutral" icon="cross">
          {listsTexts.removed}
        </StatusChip>
      ),
  },
])

/** The list. */
export function PeopleList({ customerId, search = '', head }: ListProps) {
  const { me } = useHouse()
  const people = useList(peopleRead({ customerId, search }))
  const [isAdding, beAdding] = useState(false)
  const add = mayAdd(me, 'people.write', customerId) && (
    <Button
      {...(head ? {} : { size: 'small' })}
      onPointerEnter={warmDialog}
      onFocus={warmDialog}
      onClick={() => beAdding(true)}
    >
      {listsTexts.addPerson}
    </Button>
  )
  return (
    <>
      {head?.(add)}
      <Panel {...(head ? {} : { title: listsTexts.people, aside: add })}>
        <DataTable
          {...people}
          caption={listsTexts.people}
          columns={[columns()[0]!, ...customerColumn<Person>(me, customerId), ...columns().slice(1)]}
          idOf={(person) => person.id}
          empty={<EmptyState title={search ? listsTexts.nobodyFits(search) : listsTexts.nobodyYet} />}
        />
      </Panel>
      {isAdding && <AddPerson customerId={customerId} onClose={() => beAdding(false)} />}
    </>
  )
}

function AddPerson({ customerId, onClose }: { customerId: string | undefined; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <FormDialog
      title={listsTexts.addPerson}
      act={listsTexts.add}
      onClose={onClose}
      send={async (read) => {
        const whose = customerId === undefined ? {} : { customerId }
        const done = await api.post('/api/v1/people', { body: { ...whose, name: read('name'), email: read('email') } })
        if (!done.ok) return done
        tell('ok', listsTexts.wasAdded(read('name')))
        await changed(client, '/api/v1/people')
        onClose()
        return done
      }}
    >
      <Field label={listsTexts.name} name="name" required maxLength={200} autoComplete="off" />
      <Field label={listsTexts.mailAddress} name="email" type="email" required maxLength={254} autoComplete="off" />
    </FormDialog>
  )
}
