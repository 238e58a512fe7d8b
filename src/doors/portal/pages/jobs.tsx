/** Operations > Jobs: what the house does in the background, and what it gave up. */

import { useQuery, useQueryClient } from '../data/query.ts'
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
import { menuTexts } from '../words/menu-texts.ts'
import { jobsTexts } from './jobs-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.jobs

const REFRESH_MS = 5000

/** Counts and what was given up. */
export const firstReads: PageModule['firstReads'] = () => [jobsRead.queryKey[0]]

type Count = Jobs['counts'][number]
type DeadJob = Jobs['dead'][number]

const states = oncePerLanguage(
  (): Readonly<Record<Count['state'], { readonly word: string; readonly tone: Tone }>> => ({
    waiting: { word: jobsTexts.waiting, tone: 'neutral' },
    running: { word: jobsTexts.running, tone: 'info' },
    done: { word: jobsTexts.done, tone: 'ok' },
    dead: { word: jobsTexts.givenUp, tone: 'danger' },
  }),
)

const counts = oncePerLanguage((): readonly Column<Count>[] => [
  {
    id: 'kind',
    head: jobsTexts.kind,
    phone: 'title',
    cell: ({ kind }) => <span className="font-medium">{words(kind)}</span>,
  },
  {
    id: 'state',
    head: jobsTexts.state,
    phone: 'note',
    cell: ({ state }) => <StatusDot tone={states()[state].tone}>{states()[state].word}</StatusDot>,
  },
  { id: 'first', head: jobsTexts.earliest, phone: 'aside', cell: ({ firstRunAt }) => <InstantText iso={firstRunAt} /> },
  { id: 'count', head: jobsTexts.jobs, align: 'end', phone: 'value', cell: ({ count }) => formatCount(count) },
])

const dead = oncePerLanguage((): readonly Column<DeadJob>[] => [
  {
    id: 'kind',
    head: jobsTexts.kind,
    phone: 'title',
    cell: ({ kind }) => <span className="font-medium">{words(kind)}</span>,
  },
  { id: 'attempts', head: jobsTexts.attempts, align: 'end', cell: ({ attempts }) => attempts },
  { id: 'error', head: jobsTexts.lastError, phone: 'note', cell: ({ lastError }) => lastError ?? jobsTexts.unknown },
  { id: 'at', head: jobsTexts.givenUp, phone: 'aside', cell: ({ finishedAt }) => <InstantText iso={finishedAt} /> },
])

/** The page. */
export function Page() {
  const { me } = useHouse()
  const jobs = useQuery({ ...jobsRead, refetchInterval: REFRESH_MS })
  const failure = jobs.error ? { message: jobs.error.message, retry: () => void jobs.refetch() } : undefined
  return (
    <>
      <PageHead title={title()} note={jobsTexts.note} />
      <div className="grid gap-5">
        <Panel title={jobsTexts.byKind}>
          <DataTable
            caption={jobsTexts.caption}
            columns={counts()}
            rows={jobs.data?.counts}
            idOf={({ kind, state }) => `${kind} ${state}`}
            failure={failure}
            empty={<EmptyState title={jobsTexts.none} />}
          />
        </Panel>
        {jobs.data && (
          <Panel
            title={jobsTexts.givenUp}
            aside={
              jobs.data.dead.length > 0 &&
              me.permissions.includes('jobs.write') && <ReviveAll ids={jobs.data.dead.map(({ id }) => id)} />
            }
          >
            <DataTable
              caption={jobsTexts.deadCaption}
              columns={dead()}
              rows={jobs.data.dead}
              idOf={({ id }) => id}
              empty={<EmptyState title={jobsTexts.noneDead} />}
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
    if (done.ok) tell('ok', jobsTexts.willRun(formatCount(done.value.revived)))
    else tell('danger', jobsTexts.unchanged(done.failure.message))
    await changed(client, '/api/v1/jobs')
    setBusy(false)
  }
  return (
    <Button size="small" disabled={isBusy} onClick={() => void revive()}>
      {jobsTexts.again}
    </Button>
  )
}
