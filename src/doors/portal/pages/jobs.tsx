/** Operations > Jobs: what the house does in the background, and what it gave up. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { changed, jobsRead, type Jobs } from '../data/company.ts'
import { formatCount } from '../format/money.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { words } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'
import { tell } from '../ui/toast.tsx'

export const title = 'Jobs'

const REFRESH_MS = 5000

/** Counts and what was given up. */
export const firstReads: PageModule['firstReads'] = () => [jobsRead.queryKey[0]]

type Count = Jobs['counts'][number]
type DeadJob = Jobs['dead'][number]

const states: Readonly<Record<Count['state'], { readonly word: string; readonly tone: Tone }>> = {
  waiting: { word: 'Waiting', tone: 'neutral' },
  running: { word: 'Running', tone: 'info' },
  done: { word: 'Done', tone: 'ok' },
  dead: { word: 'Given up', tone: 'danger' },
}

const counts: readonly Column<Count>[] = [
  { id: 'kind', head: 'Kind', phone: 'title', cell: ({ kind }) => <span className="font-medium">{words(kind)}</span> },
  {
    id: 'state',
    head: 'State',
    phone: 'note',
    cell: ({ state }) => <StatusDot tone={states[state].tone}>{states[state].word}</StatusDot>,
  },
  { id: 'first', head: 'Earliest run', phone: 'aside', cell: ({ firstRunAt }) => <InstantText iso={firstRunAt} /> },
  { id: 'count', head: 'Jobs', align: 'end', phone: 'value', cell: ({ count }) => formatCount(count) },
]

const dead: readonly Column<DeadJob>[] = [
  { id: 'kind', head: 'Kind', phone: 'title', cell: ({ kind }) => <span className="font-medium">{words(kind)}</span> },
  { id: 'attempts', head: 'Attempts', align: 'end', cell: ({ attempts }) => attempts },
  { id: 'error', head: 'Last error', phone: 'note', cell: ({ lastError }) => lastError ?? 'unknown' },
  { id: 'at', head: 'Given up', phone: 'aside', cell: ({ finishedAt }) => <InstantText iso={finishedAt} /> },
]

/** The page. */
export function Page() {
  const { me } = useHouse()
  const jobs = useQuery({ ...jobsRead, refetchInterval: REFRESH_MS })
  const failure = jobs.error ? { message: jobs.error.message, retry: () => void jobs.refetch() } : undefined
  return (
    <>
      <PageHead title={title} note="Work in the background. What fails is tried again before it is given up." />
      <div className="grid gap-5">
        <Panel title="By kind and state">
          <DataTable
            caption="Jobs by kind and state"
            columns={counts}
            rows={jobs.data?.counts}
            idOf={({ kind, state }) => `${kind} ${state}`}
            failure={failure}
            empty={<EmptyState title="No job is known." />}
          />
        </Panel>
        {jobs.data && (
          <Panel
            title="Given up"
            aside={
              jobs.data.dead.length > 0 &&
              me.permissions.includes('jobs.write') && <ReviveAll ids={jobs.data.dead.map(({ id }) => id)} />
            }
          >
            <DataTable
              caption="Jobs that were given up"
              columns={dead}
              rows={jobs.data.dead}
              idOf={({ id }) => id}
              empty={<EmptyState title="No job was given up." />}
            />
          </Panel>
        )}
      </div>
    </>
  )
}

/** Harmless and without a question: what was given up is only tried again. */
function ReviveAll({ ids }: { ids: readonly string[] }) {
  const client = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const revive = async (): Promise<void> => {
    setBusy(true)
    const done = await api.post('/api/v1/jobs/revive', { body: { ids: [...ids] } })
    if (done.ok) tell('ok', `${formatCount(done.value.revived)} will be tried again.`)
    else tell('danger', `Nothing was changed: ${done.failure.message}.`)
    await changed(client, '/api/v1/jobs')
    setBusy(false)
  }
  return (
    <Button size="small" disabled={isBusy} onClick={() => void revive()}>
      Try these again
    </Button>
  )
}
