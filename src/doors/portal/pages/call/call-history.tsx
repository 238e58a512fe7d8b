/** The call and the changes of configuration around it, on one line of time. */

import type { CallRecord } from '../../data/api.ts'
import type { CallContext } from '../../data/explanation.ts'
import { epochMsOf } from '../../format/time.ts'
import { Panel } from '../../ui/panel.tsx'
import { Timeline, type TimelineEvent } from '../../ui/timeline.tsx'
import { callPageTexts } from './page-texts.ts'
import { storyOf } from './story.ts'

const whole = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, one]) => `${name}: ${typeof one === 'string' ? one : JSON.stringify(one)}`)
        .join(', ')
    : ''

/** `changeForward` as `Change forward`. */
function actWords(action: string): string {
  const text = action
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The line of time, the latest first. */
export function CallHistory({ call, context }: { readonly call: CallRecord; readonly context: CallContext }) {
  const told = storyOf(call, context).map(({ at, text, tone, icon }, position): TimelineEvent => ({
    id: `story ${position}`,
    at,
    title: text,
    kind: callPageTexts.event,
    ...(tone && { tone }),
    ...(icon && { icon }),
  }))
  const changes = context.changes.map(({ id, at, action, actorName, before, after }): TimelineEvent => ({
    id,
    at,
    title: actWords(action),
    by: actorName ?? '',
    kind: callPageTexts.change,
    tone: 'info',
    children: <Changed before={whole(before)} after={whole(after)} />,
  }))
  const events = [...told.toReversed(), ...changes].toSorted((a, b) => (epochMsOf(b.at) ?? 0) - (epochMsOf(a.at) ?? 0))
  return (
    <Panel>
      <Timeline label={callPageTexts.history} events={events} />
    </Panel>
  )
}

function Changed({ before, after }: { readonly before: string; readonly after: string }) {
  if (!before && !after) return null
  return (
    <p className="text-table text-muted">
      {before && <del className="mr-1 no-underline line-through">{before}</del>}
      {after && <ins className="no-underline">{after}</ins>}
    </p>
  )
}
