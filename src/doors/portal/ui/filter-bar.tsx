/** The filters of a list as chips: added by name, set by a choice or a text, taken away by their cross. */

import { useState, type SyntheticEvent } from 'react'
import { uiTexts } from '../words/ui-texts.ts'
import { Button } from './button.tsx'
import { DropDown, DropDownAct } from './drop-down.tsx'
import { Field } from './field.tsx'
import type { TableViewControl } from './table-view.ts'

export type Filter = {
  /** As the API and the address name it. */
  readonly id: string
  readonly label: string
  /** The values to choose from; without them a text is typed. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
  readonly maxLength?: number
}

type FilterBarProps = { readonly filters: readonly Filter[]; readonly view: TableViewControl }

/** The chips, and the way to add one. */
export function FilterBar({ filters, view }: FilterBarProps) {
  const set = filters.filter(({ id }) => view.filters[id] !== undefined)
  const left = filters.filter(({ id }) => view.filters[id] === undefined)
  return (
    <>
      {set.map((filter) => (
        <span
          key={filter.id}
          className="flex min-h-8 items-center gap-1 rounded-full bg-accent-soft pl-3 text-table text-accent-text"
        >
          <span className="min-w-0 wrap-anywhere">
            {filter.label}: <strong className="font-medium">{wordOf(filter, view.filters[filter.id]!)}</strong>
          </span>
          <Button
            look="quiet"
            size="small"
            icon="cross"
            aria-label={uiTexts.removeFilter(filter.label)}
            onClick={() => view.filter(filter.id, undefined)}
          />
        </span>
      ))}
      {left.length > 0 && (
        <DropDown icon="add" label={uiTexts.addFilter}>
          {(close) => <Chooser filters={left} view={view} close={close} />}
        </DropDown>
      )}
    </>
  )
}

function wordOf({ options }: Filter, value: string): string {
  return options?.find((option) => option.value === value)?.label ?? value
}

/** First which filter, then its value. */
function Chooser({ filters, view, close }: FilterBarProps & { readonly close: () => void }) {
  const [chosen, choose] = useState<Filter | undefined>(filters.length === 1 ? filters[0] : undefined)
  const [text, setText] = useState('')
  const set = (value: string): void => {
    if (chosen) view.filter(chosen.id, value.trim())
    close()
  }
  if (!chosen) {
    return filters.map((filter) => (
      <DropDownAct key={filter.id} onClick={() => choose(filter)}>
        {filter.label}
      </DropDownAct>
    ))
  }
  if (chosen.options) {
    return chosen.options.map(({ value, label }) => (
      <DropDownAct key={value} onClick={() => set(value)}>
        {label}
      </DropDownAct>
    ))
  }
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    set(text)
  }
  return (
    <form onSubmit={submit} className="grid gap-2 p-2">
      <Field
        label={uiTexts.filterBy(chosen.label)}
        value={text}
        maxLength={chosen.maxLength ?? 100}
        autoComplete="off"
        ref={(input) => input?.focus()}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary" size="small">
        {uiTexts.apply}
      </Button>
    </form>
  )
}
