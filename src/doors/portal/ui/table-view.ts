/**
 * How a reader looks at a list, kept in the address so that it can be sent to others: filters, order, hidden columns,
 * density. The server reads the same address for the first rows.
 */

import { useLocation, useSearch } from 'wouter'

export type TableView = {
  /** Filters by their id, as the API takes them. */
  readonly filters: Readonly<Record<string, string>>
  /** A column's id, with `-` before it for the highest first. */
  readonly sort: string | undefined
  readonly hidden: readonly string[]
  readonly isCompact: boolean
}

const SORT = 'sort'
const HIDDEN = 'hide'
const DENSITY = 'rows'

/** The view that an address asks for; only these filters count. */
function viewOfSearch(search: string, filterIds: readonly string[]): TableView {
  const query = new URLSearchParams(search)
  const filters: Record<string, string> = {}
  for (const id of filterIds) {
    const value = query.get(id)
    if (value) filters[id] = value
  }
  return {
    filters,
    sort: query.get(SORT) ?? undefined,
    hidden: (query.get(HIDDEN) ?? '').split(',').filter(Boolean),
    isCompact: query.get(DENSITY) === 'compact',
  }
}

export type TableViewControl = TableView & {
  /** The query of the address, for saving it as a view. */
  readonly search: string
  /** Sets one filter, or takes it away. */
  readonly filter: (id: string, value: string | undefined) => void
  readonly sortBy: (sort: string | undefined) => void
  readonly hide: (columns: readonly string[]) => void
  readonly beCompact: (isCompact: boolean) => void
  /** Sets several parts of the address at once, such as a range. */
  readonly set: (parts: Readonly<Record<string, string | undefined>>) => void
  /** Goes to a saved view. */
  readonly apply: (search: string) => void
}

/** The view of this page, and how to change it. */
export function useTableView(filterIds: readonly string[]): TableViewControl {
  const [path, navigate] = useLocation()
  const search = useSearch()
  const go = (query: URLSearchParams): void => {
    const text = query.toString()
    navigate(text ? `${path}?${text}` : path, { replace: true })
  }
  const setAll = (parts: Readonly<Record<string, string | undefined>>): void => {
    const query = new URLSearchParams(search)
    for (const [id, value] of Object.entries(parts)) {
      if (value === undefined || value === '') query.delete(id)
      else query.set(id, value)
    }
    go(query)
  }
  const set = (id: string, value: string | undefined): void => setAll({ [id]: value })
  return {
    ...viewOfSearch(search, filterIds),
    search,
    filter: set,
    set: setAll,
    sortBy: (sort) => set(SORT, sort),
    hide: (columns) => set(HIDDEN, columns.join(',')),
    beCompact: (isCompact) => set(DENSITY, isCompact ? 'compact' : undefined),
    apply: (saved) => go(new URLSearchParams(saved)),
  }
}
