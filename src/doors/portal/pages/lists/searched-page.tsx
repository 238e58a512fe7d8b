/** A page that is one list with a search above it. */

import { useDeferredValue, useState, type ComponentType } from 'react'
import { useSearch } from 'wouter'
import { Field } from '../../ui/field.tsx'
import { PageHead } from '../../ui/panel.tsx'
import type { ListProps } from './customer-column.tsx'
import { listsTexts } from './lists-texts.ts'

type SearchedPageProps = {
  readonly title: string
  readonly note?: string
  /** What is searched in: "name or number". */
  readonly searches: string
  readonly list: ComponentType<ListProps>
}

/** The page. */
export function SearchedPage({ title, note, searches, list: List }: SearchedPageProps) {
  const asked = new URLSearchParams(useSearch()).get('search') ?? ''
  const [typed, type] = useState(asked)
  const [shown, show] = useState(asked)
  // Another address, such as one of the command palette, asks for other rows.
  if (asked !== shown) {
    show(asked)
    type(asked)
  }
  const search = useDeferredValue(typed.trim())
  return (
    <List
      search={search}
      head={(add) => (
        <PageHead title={title} note={note}>
          <Field
            label={listsTexts.searchBy(searches)}
            type="search"
            maxLength={100}
            value={typed}
            onChange={(event) => type(event.target.value)}
            className="w-64 max-w-full"
          />
          {add}
        </PageHead>
      )}
    />
  )
}
