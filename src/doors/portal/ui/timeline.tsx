/** What happened to an object: the latest first, each with its time, its actor and its kind. For every department. */

import { useState, type ReactNode } from 'react'
import { uiTexts } from '../words/ui-texts.ts'
import { InstantText } from './figures.tsx'
import { Icon, type IconName } from './icon.tsx'
import { EmptyState } from './panel.tsx'
import { StatusChip, type Tone } from './status.tsx'

export type TimelineEvent = {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly title: ReactNode
  /** Who did it; left out for what the house does by itself. */
  readonly by?: string
  /** Kinds can be filtered by; name each as it is shown. */
  readonly kind?: string
  readonly tone?: Tone
  readonly icon?: IconName
  /** Only our own people see it. */
  readonly isInternal?: boolean
  readonly children?: ReactNode
}

const grounds: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  info: 'bg-info-soft text-info',
  neutral: 'bg-hover text-muted',
}

type TimelineProps = { readonly label: string; readonly events: readonly TimelineEvent[] }

/** The timeline; with two kinds or more it can be narrowed to one. */
export function Timeline({ label, events }: TimelineProps) {
  const [kind, choose] = useState<string>()
  const kinds = [...new Set(events.flatMap((event) => event.kind ?? []))]
  const shown = events.filter((event) => kind === undefined || event.kind === kind)
  if (events.length === 0) return <EmptyState title={uiTexts.noEvents} />
  return (
    <>
      {kinds.length > 1 && (
        <fieldset className="flex flex-wrap gap-1 px-4 pt-3">
          <legend className="sr-only">{label}</legend>
          {[undefined, ...kinds].map((one) => (
            <button
              key={one ?? ''}
              type="button"
              aria-pressed={one === kind}
              onClick={() => choose(one)}
              className={
                'h-7 rounded-full px-3 text-caption font-medium pointer-coarse:h-11 ' +
                (one === kind ? 'bg-accent-soft text-accent-text' : 'text-muted hover:bg-hover')
              }
            >
              {one ?? uiTexts.all}
            </button>
          ))}
        </fieldset>
      )}
      <ol aria-label={label} className="px-4 py-3">
        {shown.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ol>
    </>
  )
}

const row =
  'relative flex gap-3 pb-4 last:pb-1 not-last:before:absolute not-last:before:top-6 not-last:before:bottom-0 ' +
  'not-last:before:left-3 not-last:before:w-px not-last:before:bg-line'

function Event({ event }: { event: TimelineEvent }) {
  const { at, title, by, tone = 'neutral', icon, isInternal = false, children } = event
  return (
    <li className={row}>
      <span className={`z-1 grid size-6 shrink-0 place-items-center rounded-full ${grounds[tone]}`}>
        {icon ? <Icon name={icon} size={14} /> : <span className="size-2 rounded-full bg-current" />}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium wrap-anywhere">{title}</span>
          {isInternal && <StatusChip tone="warn">{uiTexts.internal}</StatusChip>}
        </p>
        <p className="text-caption text-muted">
          <InstantText iso={at} />
          {by && ` · ${by}`}
        </p>
        {children && <div className="mt-1 wrap-anywhere">{children}</div>}
      </div>
    </li>
  )
}
