/** People: who they are, and the way to add one. */

import { useQueryClient } from '@tanstack/react-query'
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

const columns: readonly Column<Person>[] = [
  { id: 'name', head: 'Name', phone: 'title', cell: ({ name }) => <span className="font-medium">{name}</span> },
  { id: 'mail', head: 'Mail', phone: 'note', cell: ({ email }) => <span className="break-all">{email}</span> },
  { id: 'since', head: 'Since', cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
  {
    id: 'status',
    head: 'Status',
    phone: 'value',
    cell: ({ status }) =>
      status === 'active' ? (
        <StatusChip tone="ok" icon="check">
          Active
        </StatusChip>
      ) : (
        <StatusChip tone="neutral" icon="cross">
          Removed
        </StatusChip>
      ),
  },
]

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
      Add a person
    </Button>
  )
  return (
    <>
      {head?.(add)}
      <Panel {...(head ? {} : { title: 'People', aside: add })}>
        <DataTable
          {...people}
          caption="People"
          columns={[columns[0]!, ...customerColumn<Person>(me, customerId), ...columns.slice(1)]}
          idOf={(person) => person.id}
          empty={<EmptyState title={search ? `Nobody fits “${search}”.` : 'There is nobody yet.'} />}
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
      title="Add a person"
      act="Add"
      onClose={onClose}
      send={async (read) => {
        const whose = customerId === undefined ? {} : { customerId }
        const done = await api.post('/api/v1/people', { body: { ...whose, name: read('name'), email: read('email') } })
        if (!done.ok) return done
        tell('ok', `${read('name')} was added.`)
        await changed(client, '/api/v1/people')
        onClose()
        return done
      }}
    >
      <Field label="Name" name="name" required maxLength={200} autoComplete="off" />
      <Field label="Mail address" name="email" type="email" required maxLength={254} autoComplete="off" />
    </FormDialog>
  )
}
