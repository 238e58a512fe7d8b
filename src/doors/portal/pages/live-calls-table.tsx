/** Calls in progress, with clocks that run. */

import type { UseQueryResult } from '../data/query.ts'
import type { ReactNode } from 'react'
import type { LiveCall } from '../data/api.ts'
import { epochMsOf } from '../format/time.ts'
import { useNow } from '../shell/house.tsx'
import { kindWords } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Duration, MoneyText, PartyText } from '../ui/figures.tsx'
import { EmptyState } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'
import { callTexts } from '../words/call-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

const states = oncePerLanguage(
  (): Readonly<Record<LiveCall['state'], { readonly word: string; readonly tone: Tone }>> => ({
    setting_up: { word: callTexts.settingUp, tone: 'neutral' },
    ringing: { word: callTexts.ringing, tone: 'info' },
    talking: { word: callTexts.talking, tone: 'ok' },
    announcing: { word: callTexts.announcement, tone: 'warn' },
    ended: { word: callTexts.ended, tone: 'neutral' },
  }),
)

const columns = oncePerLanguage((): readonly Column<LiveCall>[] => [
  {
    id: 'parties',
    head: callTexts.fromAndTo,
    phone: 'title',
    cell: (call) => (
      <span>
        <PartyText number={call.from} name={call.fromName} />
        <span className="px-1.5 text-muted" aria-hidden="true">
          →
        </span>
        <span className="sr-only"> {callTexts.to} </span>
        <PartyText number={call.to} name={call.toName} />
      </span>
    ),
  },
  {
    id: 'state',
    head: callTexts.state,
    phone: 'note',
    cell: ({ state }) => (
      <StatusDot tone={states()[state].tone} pulse={state !== 'talking'}>
        {states()[state].word}
      </StatusDot>
    ),
  },
  { id: 'class', head: callTexts.kind, cell: (call) => <span className="text-muted">{kindWords(call.class)}</span> },
  {
    id: 'reserved',
    head: callTexts.reserved,
    align: 'end',
    phone: 'aside',
    cell: ({ reservedMicros, currency }) =>
      reservedMicros !== null && currency !== null && <MoneyText micros={reservedMicros} currency={currency} />,
  },
  { id: 'duration', head: callTexts.talkingFor, align: 'end', phone: 'value', cell: (call) => <Running call={call} /> },
])

/** Time since the answer, counting. */
function Running({ call }: { call: LiveCall }) {
  const now = useNow()
  const since = call.answeredAt === null ? undefined : epochMsOf(call.answeredAt)
  return since === undefined ? <span className="text-muted">–</span> : <Duration seconds={(now - since) / 1000} />
}

type LiveCallsTableProps = {
  readonly calls: UseQueryResult<{ items: LiveCall[] }>
  /** What can be done with a call, in a column of its own. */
  readonly action?: (call: LiveCall) => ReactNode
}

/** The list. */
export function LiveCallsTable({ calls, action }: LiveCallsTableProps) {
  const acts: Column<LiveCall> | undefined = action && {
    id: 'act',
    head: callTexts.act,
    isHeadSilent: true,
    align: 'end',
    cell: action,
  }
  const narrow: Column<LiveCall> | undefined = acts && { ...acts, phone: 'aside' }
  return (
    <DataTable
      caption={callTexts.inProgress}
      columns={narrow ? [...columns().filter((column) => column.id !== 'reserved'), narrow] : columns()}
      rows={calls.data?.items}
      idOf={(call) => call.callId}
      failure={calls.error ? { message: calls.error.message, retry: () => void calls.refetch() } : undefined}
      empty={<EmptyState title={callTexts.noneInProgress} />}
    />
  )
}
