/** A call's state, result and reason of its charge, in words and shapes. */

import type { Transaction } from '../data/api.ts'
import { Icon } from './icon.tsx'
import { StatusChip, type Tone } from './status.tsx'
import type { IconName } from './icon.tsx'
import { callTexts } from '../words/call-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

type Result = { readonly word: string; readonly tone: Tone; readonly icon: IconName }

const results = oncePerLanguage((): Readonly<Record<string, Result>> => ({
  no_credit: { word: callTexts.overLimit, tone: 'danger', icon: 'blocked' },
  'ledger.no_credit': { word: callTexts.overLimit, tone: 'danger', icon: 'blocked' },
  busy: { word: callTexts.busy, tone: 'warn', icon: 'out' },
  no_answer: { word: callTexts.missed, tone: 'warn', icon: 'in' },
  cancelled: { word: callTexts.cancelled, tone: 'neutral', icon: 'cross' },
  blocked: { word: callTexts.blocked, tone: 'danger', icon: 'blocked' },
}))

/** How a call ended, for its list. */
export function resultOf(call: Transaction): Result {
  if (call.durationSeconds > 0 || call.hangupCause === 'normal') {
    return { word: callTexts.answered, tone: 'ok', icon: 'check' }
  }
  if (call.hangupCause === 'no_answer' && call.direction !== 'inbound') {
    return { word: callTexts.noAnswer, tone: 'neutral', icon: 'out' }
  }
  return results()[call.hangupCause] ?? { word: words(call.hangupCause), tone: 'danger', icon: 'cross' }
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

const reasons = oncePerLanguage((): Readonly<Record<string, string>> => ({
  onnet: callTexts.onnetFree,
  internal: callTexts.internalFree,
  emergency: callTexts.emergencyFree,
  inbound: callTexts.incomingFree,
  rated: callTexts.byRate,
  minimum: callTexts.minimumCharge,
  grace: callTexts.freeSeconds,
  unanswered: callTexts.unansweredFree,
  no_rate: callTexts.noRateFree,
}))

const verdicts = oncePerLanguage((): Readonly<Record<string, string>> => ({
  'TN-Validation-Passed': callTexts.verified,
  'TN-Validation-Failed': callTexts.notGenuine,
  'No-TN-Validation': callTexts.notVerified,
}))

/** What the signature of the caller's provider says of the number that is shown. */
export function verdictWords(verstat: string): string {
  return verdicts()[verstat] ?? verstat
}

/** Why a call costs what it costs. */
export function reasonWords(code: string): string {
  return reasons()[code] ?? words(code)
}

const kinds = oncePerLanguage((): Readonly<Record<string, string>> => ({
  onnet: callTexts.onnet,
  tollfree: callTexts.tollfree,
  inbound: callTexts.incoming,
  internal: callTexts.internal,
  international: callTexts.international,
  domestic: callTexts.domestic,
  local: callTexts.local,
  mobile: callTexts.mobile,
  emergency: callTexts.emergency,
}))

/** The kind of a call's far end. */
export function kindWords(code: string): string {
  return kinds()[code] ?? words(code)
}

const directions = oncePerLanguage(
  () =>
    ({
      inbound: callTexts.incoming,
      outbound: callTexts.outgoing,
      internal: callTexts.internal,
    }) as const,
)

/** Which way a call went, as an arrow with a name. */
export function DirectionMark({ direction }: { direction: Transaction['direction'] }) {
  const tone = direction === 'inbound' ? 'text-info' : direction === 'outbound' ? 'text-ok' : 'text-muted'
  return (
    <span className={`inline-flex ${tone}`}>
      <Icon name={direction === 'inbound' ? 'in' : 'out'} />
      <span className="sr-only">{directions()[direction]}</span>
    </span>
  )
}
