/** My sessions: where this login is signed in, and the way to end each. */

import { useQuery, useQueryClient } from '../data/query.ts'
import { api, type Session } from '../data/api.ts'
import { sessionsRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'
import { tell } from '../ui/toast.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { sessionsTexts } from './sessions-texts.ts'

export const title = (): string => menuTexts.sessions

/** The open sessions. */
export const firstReads: PageModule['firstReads'] = () => [sessionsRead.queryKey[0]]

/** `Chromium on Linux`, as far as a browser says what it is. */
function browserOf(userAgent: string): string {
  const browser = [
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/(Chrome|Chromium)\//, 'Chromium'],
    [/Safari\//, 'Safari'],
  ] as const
  const system = [
    [/Windows/, 'Windows'],
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ] as const
  const name = browser.find(([pattern]) => pattern.test(userAgent))?.[1] ?? sessionsTexts.program
  const on = system.find(([pattern]) => pattern.test(userAgent))?.[1]
  return on ? sessionsTexts.on(name, on) : name
}

/** The page. */
export function Page() {
  const client = useQueryClient()
  const sessions = useQuery(sessionsRead)
  const end = async (session: Session): Promise<void> => {
    const done = await api.delete('/api/v1/sessions/{id}', { params: { id: session.id } })
    if (done.ok) tell('ok', sessionsTexts.wasEnded)
    else tell('danger', `${done.failure.message}.`)
    await client.invalidateQueries({ queryKey: sessionsRead.queryKey })
  }
  const columns: readonly Column<Session>[] = [
    { id: 'browser', head: sessionsTexts.browser, phone: 'title', cell: ({ userAgent }) => browserOf(userAgent) },
    { id: 'source', head: sessionsTexts.from, phone: 'note', cell: ({ sourceAddress }) => sourceAddress },
    { id: 'begun', head: sessionsTexts.begun, cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
    {
      id: 'seen',
      head: sessionsTexts.seen,
      phone: 'aside',
      cell: ({ lastSeenAt }) => <InstantText iso={lastSeenAt} />,
    },
    {
      id: 'act',
      head: sessionsTexts.act,
      isHeadSilent: true,
      align: 'end',
      phone: 'value',
      cell: (session) =>
        session.isCurrent ? (
          <StatusChip tone="ok" icon="check">
            {sessionsTexts.thisOne}
          </StatusChip>
        ) : (
          <Button
            size="small"
            aria-label={sessionsTexts.endOf(browserOf(session.userAgent), session.sourceAddress)}
            onClick={() => void end(session)}
          >
            {sessionsTexts.end}
          </Button>
        ),
    },
  ]
  return (
    <>
      <PageHead title={menuTexts.sessions} note={sessionsTexts.note} />
      <Panel>
        <DataTable
          caption={menuTexts.sessions}
          columns={columns}
          rows={sessions.data?.items}
          idOf={(session) => session.id}
          failure={
            sessions.error ? { message: sessions.error.message, retry: () => void sessions.refetch() } : undefined
          }
          empty={<EmptyState title={sessionsTexts.none} />}
        />
      </Panel>
    </>
  )
}
