/** Grounds of a page: its head, panels, and what stands there when there is nothing to show. */

import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { shellTexts } from '../words/shell-texts.ts'

type PageHeadProps = { readonly title: string; readonly note?: ReactNode; readonly children?: ReactNode }

/** The page's title, what it needs to say about itself, and its actions. */
export function PageHead({ title, note, children }: PageHeadProps) {
  return (
    <div className="mb-5 flex flex-wrap items-end gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-64">
        <h1 className="text-page font-semibold tracking-tight">{title}</h1>
        {note && <p className="mt-1 text-muted">{note}</p>}
      </div>
      {children && <div className="flex flex-wrap items-end gap-2">{children}</div>}
    </div>
  )
}

type PanelProps = {
  readonly title?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** A bordered ground with an optional title row. */
export function Panel({ title, aside, children }: PanelProps) {
  return (
    <section className="rounded-panel border border-line bg-raised shadow-raised">
      {title && (
        <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 px-4 py-2">
          <h2 className="text-section font-semibold">{title}</h2>
          {aside && <div className="text-table text-muted">{aside}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

/** One figure with its name and where it comes from. */
export function Figure(props: { label: string; children: ReactNode; note?: ReactNode; isWide?: boolean }) {
  const width = props.isWide ? 'max-sm:col-span-2' : ''
  return (
    <div className={`min-w-0 rounded-panel border border-line bg-raised px-4 py-3.5 shadow-raised ${width}`}>
      <p className="text-caption font-medium text-muted">{props.label}</p>
      <p className="mt-1 text-figure font-semibold tracking-tight wrap-anywhere max-sm:text-page max-[24rem]:text-lead">
        {props.children}
      </p>
      {props.note && <div className="mt-1.5 text-caption text-muted">{props.note}</div>}
    </div>
  )
}

/** Says why there is nothing, and what to do. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="px-6 py-9 text-center text-muted">
      <p>{title}</p>
      {children && <div className="mx-auto mt-1 max-w-md">{children}</div>}
    </div>
  )
}

/** Says what went wrong and lets the reader try again. */
export function FailureState({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div role="alert" className="px-6 py-10 text-center">
      <p className="font-medium text-danger">{shellTexts.failed}</p>
      <p className="mx-auto mt-1 mb-4 max-w-md text-muted">
        {message.charAt(0).toUpperCase()}
        {message.slice(1)}.
      </p>
      <Button onClick={onRetry}>{shellTexts.retry}</Button>
    </div>
  )
}

/** Grey bars where text will be. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div aria-hidden="true" className="grid gap-3 p-4">
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className="h-4 animate-breathe rounded bg-hover odd:w-11/12 even:w-4/5" />
      ))}
    </div>
  )
}
