/** States and histories: chips, dots, notices, steps, the checklist, the timeline, a call's story. */

import { useHouse } from '../../shell/house.tsx'
import { CallStory } from '../../ui/call-story.tsx'
import { Checklist } from '../../ui/checklist.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StatusChip, StatusDot } from '../../ui/status.tsx'
import { Steps } from '../../ui/steps.tsx'
import { Timeline, type TimelineEvent } from '../../ui/timeline.tsx'

const tones = ['ok', 'warn', 'danger', 'info', 'neutral'] as const

const way = [
  { id: 'draft', label: 'Draft' },
  { id: 'sent', label: 'Submitted' },
  { id: 'date', label: 'FOC date' },
  { id: 'done', label: 'Ported' },
]

const events: readonly TimelineEvent[] = [
  {
    id: '3',
    at: '2026-11-24T15:00:00Z',
    title: 'Rejected: Stranded Services',
    by: 'Maple Telecom',
    kind: 'Port',
    tone: 'danger',
    icon: 'cross',
    children: 'Another service on the account depends on this number.',
  },
  { id: '2', at: '2026-11-23T15:00:00Z', title: 'A note', by: 'A. Roy', kind: 'Note', isInternal: true },
  { id: '1', at: '2026-11-22T15:00:00Z', title: 'Submitted', kind: 'Port', tone: 'ok', icon: 'check' },
]

/** The samples. */
export function StateSamples() {
  const { at } = useHouse()
  return (
    <div className="grid gap-5">
      <Panel title="Chips and dots">
        <div className="flex flex-wrap gap-3 px-4 pb-4">
          {tones.map((tone) => (
            <StatusChip key={tone} tone={tone} icon="check">
              {tone}
            </StatusChip>
          ))}
          {tones.map((tone) => (
            <StatusDot key={tone} tone={tone}>
              {tone}
            </StatusDot>
          ))}
        </div>
      </Panel>
      <Notice tone="info">A notice to know of.</Notice>
      <Notice tone="ok">A notice that all is well.</Notice>
      <Notice tone="warn">80 % of the credit limit is used.</Notice>
      <Notice tone="danger" isAlert>
        International calls are off: the limit is reached. Emergency calls always work.
      </Notice>
      <Panel title="Steps">
        <div className="grid gap-3 px-4 pb-4">
          <Steps label="A port under way" steps={way} now={2} />
          <Steps label="A port that was rejected" steps={way} now={1} isStuck />
          <Steps label="A port that is done" steps={way} now={4} />
        </div>
      </Panel>
      <Panel title="Checklist">
        <Checklist
          label="First steps"
          items={[
            { id: 'password', label: 'Set a password', isDone: true },
            { id: '911', label: 'Confirm the 911 address', isDone: false, to: '/phone-system/numbers' },
          ]}
        />
      </Panel>
      <Panel title="Timeline">
        <Timeline label="History of a port" events={events} />
      </Panel>
      <Panel title="Story of a call">
        <div className="px-4 pb-4">
          <CallStory
            label="Story of a call"
            lines={[
              { atMs: at - 60_000, text: 'L. Chan’s desk phone called.', icon: 'out' },
              { atMs: at - 58_000, text: 'The carrier rang London after 1.9 s.' },
              { atMs: at - 52_000, text: 'Answered.', tone: 'ok', icon: 'check' },
              { atMs: at - 2000, text: 'The other side hung up.', icon: 'hangUp' },
            ]}
          />
        </div>
      </Panel>
    </div>
  )
}
