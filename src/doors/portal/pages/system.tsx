/** Operations > System: every process, how it is, since when, how often it had to be started again. */

import { useQuery } from '@tanstack/react-query'
import type { HouseProcess } from '../data/api.ts'
import { processesRead } from '../data/company.ts'
import { epochMsOf, formatAge, formatClock } from '../format/time.ts'
import { useHouse, useNow } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'
import { ShieldPanel } from './shield-panel.tsx'

export const title = 'System'

/** The processes. */
export const firstReads: PageModule['firstReads'] = () => [processesRead.queryKey[0]]

const REFRESH_MS = 2000
/** After this long without an answer, what is shown is said to be old. */
const STALE_MS = 6000

const states: Readonly<Record<HouseProcess['state'], { readonly word: string; readonly tone: Tone }>> = {
  ok: { word: 'Running', tone: 'ok' },
  degraded: { word: 'Degraded', tone: 'warn' },
  silent: { word: 'Not answering', tone: 'danger' },
  starting: { word: 'Starting', tone: 'info' },
  waiting: { word: 'Waiting to restart', tone: 'warn' },
  stopped: { word: 'Stopped', tone: 'danger' },
}

const duties: Readonly<Record<string, string>> = {
  supervisor: 'Starts and watches the others',
  postgres: 'The database',
  charge: 'Reserves, extends and settles charges',
  signal: 'SIP: registers phones, carries calls',
  office: 'This portal and the API',
  world: 'The simulated outside of the demo',
}

const dutyOf = (name: string): string => duties[name] ?? (name.startsWith('media-') ? 'Relays audio' : '')

const unknown = <span className="text-muted">unknown</span>

const columns: readonly Column<HouseProcess>[] = [
  {
    id: 'name',
    head: 'Process',
    phone: 'title',
    cell: ({ name }) => (
      <span>
        <span className="font-medium">{name}</span>
        <span className="ml-2 text-muted max-md:hidden">{dutyOf(name)}</span>
      </span>
    ),
  },
  {
    id: 'state',
    head: 'State',
    phone: 'value',
    cell: ({ state }) => <StatusDot tone={states[state].tone}>{states[state].word}</StatusDot>,
  },
  { id: 'since', head: 'Running for', align: 'end', phone: 'aside', cell: (one) => <RunningFor process={one} /> },
  { id: 'pid', head: 'PID', align: 'end', cell: ({ pid }) => pid ?? unknown },
  { id: 'restarts', head: 'Restarts', align: 'end', cell: ({ restarts }) => restarts ?? unknown },
  {
    id: 'notes',
    head: 'Notes',
    phone: 'note',
    cell: ({ notes, lastExit }) => (
      <span className="text-muted">
        {[...notes, ...(lastExit === null ? [] : [`last ended with ${lastExit}`])].join('; ')}
      </span>
    ),
  },
]

function RunningFor({ process }: { process: HouseProcess }) {
  const now = useNow()
  const since = process.startedAt === null ? undefined : epochMsOf(process.startedAt)
  return since === undefined ? (
    unknown
  ) : (
    <>
      <span className="md:hidden">for </span>
      <time dateTime={process.startedAt!}>{formatAge(now - since)}</time>
    </>
  )
}

/** The page. */
export function Page() {
  const { at, now } = useHouse()
  const processes = useQuery({
    ...processesRead,
    queryFn: async (context) => ({ ...(await processesRead.queryFn(context)), readAt: now() }),
    refetchInterval: REFRESH_MS,
    retry: 0,
  })
  const items = processes.data?.items
  const troubled = items?.filter((one) => one.state !== 'ok').length ?? 0
  return (
    <>
      <PageHead
        title="System"
        note={
          items &&
          (troubled === 0
            ? `All ${items.length} processes are running.`
            : `${troubled} of ${items.length} processes need attention.`)
        }
      >
        <ReadAt isFailing={processes.isError || processes.failureCount > 0} readAt={processes.data?.readAt ?? at} />
      </PageHead>
      <Panel>
        <DataTable
          caption="Processes"
          columns={columns}
          rows={items}
          idOf={(one) => one.name}
          failure={
            processes.error ? { message: processes.error.message, retry: () => void processes.refetch() } : undefined
          }
          empty={<EmptyState title="No process answers." />}
        />
      </Panel>
      <ShieldPanel />
    </>
  )
}

/** How old what is shown is; a number that is not fresh is never shown as if it were. */
function ReadAt({ isFailing, readAt }: { isFailing: boolean; readAt: number }) {
  const { me } = useHouse()
  const isStale = useNow() - readAt > STALE_MS || isFailing
  return (
    <output className="text-table">
      {isStale ? (
        <StatusDot tone="warn" pulse>
          Stale since {formatClock(readAt, me.zone)}
        </StatusDot>
      ) : (
        <StatusDot tone="ok">Refreshed every 2 s</StatusDot>
      )}
    </output>
  )
}
