/**
 * The table of every list: sticky head, one row a record, a row of totals, more rows on demand; on a phone each row
 * is two lines. The first column opens the record; j, k and the arrows walk along the rows, x selects one.
 */

import { memo, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { NavLink } from '../shell/nav-link.tsx'
import { Button } from './button.tsx'
import { FailureState, Skeleton } from './panel.tsx'
import type { TableViewControl } from './table-view.ts'
import { shellTexts } from '../words/shell-texts.ts'

export type Column<Row> = {
  readonly id: string
  readonly head: string
  /** The column's name is plain from what stands in it: it is only read out. */
  readonly isHeadSilent?: boolean
  readonly cell: (row: Row) => ReactNode
  readonly align?: 'end'
  /** Where it stands in a phone's two lines; a column without a place is left out there. */
  readonly phone?: 'title' | 'value' | 'note' | 'aside' | 'below' | 'foot'
  /** The server can sort by it, by its id. */
  readonly isSortable?: boolean
  /** What stands in the row of totals. */
  readonly total?: ReactNode
}

export type Selection<Row> = {
  readonly ids: ReadonlySet<string>
  readonly choose: (ids: ReadonlySet<string>) => void
  /** What a row is called, for those who do not see it. */
  readonly nameOf: (row: Row) => string
  /** Buttons that act on all that is selected. */
  readonly actions: ReactNode
}

type TableProps<Row> = {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[] | undefined
  readonly idOf: (row: Row) => string
  readonly empty: ReactNode
  readonly failure?: { readonly message: string; readonly retry: () => void } | undefined
  /** Rows that arrive while the table stands are marked for a moment. */
  readonly isLive?: boolean
  readonly onOpen?: (row: Row) => void
  /** The page of a row, where it has one instead of a panel. */
  readonly linkOf?: ((row: Row) => string) | undefined
  /** Called when somebody is about to open a row. */
  readonly onIntent?: () => void
  /** Names what opening a row shows, for screen readers. */
  readonly openLabel?: (row: Row) => string
  readonly more?: { readonly isLoading: boolean; readonly load: () => void } | undefined
  /** How the reader looks at it: see table-view.ts. */
  readonly view?: Pick<TableViewControl, 'hidden' | 'isCompact' | 'sort' | 'sortBy'>
  readonly selection?: Selection<Row>
}

const places = {
  title: 'max-md:col-start-1 max-md:row-start-1 max-md:font-medium',
  value: 'max-md:col-start-2 max-md:row-start-1 max-md:text-right max-md:font-medium',
  note: 'max-md:col-start-1 max-md:row-start-2 max-md:text-left max-md:text-muted',
  aside: 'max-md:col-start-2 max-md:row-start-2 max-md:text-right max-md:text-muted',
  below: 'max-md:col-span-2 max-md:row-start-3 max-md:text-left max-md:text-muted',
  foot: 'max-md:col-span-2 max-md:row-start-4 max-md:text-left',
} as const

const phoneRow =
  'max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-0.5 max-md:px-4 max-md:py-2.5'

function cellClass<Row>({ align, phone }: Column<Row>): string {
  const side = align === 'end' ? 'text-right' : 'text-left'
  const place = phone ? places[phone] : 'max-md:hidden'
  // A word without an end makes no table wider than its page.
  const wrap = phone === 'title' ? 'md:min-w-40 wrap-anywhere' : 'max-md:wrap-anywhere'
  return `px-3 py-2 first:pl-4 last:pr-4 max-md:min-w-0 max-md:p-0! ${side} ${wrap} ${place}`
}

/** A table of records. */
export function DataTable<Row>(props: TableProps<Row>) {
  const { caption, rows, idOf, empty, failure, isLive = false, onOpen, linkOf, onIntent, openLabel } = props
  const { more, view, selection } = props
  const columns = props.columns.filter((column) => !view?.hidden.includes(column.id))
  const [firstIds] = useState(() => new Set(rows?.map(idOf)))
  const isNew = (row: Row): boolean => isLive && firstIds.size > 0 && !firstIds.has(idOf(row))
  if (failure && !rows) return <FailureState message={failure.message} onRetry={failure.retry} />
  if (!rows) return <Skeleton lines={6} />
  if (rows.length === 0) {
    return (
      <>
        {failure && <NotRefreshed {...failure} />}
        {empty}
      </>
    )
  }
  const hasTotals = columns.some((column) => column.total !== undefined)
  return (
    <>
      {failure && <NotRefreshed {...failure} />}
      {selection && <BulkBar selection={selection as Selection<unknown>} all={rows.map(idOf)} />}
      <table className="w-full border-collapse text-table max-md:block">
        <caption className="sr-only">{caption}</caption>
        <Heads columns={columns as readonly Column<unknown>[]} view={view} />
        <tbody className="max-md:block">
          {rows.map((row) => (
            <TableRow
              key={idOf(row)}
              row={row}
              isNew={isNew(row)}
              columns={columns as readonly Column<unknown>[]}
              onOpen={onOpen as ((row: unknown) => void) | undefined}
              linkOf={linkOf as ((row: unknown) => string) | undefined}
              onIntent={onIntent}
              openLabel={openLabel as ((row: unknown) => string) | undefined}
              isCompact={view?.isCompact === true}
              check={selection && checkOf(selection, idOf(row), selection.nameOf(row))}
            />
          ))}
        </tbody>
        {hasTotals && (
          <tfoot className="max-md:block">
            <tr className={`font-semibold ${phoneRow}`}>
              {columns.map((column) => (
                <td key={column.id} className={`${cellClass(column)} md:h-10`}>
                  {column.total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {more && (
        <div className="border-t border-line p-3 text-center">
          <Button onClick={more.load} disabled={more.isLoading}>
            {more.isLoading ? shellTexts.loading : shellTexts.showMore}
          </Button>
        </div>
      )}
    </>
  )
}

type HeadsProps = {
  readonly columns: readonly Column<unknown>[]
  readonly view: TableProps<unknown>['view']
}

function Heads({ columns, view }: HeadsProps) {
  return (
    <thead className="max-md:sr-only">
      <tr>
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            aria-sort={column.isSortable && view ? sortOf(column.id, view.sort) : undefined}
            className={`${headClass} ${column.align === 'end' ? 'text-right' : 'text-left'}`}
          >
            {column.isHeadSilent ? (
              <span className="sr-only">{column.head}</span>
            ) : column.isSortable && view ? (
              <button
                type="button"
                className="h-9 hover:text-ink"
                onClick={() => view.sortBy(view.sort === `-${column.id}` ? column.id : `-${column.id}`)}
              >
                {column.head}
                <span aria-hidden="true">{arrows[sortOf(column.id, view.sort)]}</span>
              </button>
            ) : (
              column.head
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

const headClass =
  'sticky top-25 z-10 h-9 bg-surface px-3 font-medium text-muted shadow-[inset_0_-1px_0_var(--border)] ' +
  'first:pl-4 last:pr-4'

const arrows = { ascending: ' ↑', descending: ' ↓', none: '' } as const

function sortOf(id: string, sort: string | undefined): keyof typeof arrows {
  return sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : 'none'
}

type Check = { readonly isOn: boolean; readonly toggle: () => void; readonly name: string }

function checkOf<Row>({ ids, choose }: Selection<Row>, id: string, name: string): Check {
  const isOn = ids.has(id)
  return {
    isOn,
    name,
    toggle: () => choose(isOn ? new Set([...ids].filter((one) => one !== id)) : new Set([...ids, id])),
  }
}

/** What is selected, and what can be done with it. */
function BulkBar({ selection, all }: { readonly selection: Selection<unknown>; readonly all: readonly string[] }) {
  const { ids, choose, actions } = selection
  const isAll = all.length > 0 && all.every((id) => ids.has(id))
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
      <label className="flex min-h-8 items-center gap-2">
        <input type="checkbox" checked={isAll} onChange={() => choose(isAll ? new Set() : new Set(all))} />
        {ids.size === 0 ? shellTexts.selectAll : `${ids.size} ${shellTexts.selected}`}
      </label>
      {ids.size > 0 && actions}
    </div>
  )
}

type RowProps = {
  readonly row: unknown
  readonly isNew: boolean
  readonly columns: readonly Column<unknown>[]
  readonly onOpen: ((row: unknown) => void) | undefined
  readonly linkOf: ((row: unknown) => string) | undefined
  readonly onIntent: (() => void) | undefined
  readonly openLabel: ((row: unknown) => string) | undefined
  readonly isCompact: boolean
  readonly check: Check | undefined
}

/** Rows are kept as they are while their record stays the same: tables grow by pages. */
const TableRow = memo(function TableRow(props: RowProps) {
  const { row, isNew, columns, onOpen, linkOf, onIntent, isCompact } = props
  return (
    <tr
      onClick={onOpen ? () => onOpen(row) : linkOf && followLink}
      onPointerEnter={onIntent}
      className={
        `border-b border-line last:border-0 ${phoneRow} ${isNew ? 'animate-arrive' : ''} ` +
        (onOpen || linkOf ? 'cursor-pointer hover:bg-hover' : '')
      }
    >
      {columns.map((column, at) => (
        <td key={column.id} className={`${cellClass(column)} ${isCompact ? 'md:h-8 md:py-1' : 'md:h-10'}`}>
          {at === 0 ? <FirstCell {...props} content={column.cell(row)} /> : column.cell(row)}
        </td>
      ))}
    </tr>
  )
})

/** What opens the row, behind the box that selects it. */
function FirstCell(props: RowProps & { readonly content: ReactNode }) {
  const { row, onOpen, linkOf, onIntent, openLabel, check, content } = props
  const opener = linkOf ? (
    <NavLink to={linkOf(row)} data-row onKeyDown={moveAmongRows} className="font-medium hover:underline">
      {content}
    </NavLink>
  ) : onOpen ? (
    <button
      type="button"
      data-row
      aria-label={openLabel?.(row)}
      onFocus={onIntent}
      onKeyDown={moveAmongRows}
      onClick={(event) => {
        event.stopPropagation()
        onOpen(row)
      }}
      className="min-h-6 text-left"
    >
      {content}
    </button>
  ) : (
    content
  )
  if (!check) return opener
  return (
    <span className="flex items-center gap-3">
      <input
        type="checkbox"
        data-check
        className="size-4 shrink-0 accent-(--accent-solid) pointer-coarse:size-6"
        aria-label={check.name}
        checked={check.isOn}
        onChange={check.toggle}
        onClick={(event) => event.stopPropagation()}
      />
      {opener}
    </span>
  )
}

/** A click beside a row's link follows it, unless it was on something else that can be clicked, or selected text. */
function followLink(event: MouseEvent<HTMLTableRowElement>): void {
  if ((event.target as Element).closest('a, button') || getSelection()?.toString()) return
  event.currentTarget.querySelector<HTMLElement>('[data-row]')?.click()
}

/** What is shown could not be read again: it may be old. */
function NotRefreshed({ message, retry }: { readonly message: string; readonly retry: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center justify-between gap-2 bg-warn-soft px-4 py-1.5 text-warn">
      <span>{shellTexts.mayBeOld(message)}</span>
      <Button size="small" onClick={retry}>
        {shellTexts.retry}
      </Button>
    </div>
  )
}

function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === 'x') event.currentTarget.closest('tr')?.querySelector<HTMLElement>('[data-check]')?.click()
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const rows = [...(event.currentTarget.closest('tbody')?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const next = rows[rows.indexOf(event.currentTarget) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
