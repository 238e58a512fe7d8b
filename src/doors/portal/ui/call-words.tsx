/** A call's state, result and reason of its charge, in words and shapes. */

import type { Transaction } from '../data/api.ts'
import { Icon } from './icon.tsx'
import { StatusChip, type Tone } from './status.tsx'
import type { IconName } from './icon.tsx'

type Result = { readonly word: string; readonly tone: Tone; readonly icon: IconName }

const results: Readonly<Record<string, Result>> = {
  no_credit: { word: 'Over the limit', tone: 'danger', icon: 'blocked' },
  'ledger.no_credit': { word: 'Over the limit', tone: 'danger', icon: 'blocked' },
  busy: { word: 'Busy', tone: 'warn', icon: 'out' },
  no_answer: { word: 'Missed', tone: 'warn', icon: 'in' },
  cancelled: { word: 'Cancelled', tone: 'neutral', icon: 'cross' },
  blocked: { word: 'Blocked', tone: 'danger', icon: 'blocked' },
}

/** How a call ended, for its list. */
export function resultOf(call: Transaction): Result {
  if (call.durationSeconds > 0 || call.hangupCause === 'normal') {
    return { word: 'Answered', tone: 'ok', icon: 'check' }
  }
  if (call.hangupCause === 'no_answer' && call.direction !== 'inbound') {
    return { word: 'No answer', tone: 'neutral', icon: 'out' }
  }
  return results[call.hangupCause] ?? { word: words(call.hangupCause), tone: 'danger', icon: 'cross' }
}

/** The chip of a call's result. */
export function ResultChip({ call }: { call: Transaction }) {
  const { word, tone, icon } = resultOf(call)
  return (
    <StatusChip tone={tone} icon={icon}>
      {word}
    </StatusChip>
  )
}

/** `no_credit` as `No credit`: for codes that have no words of their own. */
export function words(code: string): string {
  const text = code.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const reasons: Readonly<Record<string, string>> = {
  onnet: 'On-net, free',
  internal: 'Internal, free',
  emergency: 'Emergency, free',
  inbound: 'Incoming, free',
  rated: 'By the rate',
  minimum: 'Minimum charge',
  grace: 'Within the free seconds',
  unanswered: 'Not answered, free',
  no_rate: 'No rate, free',
}

const verdicts: Readonly<Record<string, string>> = {
  'TN-Validation-Passed': 'Verified: the caller’s provider signed for it',
  'TN-Validation-Failed': 'Not genuine: its signature does not hold',
  'No-TN-Validation': 'Not verified: nobody vouches that it is the caller’s own',
}

/** What the signature of the caller's provider says of the number that is shown. */
export function verdictWords(verstat: string): string {
  return verdicts[verstat] ?? verstat
}

/** Why a call costs what it costs. */
export function reasonWords(code: string): string {
  return reasons[code] ?? words(code)
}

const kinds: Readonly<Record<string, string>> = {
  onnet: 'On-net',
  tollfree: 'Toll-free',
  inbound: 'Incoming',
}

/** The kind of a call's far end. */
export function kindWords(code: string): string {
  return kinds[code] ?? words(code)
}

const directions = { inbound: 'Incoming', outbound: 'Outgoing', internal: 'Internal' } as const

/** Which way a call went, as an arrow with a name. */
export function DirectionMark({ direction }: { direction: Transaction['direction'] }) {
  const tone = direction === 'inbound' ? 'text-info' : direction === 'outbound' ? 'text-ok' : 'text-muted'
  return (
    <span className={`inline-flex ${tone}`}>
      <Icon name={direction === 'inbound' ? 'in' : 'out'} />
      <span className="sr-only">{directions[direction]}</span>
    </span>
  )
}
