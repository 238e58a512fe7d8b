/** Things to do, each with the way to do it. What is done comes from facts: nobody ticks anything here. */

import { NavLink } from '../shell/nav-link.tsx'
import { uiTexts } from '../words/ui-texts.ts'
import { Icon } from './icon.tsx'

export type ChecklistItem = {
  readonly id: string
  readonly label: string
  readonly isDone: boolean
  /** Where it is done. */
  readonly to?: string
}

/** The list. */
export function Checklist({ label, items }: { readonly label: string; readonly items: readonly ChecklistItem[] }) {
  return (
    <ul aria-label={label} className="grid gap-1 px-4 pb-3">
      {items.map(({ id, label: text, isDone, to }) => (
        <li key={id} className="flex min-h-8 items-center gap-2.5">
          <span
            className={
              'grid size-5 shrink-0 place-items-center rounded-full ' +
              (isDone ? 'bg-ok-soft text-ok' : 'border border-line-strong')
            }
          >
            {isDone && <Icon name="check" size={12} />}
          </span>
          {to && !isDone ? (
            <NavLink to={to} className="text-accent-text hover:underline">
              {text}
            </NavLink>
          ) : (
            <span className={isDone ? 'text-muted' : ''}>{text}</span>
          )}
          <span className="sr-only">({isDone ? uiTexts.stepDone : uiTexts.stepNext})</span>
        </li>
      ))}
    </ul>
  )
}
