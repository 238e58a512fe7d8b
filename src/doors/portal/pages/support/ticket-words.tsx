/** Severity, state and due time of a ticket, as shape, word and colour. */

import type { ListedTicket, TicketSeverity, TicketState } from '../../data/support.ts'
import { useNow } from '../../shell/house.tsx'
import { epochMsOf } from '../../format/time.ts'
import { InstantText } from '../../ui/figures.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { StatusChip, StatusDot, type Tone } from '../../ui/status.tsx'
import { supportTexts } from './support-texts.ts'

const tones: Readonly<Record<TicketSeverity, readonly [Tone, IconName]>> = {
  critical: ['danger', 'blocked'],
  high: ['warn', 'out'],
  normal: ['info', 'info'],
  low: ['neutral', 'in'],
}

/** The chip of a severity. */
export function SeverityChip({ severity }: { severity: TicketSeverity }) {
  const [tone, icon] = tones[severity]
  return (
    <StatusChip tone={tone} icon={icon}>
      {supportTexts.severities[severity]}
    </StatusChip>
  )
}

const stateTones: Readonly<Record<TicketState, Tone>> = {
  new: 'warn',
  open: 'info',
  waiting_customer: 'neutral',
  waiting_vendor: 'neutral',
  scheduled: 'neutral',
  solved: 'ok',
  closed: 'ok',
  spam: 'neutral',
  merged: 'neutral',
}

/** The dot of a state. */
export function TicketStateDot({ state }: { state: TicketState }) {
  return <StatusDot tone={stateTones[state]}>{supportTexts.states[state]}</StatusDot>
}

/** When it is due; late is said, not only coloured. */
export function DueText({ ticket }: { ticket: Pick<ListedTicket, 'dueAt'> }) {
  const now = useNow(30_000)
  if (ticket.dueAt === null) return <span className="text-muted">–</span>
  const isLate = (epochMsOf(ticket.dueAt) ?? 0) < now
  return (
    <span className={isLate ? 'font-medium text-danger' : undefined}>
      <InstantText iso={ticket.dueAt} />
      {isLate && ` · ${supportTexts.broken}`}
    </span>
  )
}
