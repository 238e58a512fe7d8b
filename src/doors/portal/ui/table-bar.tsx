/** The bar above a list: its filters, columns, density, and the same rows as a file. */

import { uiTexts } from '../words/ui-texts.ts'
import { buttonClass } from './button.tsx'
import type { Column } from './data-table.tsx'
import { DropDown, DropDownCheck } from './drop-down.tsx'
import { FilterBar, type Filter } from './filter-bar.tsx'
import { Icon } from './icon.tsx'
import { SavedViews } from './saved-views.tsx'
import type { TableViewControl } from './table-view.ts'

type TableBarProps = {
  /** Names the list for saved views: `transactions`. */
  readonly list: string
  readonly view: TableViewControl
  readonly filters?: readonly Filter[]
  /** Columns that may be hidden are those after the first. */
  readonly columns: readonly Pick<Column<never>, 'id' | 'head'>[]
  /** Addresses of exactly these rows as files. */
  readonly files?: { readonly csv?: string; readonly xlsx?: string }
}

/** The bar. */
export function TableBar({ list, view, filters = [], columns, files }: TableBarProps) {
  const toggle = (id: string, isShown: boolean): void =>
    view.hide(isShown ? view.hidden.filter((one) => one !== id) : [...view.hidden, id])
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5">
      <FilterBar filters={filters} view={view} />
      <div className="flex-1" />
      <SavedViews list={list} view={view} />
      <DropDown label={uiTexts.columns} side="end">
        {() => (
          <>
            {columns.slice(1).map(({ id, head }) => (
              <DropDownCheck key={id} isOn={!view.hidden.includes(id)} onChange={(isShown) => toggle(id, isShown)}>
                {head}
              </DropDownCheck>
            ))}
            <hr className="my-1 border-line" />
            <DropDownCheck isOn={view.isCompact} onChange={view.beCompact}>
              {uiTexts.compact}
            </DropDownCheck>
          </>
        )}
      </DropDown>
      {files?.csv && <FileLink to={files.csv} label={uiTexts.downloadCsv} />}
      {files?.xlsx && <FileLink to={files.xlsx} label={uiTexts.downloadXlsx} />}
    </div>
  )
}

function FileLink({ to, label }: { readonly to: string; readonly label: string }) {
  return (
    <a href={to} download className={buttonClass('plain', 'small')}>
      <Icon name="download" />
      {label}
    </a>
  )
}
