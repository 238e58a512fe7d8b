/** Operations > Audit: who did what, where from, and why. */

import { auditRead, type AuditEntry } from '../data/company.ts'
import { useList } from '../data/use-list.ts'
import type { PageModule } from '../shell/page-module.ts'
import { words } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { auditTexts } from './audit-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.audit

/** The latest entries. */
export const firstReads: PageModule['firstReads'] = () => [auditRead().queryKey[0]]

const columns = oncePerLanguage((): readonly Column<AuditEntry>[] => [
  { id: 'at', head: auditTexts.time, phone: 'note', cell: ({ recordedAt }) => <InstantText iso={recordedAt} /> },
  {
    id: 'who',
    head: auditTexts.who,
    phone: 'below',
    cell: ({ actorName, actorRole, sourceAddress }) => (
      <>
        {actorName ?? words(actorRole)}
        {sourceAddress && (
          <span className="text-muted">
            {' '}
            {auditTexts.from} {sourceAddress}
          </span>
        )}
      </>
    ),
  },
  {
    id: 'what',
    head: auditTexts.what,
    phone: 'title',
    cell: ({ action, subjectKind }) => (
      <>
        <code className="font-mono text-caption break-all">{action}</code>{' '}
        <span className="text-muted">{words(subjectKind)}</span>
      </>
    ),
  },
  { id: 'tenant', head: auditTexts.of, phone: 'aside', cell: ({ tenantName }) => tenantName },
  { id: 'why', head: auditTexts.reason, cell: ({ reason }) => reason ?? <span className="text-muted">–</span> },
])

/** The page. */
export function Page() {
  const entries = useList(auditRead())
  return (
    <>
      <PageHead title={title()} note={auditTexts.note} />
      <Panel>
        <DataTable
          {...entries}
          caption={title()}
          columns={columns()}
          idOf={({ id }) => id}
          empty={<EmptyState title={auditTexts.none} />}
        />
      </Panel>
    </>
  )
}
