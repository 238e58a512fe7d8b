/** Extensions: the numbers that people dial within a company. */

import { useQuery, useQueryClient } from '../../data/query.ts'
import { useState } from 'react'
import { api, valueOf } from '../../data/api.ts'
import { changed, extensionsRead, type Extension } from '../../data/company.ts'
import { useList } from '../../data/use-list.ts'
import { useHouse } from '../../shell/house.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { InstantText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { customerColumn, mayAdd, type ListProps } from './customer-column.tsx'
import { listsTexts } from './lists-texts.ts'
import { oncePerLanguage } from '../../words/language.ts'

const columns = oncePerLanguage((): readonly Column<Extension>[] => [
  { id: 'number', head: listsTexts.extension, phone: 'value', cell: ({ number }) => number },
  {
    id: 'name',
    head: listsTexts.name,
    phone: 'title',
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  {
    id: 'person',
    head: listsTexts.person,
    phone: 'note',
    cell: ({ personName }) => personName ?? <span className="text-muted">{listsTexts.nobody}</span>,
  },
  { id: 'since', head: listsTexts.since, cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
])

/** The list. */
export function ExtensionsList({ customerId, search = '', head }: ListProps) {
  const { me } = useHouse()
  const extensions = useList(extensionsRead({ customerId, search }))
  const [isAdding, beAdding] = useState(false)
  const add = mayAdd(me, 'extensions.write', customerId) && (
    <Button
      {...(head ? {} : { size: 'small' })}
      onPointerEnter={warmDialog}
      onFocus={warmDialog}
      onClick={() => beAdding(true)}
    >
      {listsTexts.addExtension}
    </Button>
  )
  return (
    <>
      {head?.(add)}
      <Panel {...(head ? {} : { title: listsTexts.extensions, aside: add })}>
        <DataTable
          {...extensions}
          caption={listsTexts.extensions}
          columns={[...columns().slice(0, 2), ...customerColumn<Extension>(me, customerId), ...columns().slice(2)]}
          idOf={(extension) => extension.id}
          empty={<EmptyState title={search ? listsTexts.noExtensionFits(search) : listsTexts.noExtensions} />}
        />
      </Panel>
      {isAdding && <AddExtension customerId={customerId} onClose={() => beAdding(false)} />}
    </>
  )
}

function AddExtension({ customerId, onClose }: { customerId: string | undefined; onClose: () => void }) {
  const client = useQueryClient()
  const people = useQuery({
    queryKey: ['people to choose from', customerId],
    queryFn: ({ signal }) => valueOf(api.get('/api/v1/people', { query: { customerId, limit: '200' }, signal })),
  })
  const whose = customerId === undefined ? {} : { customerId }
  return (
    <FormDialog
      title={listsTexts.addExtension}
      act={listsTexts.add}
      onClose={onClose}
      send={async (read) => {
        const personId = read('person')
        const body = { ...whose, number: read('number'), name: read('name'), ...(personId ? { personId } : {}) }
        const done = await api.post('/api/v1/extensions', { body })
        if (!done.ok) return done
        tell('ok', listsTexts.extensionAdded(body.number))
        await changed(client, '/api/v1/extensions')
        onClose()
        return done
      }}
    >
      <p className="text-muted">{listsTexts.priceToday}</p>
      <Field
        label={listsTexts.extension}
        name="number"
        required
        inputMode="numeric"
        pattern="[0-9]{2,6}"
        title={listsTexts.twoToSix}
        hint={listsTexts.digitsHint}
        autoComplete="off"
      />
      <Field
        label={listsTexts.name}
        name="name"
        required
        maxLength={200}
        hint={listsTexts.shownTo}
        autoComplete="off"
      />
      <SelectField label={listsTexts.person} name="person">
        <option value="">{listsTexts.nobodyRoom}</option>
        {people.data?.items
          .filter(({ status }) => status === 'active')
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </SelectField>
    </FormDialog>
  )
}
