/**
 * The page of one object: where it stands, its name and state, what can be done with it, what is known of it, and its
 * parts as tabs, of which the address names the open one.
 */

import type { ReactNode } from 'react'
import { useSearch } from 'wouter'
import { NavLink } from '../shell/nav-link.tsx'
import { Facts, type Fact } from './facts.tsx'
import { Panel } from './panel.tsx'

export type Crumb = { readonly label: string; readonly to: string }

export type ObjectTab = {
  /** As the address names it. */
  readonly id: string
  readonly label: string
  /** How many things are in it. */
  readonly count?: number
  readonly content: () => ReactNode
}

type ObjectPageProps = {
  /** The lists above it. */
  readonly crumbs: readonly Crumb[]
  /** The object's own name. */
  readonly title: string
  readonly status?: ReactNode
  /** One line below the name. */
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly facts?: readonly (Fact | false)[]
  /** Its address without the query. */
  readonly path: string
  readonly tabs?: readonly ObjectTab[]
  readonly children?: ReactNode
}

/** The page. */
export function ObjectPage(props: ObjectPageProps) {
  const { crumbs, title, status, note, actions, facts, path, tabs = [], children } = props
  const asked = new URLSearchParams(useSearch()).get('tab')
  const open = tabs.find((tab) => tab.id === asked) ?? tabs[0]
  return (
    <>
      <nav aria-label={title} className="mb-2">
        <ol className="flex flex-wrap gap-x-1.5 text-table text-muted">
          {crumbs.map(({ label, to }) => (
            <li key={to} className="flex gap-1.5">
              <NavLink to={to} className="min-h-6 text-accent-text hover:underline">
                {label}
              </NavLink>
              <span aria-hidden="true">›</span>
            </li>
          ))}
        </ol>
      </nav>
      <div className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-page font-semibold tracking-tight wrap-anywhere">{title}</h1>
            {status}
          </div>
          {note && <p className="mt-1 text-muted">{note}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      <div className="grid gap-5">
        {facts && (
          <Panel>
            <div className="p-4">
              <Facts facts={facts} />
            </div>
          </Panel>
        )}
        {children}
        {open && (
          <div className="min-w-0">
            <TabList name={title} path={path} tabs={tabs} open={open} />
            {open.content()}
          </div>
        )}
      </div>
    </>
  )
}

type TabListProps = Pick<ObjectPageProps, 'path'> & {
  readonly name: string
  readonly tabs: readonly ObjectTab[]
  readonly open: ObjectTab
}

/** Links, so that each part has its address, and the browser's way back works. */
function TabList({ name, path, tabs, open }: TabListProps) {
  return (
    <nav aria-label={`${name}: ${open.label}`} className="mb-4 border-b border-line">
      <ul className="flex flex-wrap">
        {tabs.map((tab) => (
          <li key={tab.id}>
            <NavLink
              to={tab === tabs[0] ? path : `${path}?tab=${tab.id}`}
              isCurrent={tab === open}
              className={
                'flex h-10 items-center gap-1.5 border-b-2 px-3 font-medium whitespace-nowrap ' +
                (tab === open ? 'border-accent-ring text-ink' : 'border-transparent text-muted hover:text-ink')
              }
            >
              {tab.label}
              {tab.count !== undefined && <span className="text-caption text-muted">{tab.count}</span>}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
