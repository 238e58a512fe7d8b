/** States: a shape, a word and a colour together, so that none of them is needed alone. */

import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'ok' | 'warn' | 'danger' | 'info' | 'neutral'

const texts: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  danger: 'text-danger',
  info: 'text-info',
  neutral: 'text-muted',
}

const chips: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  info: 'bg-info-soft text-info',
  neutral: 'bg-hover text-muted',
}

/** A dot (filled when all is well, hollow when not) and its word. */
export function StatusDot({ tone, pulse = false, children }: { tone: Tone; pulse?: boolean; children: ReactNode }) {
  const shape = tone === 'ok' ? 'bg-current' : 'border-2 border-current'
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${texts[tone]}`}>
      <span aria-hidden="true" className={`size-2 rounded-full ${shape} ${pulse ? 'animate-breathe' : ''}`} />
      {children}
    </span>
  )
}

/** A word on a soft ground, with an icon of its own shape. */
export function StatusChip({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span
      className={
        'inline-flex h-5.5 items-center gap-1 whitespace-nowrap rounded-full px-2 text-caption font-medium ' +
        chips[tone]
      }
    >
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  )
}
