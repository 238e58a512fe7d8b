/** Operations > System: what was kept out at the SIP door, who gets silence now, and whether there is time for more. */

import { useQuery } from '../data/query.ts'
import type { ShieldReport } from '../data/api.ts'
import { shieldRead } from '../data/company.ts'
import { formatCount } from '../format/money.ts'
import { epochMsOf, formatAge } from '../format/time.ts'
import { useNow } from '../shell/house.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, Panel } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'
import { shieldTexts } from './shield-panel-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

const REFRESH_MS = 2000
/** A telephone's first request has no password: asking for it is how SIP begins, not a refusal (RFC 3261 §22.2). */
const CHALLENGED = 'no_credentials'

type Shed = ShieldReport['shed'][number]

const reasons = oncePerLanguage((): Readonly<Record<string, string>> => ({
  amplification: shieldTexts.amplification,
  flood: shieldTexts.flood,
  foreign_aor: shieldTexts.foreignName,
  foreign_nonce: shieldTexts.moved,
  guessing: shieldTexts.guessing,
  no_credentials: shieldTexts.unproved,
  overload: shieldTexts.overload,
  replay: shieldTexts.replay,
  scan: shieldTexts.scan,
  scanner: shieldTexts.scanner,
  stale: shieldTexts.stale,
  unknown_user: shieldTexts.unknownName,
  wrong_password: shieldTexts.wrongPassword,
}))

const wordOf = (reason: string): string => reasons()[reason] ?? reason.replaceAll('_', ' ')

const levels = oncePerLanguage((): readonly { readonly word: string; readonly tone: Tone }[] => [
  { word: shieldTexts.takesAll, tone: 'ok' },
  { word: shieldTexts.takesMost, tone: 'warn' },
  { word: shieldTexts.takesSome, tone: 'warn' },
  { word: shieldTexts.takesNone, tone: 'danger' },
])

const columns = oncePerLanguage((): readonly Column<Shed>[] => [
  { id: 'address', head: shieldTexts.silence, phone: 'title', cell: ({ address }) => address },
  { id: 'reason', head: shieldTexts.because, phone: 'note', cell: ({ reason }) => wordOf(reason) },
  { id: 'since', head: shieldTexts.for, align: 'end', phone: 'aside', cell: ({ since }) => <Since at={since} /> },
  {
    id: 'unanswered',
    head: shieldTexts.unanswered,
    align: 'end',
    phone: 'value',
    cell: ({ unanswered }) => unanswered,
  },
])

function Since({ at }: { at: string }) {
  const now = useNow()
  return <time dateTime={at}>{formatAge(now - (epochMsOf(at) ?? now))}</time>
}

/** The panel; nothing until `signal` has answered once. */
export function ShieldPanel() {
  const shield = useQuery({ ...shieldRead, refetchInterval: REFRESH_MS, retry: 0 })
  if (!shield.data) return null
  const { refusals, shed, overload } = shield.data
  const level = levels()[overload.level]!
  const asked = refusals.find(({ reason }) => reason === CHALLENGED)?.count ?? 0
  const kept = refusals
    .filter(({ reason }) => reason !== CHALLENGED)
    .map(({ reason, count }) => `${wordOf(reason)} ${formatCount(count)}`)
    .join(' · ')
  return (
    <div className="mt-6">
      <Panel title={shieldTexts.door} aside={<StatusDot tone={level.tone}>{level.word}</StatusDot>}>
        <p className="px-4 pb-3 text-table text-muted">
          {kept === '' ? shieldTexts.nothing : shieldTexts.refused(kept)}
          {asked > 0 && <span className="block">{shieldTexts.challenged(asked)}</span>}
        </p>
        <DataTable
          caption={shieldTexts.sources}
          columns={columns()}
          rows={shed}
          idOf={(one) => one.address}
          failure={undefined}
          empty={<EmptyState title={shieldTexts.none} />}
        />
      </Panel>
    </div>
  )
}
