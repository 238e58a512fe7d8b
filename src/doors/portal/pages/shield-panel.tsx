/** Operations > System: what was kept out at the SIP door, who gets silence now, and whether there is time for more. */

import { useQuery } from '@tanstack/react-query'
import type { ShieldReport } from '../data/api.ts'
import { shieldRead } from '../data/company.ts'
import { epochMsOf, formatAge } from '../format/time.ts'
import { useNow } from '../shell/house.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, Panel } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'

const REFRESH_MS = 2000

type Shed = ShieldReport['shed'][number]

const reasons: Readonly<Record<string, string>> = {
  amplification: 'answer larger than the question',
  flood: 'flood',
  foreign_aor: 'name of somebody else',
  foreign_nonce: 'moved to another address',
  guessing: 'guessing a password',
  no_credentials: 'challenged',
  overload: 'overload',
  replay: 'repeated proof',
  scan: 'search for telephones',
  scanner: 'scanner by its name',
  stale: 'challenge too old',
  unknown_user: 'unknown name',
  wrong_password: 'wrong password',
}

const wordOf = (reason: string): string => reasons[reason] ?? reason.replaceAll('_', ' ')

const levels: readonly { readonly word: string; readonly tone: Tone }[] = [
  { word: 'Takes every call', tone: 'ok' },
  { word: 'Overloaded: most new calls are taken', tone: 'warn' },
  { word: 'Overloaded: less than half of the new calls are taken', tone: 'warn' },
  { word: 'Overloaded: next to no new call is taken', tone: 'danger' },
]

const columns: readonly Column<Shed>[] = [
  { id: 'address', head: 'Gets silence', phone: 'title', cell: ({ address }) => address },
  { id: 'reason', head: 'Because of', phone: 'note', cell: ({ reason }) => wordOf(reason) },
  { id: 'since', head: 'For', align: 'end', phone: 'aside', cell: ({ since }) => <Since at={since} /> },
  { id: 'unanswered', head: 'Unanswered', align: 'end', phone: 'value', cell: ({ unanswered }) => unanswered },
]

function Since({ at }: { at: string }) {
  const now = useNow()
  return <time dateTime={at}>{formatAge(now - (epochMsOf(at) ?? now))}</time>
}

/** The panel; nothing until `signal` has answered once. */
export function ShieldPanel() {
  const shield = useQuery({ ...shieldRead, refetchInterval: REFRESH_MS, retry: 0 })
  if (!shield.data) return null
  const { refusals, shed, overload } = shield.data
  const level = levels[overload.level]!
  const kept = refusals.map(({ reason, count }) => `${wordOf(reason)} ${count}`).join(' · ')
  return (
    <div className="mt-6">
      <Panel title="SIP door" aside={<StatusDot tone={level.tone}>{level.word}</StatusDot>}>
        <p className="px-4 pb-3 text-table text-muted">
          {kept === '' ? 'Nothing was refused since signal started.' : `Refused since signal started: ${kept}`}
        </p>
        <DataTable
          caption="Sources that get silence"
          columns={columns}
          rows={shed}
          idOf={(one) => one.address}
          failure={undefined}
          empty={<EmptyState title="No source is met with silence." />}
        />
      </Panel>
    </div>
  )
}
