/** Operations > System: every process, how it is, since when, how often it had to be started again. */

import { useQuery } from '../data/query.ts'
import type { HouseProcess } from '../data/api.ts'
import { processesRead } from '../data/company.ts'
import { epochMsOf, formatAge, formatClock } from '../format/time.ts'
import { useHouse, useNow } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'
import { shellTexts } from '../words/shell-texts.ts'
import { ShieldPanel } from './shield-panel.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { systemTexts } from './system-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.system

/** The processes. */
export const firstReads: PageModule['firstReads'] = () => [processesRead.queryKey[0]]

const REFRESH_MS = 2000
/** After this long without an answer, what is shown is said to be old. */
const STALE_MS = 6000

const states = oncePerLanguage(
  (): Readonly<Record<HouseProcess['state'], { readonly word: string; readonly tone: Tone }>> => ({
    ok: { word: systemTexts.running, tone: 'ok' },
    degraded: { word: systemTexts.degraded, tone: 'warn' },
    silent: { word: systemTexts.silent, tone: 'danger' },
    starting: { word: systemTexts.starting, tone: 'info' },
    waiting: { word: systemTexts.waiting, tone: 'warn' },
    stopped: { word: systemTexts.stopped, tone: 'danger' },
  }),
)

const duties = oncePerLanguage((): Readonly<Record<string, string>> => ({
  supervisor: systemTexts.supervisor,
  postgres: systemTexts.database,
  charge: systemTexts.charge,
  signal: systemTexts.signal,
  office: systemTexts.office,
  world: systemTexts.world,
}))

const dutyOf = (name: string): string => duties()[name] ?? (name.startsWith('media-') ? systemTexts.media : '')

const Unknown = () => <span className="text-muted">{systemTexts.unknown}</span>

const columns = oncePerLanguage((): readonly Column<HouseProcess>[] => [
  {
    id: 'name',
    head: systemTexts.process,
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
    head: systemTexts.state,
    phone: 'value',
    cell: ({ state }) => <StatusDot tone={states()[state].tone}>{states()[state].word}</StatusDot>,
  },
  {
    id: 'since',
    head: systemTexts.runningFor,
    align: 'end',
    phone: 'aside',
    cell: (one) => <RunningFor process={one} />,
  },
  { id: 'pid', head: systemTexts.pid, align: 'end', cell: ({ pid }) => pid ?? <Unknown /> },
  { id: 'restarts', head: systemTexts.restarts, align: 'end', cell: ({ restarts }) => restarts ?? <Unknown /> },
  {
    id: 'notes',
    head: systemTexts.notes,
    phone: 'note',
    cell: ({ notes, lastExit }) => (
      <span className="text-muted">
        {[...notes, ...(lastExit === null ? [] : [systemTexts.lastExit(lastExit)])].join('; ')}
      </span>
    ),
  },
])

function RunningFor({ process }: { process: HouseProcess }) {
  const now = useNow()
  const since = process.startedAt === null ? undefined : epochMsOf(process.startedAt)
  return since === undefined ? (
    <Unknown />
  ) : (
    <>
      <span className="md:hidden">{systemTexts.for} </span>
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
        title={menuTexts.system}
        note={
          items && (troubled === 0 ? systemTexts.allRun(items.length) : systemTexts.troubled(troubled, items.length))
        }
      >
        <ReadAt isFailing={processes.isError || processes.failureCount > 0} readAt={processes.data?.readAt ?? at} />
      </PageHead>
      <Panel>
        <DataTable
          caption={systemTexts.processes}
          columns={columns()}
          rows={items}
          idOf={(one) => one.name}
          failure={
            processes.error ? { message: processes.error.message, retry: () => void processes.refetch() } : undefined
          }
          empty={<EmptyState title={systemTexts.none} />}
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
          {shellTexts.staleSince(formatClock(readAt, me.zone))}
        </StatusDot>
      ) : (
        <StatusDot tone="ok">{systemTexts.refreshed}</StatusDot>
      )}
    </output>
  )
}
