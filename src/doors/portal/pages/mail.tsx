/** Operations > Mail: what was sent to whom, and whether it went. Its text is not shown: it may let its reader in. */

import { mailRead, type Mail } from '../data/company.ts'
import { useList } from '../data/use-list.ts'
import type { PageModule } from '../shell/page-module.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { mailTexts } from './mail-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.mail

/** The latest mails. */
export const firstReads: PageModule['firstReads'] = () => [mailRead().queryKey[0]]

const states = oncePerLanguage(
  () =>
    ({
      queued: { word: mailTexts.onItsWay, tone: 'info', icon: 'out' },
      sent: { word: mailTexts.sent, tone: 'ok', icon: 'check' },
      failed: { word: mailTexts.failed, tone: 'danger', icon: 'cross' },
    }) as const,
)

const columns = oncePerLanguage((): readonly Column<Mail>[] => [
  { id: 'at', head: mailTexts.written, phone: 'note', cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
  {
    id: 'to',
    head: mailTexts.to,
    phone: 'below',
    cell: ({ toAddress }) => <span className="break-all">{toAddress}</span>,
  },
  { id: 'subject', head: mailTexts.subject, phone: 'title', cell: ({ subject }) => subject },
  {
    id: 'from',
    head: mailTexts.from,
    cell: ({ fromAddress }) => <span className="break-all text-muted">{fromAddress}</span>,
  },
  {
    id: 'state',
    head: mailTexts.state,
    phone: 'value',
    cell: ({ state, lastError }) => (
      <span title={lastError ?? undefined}>
        <StatusChip tone={states()[state].tone} icon={states()[state].icon}>
          {states()[state].word}
        </StatusChip>
        {lastError && <span className="ml-2 text-muted max-md:sr-only">{lastError}</span>}
      </span>
    ),
  },
])

/** The page. */
export function Page() {
  const mails = useList(mailRead(), { refetchInterval: 10_000 })
  return (
    <>
      <PageHead title={title()} note={mailTexts.note} />
      <Panel>
        <DataTable
          {...mails}
          caption={title()}
          columns={columns()}
          idOf={({ id }) => id}
          empty={<EmptyState title={mailTexts.none} />}
        />
      </Panel>
    </>
  )
}
