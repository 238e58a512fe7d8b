/** Operations > Audit: who did what, where from, and why. */

import { auditRead, type AuditEntry } from '../data/company.ts'
import { useList } from '../data/use-list.ts'
import type { PageModule } from '../shell/page-module.ts'
import { words } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'

export const title = 'Audit'

/** The latest entries. */
export const firstReads: PageModule['firstReads'] = () => [auditRead().queryKey[0]]

const columns: readonly Column<AuditEntry>[] = [
  { id: 'at', head: 'Time', phone: 'note', cell: ({ recordedAt }) => <InstantText iso={recordedAt} /> },
  {
    id: 'who',
    head: 'Who',
    phone: 'below',
    cell: ({ actorName, actorRole, sourceAddress }) => (
      <>
        {actorName ?? words(actorRole)}
        {sourceAddress && <span className="text-muted"> from {sourceAddress}</span>}
      </>
    ),
  },
  {
    id: 'what',
    head: 'Did what',
    phone: 'title',
    cell: ({ action, subjectKind }) => (
      <>
        <code className="font-mono text-caption break-all">{action}</code>{' '}
        <span className="text-muted">{words(subjectKind)}</span>
      </>
    ),
  },
  { id: 'tenant', head: 'Of', phone: 'aside', cell: ({ tenantName }) => tenantName },
  { id: 'why', head: 'Reason', cell: ({ reason }) => reason ?? <span className="text-muted">–</span> },
]

/** The page. */
export function Page() {
  const entries = useList(auditRead())
  return (
    <>
      <PageHead
        title={title}
        note="Who did what, the latest first. Entries are never changed, and looking here is one."
      />
      <Panel>
        <DataTable
          {...entries}
          caption={title}
          columns={columns}
          idOf={({ id }) => id}
          empty={<EmptyState title="Nothing was recorded yet." />}
        />
      </Panel>
    </>
  )
}
