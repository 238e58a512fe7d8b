/** A line or two that a page says before anything else: a limit that is near, a trouble, something to know. */

import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

type NoticeTone = 'info' | 'ok' | 'warn' | 'danger'

const looks: Readonly<Record<NoticeTone, { readonly ground: string; readonly icon: IconName }>> = {
  info: { ground: 'bg-info-soft text-info', icon: 'info' },
  ok: { ground: 'bg-ok-soft text-ok', icon: 'check' },
  warn: { ground: 'bg-warn-soft text-warn', icon: 'info' },
  danger: { ground: 'bg-danger-soft text-danger', icon: 'blocked' },
}

type NoticeProps = {
  readonly tone: NoticeTone
  readonly children: ReactNode
  readonly action?: ReactNode
  /** Read out at once when it appears. */
  readonly isAlert?: boolean
}

/** The notice. */
export function Notice({ tone, children, action, isAlert = false }: NoticeProps) {
  const { ground, icon } = looks[tone]
  return (
    <div
      role={isAlert ? 'alert' : 'note'}
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-panel px-4 py-2.5 ${ground}`}
    >
      <Icon name={icon} />
      <div className="min-w-0 flex-1 basis-60 wrap-anywhere">{children}</div>
      {action}
    </div>
  )
}
