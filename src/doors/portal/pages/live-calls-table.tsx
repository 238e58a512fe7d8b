/** Calls in progress, with clocks that run. */

import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { LiveCall } from '../data/api.ts'
import { epochMsOf } from '../format/time.ts'
import { useNow } from '../shell/house.tsx'
import { kindWords } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Duration, MoneyText, PartyText } from '../ui/figures.tsx'
import { EmptyState } from '../ui/panel.tsx'
import { StatusDot, type Tone } from '../ui/status.tsx'

const states: Readonly<Record<LiveCall['state'], { readonly word: string; readonly tone: Tone }>> = {
  setting_up: { word: 'Setting up', tone: 'neutral' },
  ringing: { word: 'Ringing', tone: 'info' },
  talking: { word: 'Talking', tone: 'ok' },
  announcing: { word: 'Announcement', tone: 'warn' },
  ended: { word: 'Ended', tone: 'neutral' },
}

const columns: readonly Column<LiveCall>[] = [
  {
    id: 'parties',
    head: 'From and to',
    phone: 'title',
    cell: (call) => (
      <span>
        <PartyText number={call.from} name={call.fromName} />
        <span className="px-1.5 text-muted" aria-hidden="true">
          →
        </span>
        <span className="sr-only"> to </span>
        <PartyText number={call.to} name={call.toName} />
      </span>
    ),
  },
  {
    id: 'state',
    head: 'State',
    phone: 'note',
    cell: ({ state }) => (
      <StatusDot tone={states[state].tone} pulse={state !== 'talking'}>
        {states[state].word}
      </StatusDot>
    ),
  },
  { id: 'class', head: 'Kind', cell: (call) => <span className="text-muted">{kindWords(call.class)}</span> },
  {
    id: 'reserved',
    head: 'Reserved',
    align: 'end',
    phone: 'aside',
    cell: ({ reservedMicros, currency }) =>
      reservedMicros !== null && currency !== null && <MoneyText micros={reservedMicros} currency={currency} />,
  },
  { id: 'duration', head: 'Talking for', align: 'end', phone: 'value', cell: (call) => <Running call={call} /> },
]

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
    head: 'Act',
    isHeadSilent: true,
    align: 'end',
    cell: action,
  }
  const narrow: Column<LiveCall> | undefined = acts && { ...acts, phone: 'aside' }
  return (
    <DataTable
      caption="Calls in progress"
      columns={narrow ? [...columns.filter((column) => column.id !== 'reserved'), narrow] : columns}
      rows={calls.data?.items}
      idOf={(call) => call.callId}
      failure={calls.error ? { message: calls.error.message, retry: () => void calls.refetch() } : undefined}
      empty={<EmptyState title="No call is in progress at this moment." />}
    />
  )
}
