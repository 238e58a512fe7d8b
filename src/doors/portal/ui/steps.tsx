/** Where something stands on its way: an order, a port, a phone, an invoice. */

import { uiTexts } from '../words/ui-texts.ts'
import { Icon } from './icon.tsx'

export type Step = { readonly id: string; readonly label: string }

type StepsProps = {
  readonly label: string
  readonly steps: readonly Step[]
  /** The step that goes on now; one past the last when all are done. */
  readonly now: number
  /** It stopped there. */
  readonly isStuck?: boolean
}

/** The way. */
export function Steps({ label, steps, now, isStuck = false }: StepsProps) {
  return (
    <ol aria-label={label} className="flex flex-wrap gap-x-2 gap-y-1.5">
      {steps.map((step, at) => {
        const state = at < now ? 'done' : at === now ? 'now' : 'next'
        const look = state === 'now' && isStuck ? 'stuck' : state
        return (
          <li key={step.id} aria-current={state === 'now' ? 'step' : undefined} className="flex items-center gap-2">
            {at > 0 && <span aria-hidden="true" className="h-px w-4 bg-line-strong" />}
            <span className={`inline-flex h-7 items-center gap-1.5 rounded-full px-2.5 text-table ${looks[look]}`}>
              {state === 'done' && <Icon name="check" size={12} />}
              {look === 'stuck' && <Icon name="cross" size={12} />}
              {step.label}
              <span className="sr-only"> ({words[state]()})</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}

const looks = {
  done: 'bg-ok-soft text-ok',
  now: 'bg-accent-soft font-medium text-accent-text',
  stuck: 'bg-danger-soft font-medium text-danger',
  next: 'bg-hover text-muted',
} as const

const words = { done: () => uiTexts.stepDone, now: () => uiTexts.stepNow, next: () => uiTexts.stepNext } as const
