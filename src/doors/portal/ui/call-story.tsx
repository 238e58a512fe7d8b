/** A call told in sentences, each with its time; the page of a call and tickets show the same. */

import { formatClock } from '../format/time.ts'
import { useHouse } from '../shell/house.tsx'
import { Icon, type IconName } from './icon.tsx'
import type { Tone } from './status.tsx'

export type StoryLine = {
  readonly atMs: number
  /** A whole sentence that names the party and the device. */
  readonly text: string
  readonly tone?: Tone
  readonly icon?: IconName
}

const tones: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  danger: 'text-danger',
  info: 'text-info',
  neutral: 'text-muted',
}

/** The story, the first thing first. */
export function CallStory({ label, lines }: { readonly label: string; readonly lines: readonly StoryLine[] }) {
  const { me } = useHouse()
  return (
    <ol aria-label={label} className="grid gap-2">
      {lines.map(({ atMs, text, tone = 'neutral', icon = 'arrow' }, at) => (
        <li key={`${atMs} ${at}`} className="flex gap-3">
          <time className="w-16 shrink-0 font-mono text-table text-muted">{formatClock(atMs, me.zone)}</time>
          <span className={`mt-0.5 ${tones[tone]}`}>
            <Icon name={icon} />
          </span>
          <span className="min-w-0 wrap-anywhere">{text}</span>
        </li>
      ))}
    </ol>
  )
}
