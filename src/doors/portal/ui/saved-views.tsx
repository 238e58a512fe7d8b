/** The views of a list that somebody keeps, and those that others share: chosen, saved under a name, deleted. */

import { useState, type SyntheticEvent } from 'react'
import { useQuery, useQueryClient } from '../data/query.ts'
import { savedViewsRead } from '../data/saved-views.ts'
import { api } from '../data/api.ts'
import { uiTexts } from '../words/ui-texts.ts'
import { Button } from './button.tsx'
import { CheckField } from './choice.tsx'
import { DropDown, DropDownAct } from './drop-down.tsx'
import { Field } from './field.tsx'
import type { TableViewControl } from './table-view.ts'
import { tell } from './toast.tsx'

type SavedViewsProps = {
  /** Names the list: `transactions`. */
  readonly list: string
  readonly view: TableViewControl
}

/** The menu. */
export function SavedViews({ list, view }: SavedViewsProps) {
  return (
    <DropDown label={uiTexts.views} name={uiTexts.myViews} side="end">
      {(close) => <Views list={list} view={view} close={close} />}
    </DropDown>
  )
}

function Views({ list, view, close }: SavedViewsProps & { readonly close: () => void }) {
  const client = useQueryClient()
  const read = savedViewsRead(list)
  const saved = useQuery({ ...read, staleTime: 0 })
  const changed = (): Promise<void> => client.invalidateQueries({ queryKey: read.queryKey })
  const remove = async (id: string): Promise<void> => {
    const done = await api.delete('/api/v1/saved-views/{id}', { params: { id } })
    if (!done.ok) tell('danger', `${done.failure.message}.`)
    await changed()
  }
  return (
    <>
      {saved.data?.items.length === 0 && <p className="px-2.5 py-1 text-muted">{uiTexts.noViews}</p>}
      {saved.data?.items.map(({ id, name, query, isOwn }) => (
        <div key={id} className="flex items-center">
          <DropDownAct
            onClick={() => {
              view.apply(query)
              close()
            }}
          >
            {name}
          </DropDownAct>
          {isOwn && (
            <Button
              look="quiet"
              size="small"
              icon="cross"
              aria-label={uiTexts.deleteView(name)}
              onClick={() => void remove(id)}
            />
          )}
        </div>
      ))}
      <hr className="my-1 border-line" />
      <SaveView list={list} query={view.search} onSaved={changed} />
    </>
  )
}

type SaveProps = { readonly list: string; readonly query: string; readonly onSaved: () => Promise<void> }

function SaveView({ list, query, onSaved }: SaveProps) {
  const [name, setName] = useState('')
  const [isShared, share] = useState(false)
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    const done = await api.post('/api/v1/saved-views', { body: { list, name, query, isShared } })
    if (!done.ok) {
      tell('danger', `${done.failure.message}.`)
      return
    }
    tell('ok', uiTexts.viewSaved(name))
    setName('')
    await onSaved()
  }
  return (
    <form className="grid gap-2 p-2" onSubmit={(event) => void save(event)}>
      <Field
        label={uiTexts.nameOfView}
        value={name}
        required
        maxLength={60}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <CheckField label={uiTexts.shared} checked={isShared} onChange={(event) => share(event.target.checked)} />
      <Button type="submit" size="small">
        {uiTexts.saveView}
      </Button>
    </form>
  )
}
