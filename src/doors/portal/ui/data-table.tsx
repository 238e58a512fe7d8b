/**
 * The table of every list: sticky head, one row a record, a row of totals, more rows on demand; on a phone each row
 * is two lines. The first column opens the record; j, k and the arrows walk along the rows.
 */

import { memo, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { NavLink } from '../shell/nav-link.tsx'
import { Button } from './button.tsx'
import { FailureState, Skeleton } from './panel.tsx'

export type Column<Row> = {
  readonly id: string
  readonly head: string
  /** The column's name is plain from what stands in it: it is only read out. */
  readonly isHeadSilent?: boolean
  readonly cell: (row: Row) => ReactNode
  readonly align?: 'end'
  /** Where it stands in a phone's two lines; a column without a place is left out there. */
  readonly phone?: 'title' | 'value' | 'note' | 'aside' | 'below' | 'foot'
  /** What stands in the row of totals. */
  readonly total?: ReactNode
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
}

const places = {
  title: 'max-md:col-start-1 max-md:row-start-1 max-md:font-medium',
  value: 'max-md:col-start-2 max-md:row-start-1 max-md:text-right max-md:font-medium',
  note: 'max-md:col-start-1 max-md:row-start-2 max-md:text-muted',
  aside: 'max-md:col-start-2 max-md:row-start-2 max-md:text-right max-md:text-muted',
  below: 'max-md:col-span-2 max-md:row-start-3 max-md:text-muted',
  foot: 'max-md:col-span-2 max-md:row-start-4 max-md:text-left',
} as const

const phoneRow =
  'max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-0.5 max-md:px-4 max-md:py-2.5'

function cellClass<Row>({ align, phone }: Column<Row>): string {
  const side = align === 'end' ? 'text-right' : 'text-left'
  return `px-3 py-2 first:pl-4 last:pr-4 max-md:min-w-0 max-md:p-0! ${side} ${phone ? places[phone] : 'max-md:hidden'}`
}

/** A table of records. */
export function DataTable<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, idOf, empty, failure, isLive = false, onOpen, linkOf, onIntent, openLabel } = props
  const { more } = props
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
      <table className="w-full border-collapse text-table max-md:block">
        <caption className="sr-only">{caption}</caption>
        <Heads columns={columns as readonly Column<unknown>[]} />
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
            {more.isLoading ? 'Loading …' : 'Show more'}
          </Button>
        </div>
      )}
    </>
  )
}

function Heads({ columns }: { columns: readonly Column<unknown>[] }) {
  return (
    <thead className="max-md:sr-only">
      <tr>
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            className={
              'sticky top-25 z-10 h-9 bg-surface px-3 font-medium text-muted ' +
              'shadow-[inset_0_-1px_0_var(--border)] ' +
              `first:pl-4 last:pr-4 ${column.align === 'end' ? 'text-right' : 'text-left'}`
            }
          >
            {column.isHeadSilent ? <span className="sr-only">{column.head}</span> : column.head}
          </th>
        ))}
      </tr>
    </thead>
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
}

/** Rows are kept as they are while their record stays the same: tables grow by pages. */
const TableRow = memo(function TableRow(props: RowProps) {
  const { row, isNew, columns, onOpen, linkOf, onIntent, openLabel } = props
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
        <td key={column.id} className={`${cellClass(column)} md:h-10`}>
          {at === 0 && linkOf ? (
            <NavLink to={linkOf(row)} data-row onKeyDown={moveAmongRows} className="font-medium hover:underline">
              {column.cell(row)}
            </NavLink>
          ) : at === 0 && onOpen ? (
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
              {column.cell(row)}
            </button>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  )
})

/** A click beside a row's link follows it, unless it was on something else that can be clicked, or selected text. */
function followLink(event: MouseEvent<HTMLTableRowElement>): void {
  if ((event.target as Element).closest('a, button') || getSelection()?.toString()) return
  event.currentTarget.querySelector<HTMLElement>('[data-row]')?.click()
}

/** What is shown could not be read again: it may be old. */
function NotRefreshed({ message, retry }: { readonly message: string; readonly retry: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center justify-between gap-2 bg-warn-soft px-4 py-1.5 text-warn">
      <span>What stands here may be old: {message}.</span>
      <Button size="small" onClick={retry}>
        Try again
      </Button>
    </div>
  )
}

function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const rows = [...(event.currentTarget.closest('tbody')?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const next = rows[rows.indexOf(event.currentTarget) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
