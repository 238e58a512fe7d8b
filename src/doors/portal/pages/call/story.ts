/** A call as sentences: who called whom with which telephone, when it rang, how it sounded, how it ended and why. */

import { formatNumber } from '../../../../base/index.ts'
import type { CallRecord } from '../../data/api.ts'
import type { CallContext } from '../../data/explanation.ts'
import { epochMsOf, formatDuration } from '../../format/time.ts'
import type { StoryLine } from '../../ui/call-story.tsx'
import { storyTexts } from './story-texts.ts'

type Party = CallContext['caller']

/** A side as a sentence names it: person or number, and its telephone. */
function nameOf({ number, name, devices }: Party): string {
  const who = name && name !== number ? name : formatNumber(number) || number
  if (devices.length === 1) return storyTexts.phoneOf(who, devices[0]!)
  return devices.length > 1 ? storyTexts.phonesOf(who, devices.length) : who
}

/** A line with its instant as the record has it. */
export type ToldLine = StoryLine & { readonly at: string }

/** Loss and jitter from which on a sentence says so: what a listener notices. */
const LOSS_NOTICED = 100
const JITTER_NOTICED_MS = 30

const since = (from: number, to: number): string => storyTexts.seconds(((to - from) / 1000).toFixed(1))

/** The story of a finished call, the first thing first. */
export function storyOf(call: CallRecord, context: CallContext): readonly ToldLine[] {
  const who = nameOf(context.caller)
  const whom = nameOf(context.callee)
  const started = epochMsOf(call.startedAt) ?? 0
  const ended = epochMsOf(call.endedAt) ?? started
  const lines: ToldLine[] = [{ at: call.startedAt, atMs: started, text: storyTexts.called(who, whom), icon: 'out' }]
  if (call.ringingAt) {
    const rang = epochMsOf(call.ringingAt) ?? started
    const after = since(started, rang)
    const text = context.carrierName
      ? storyTexts.rangBy(context.carrierName, whom, after)
      : storyTexts.rang(whom, after)
    lines.push({ at: call.ringingAt, atMs: rang, text, icon: 'phone' })
  }
  if (call.answeredAt) {
    const answered = epochMsOf(call.answeredAt) ?? started
    lines.push({
      at: call.answeredAt,
      atMs: answered,
      text: storyTexts.answered(whom, since(started, answered)),
      tone: 'ok',
      icon: 'check',
    })
    lines.push(...soundOf(context, { at: call.endedAt, atMs: ended }, { caller: who, callee: whom }))
  }
  lines.push({ at: call.endedAt, atMs: ended, ...endOf(call, who, whom) })
  return lines
}

function soundOf(
  { heard }: CallContext,
  when: { readonly at: string; readonly atMs: number },
  names: Readonly<Record<'caller' | 'callee', string>>,
): readonly ToldLine[] {
  return heard.flatMap(({ side, packets, lossBasisPoints, jitterMs }): ToldLine[] => {
    if (side === 'other') return []
    const who = names[side]
    if (packets === 0) return [{ ...when, text: storyTexts.silent(who), tone: 'danger', icon: 'blocked' }]
    const percent = `${(lossBasisPoints / 100).toFixed(1)} %`
    if (lossBasisPoints >= LOSS_NOTICED)
      return [{ ...when, text: storyTexts.lost(who, percent), tone: 'warn', icon: 'info' }]
    if (jitterMs < JITTER_NOTICED_MS) return []
    return [{ ...when, text: storyTexts.jittery(who, jitterMs.toFixed(0)), tone: 'warn', icon: 'info' }]
  })
}

function endOf(call: CallRecord, who: string, whom: string): Omit<ToldLine, 'at' | 'atMs'> {
  const { hangupCause, endedBy, sipStatus, durationSeconds } = call
  const cause = hangupCause.replace(/^ledger\./, '')
  const talked = durationSeconds > 0 ? ` ${storyTexts.talked(formatDuration(durationSeconds))}` : ''
  if (cause === 'normal') {
    const by = endedBy === 'caller' ? who : endedBy === 'callee' ? whom : storyTexts.theSystem
    return { text: storyTexts.hungUp(by) + talked, icon: 'hangUp' }
  }
  const told = storyTexts.ends[cause]?.(who, whom) ?? storyTexts.endedOtherwise(cause.replaceAll('_', ' '), sipStatus)
  return { text: told + talked, tone: 'danger', icon: 'hangUp' }
}
