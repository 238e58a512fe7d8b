/** What must be true of every day, whatever happened on it. */

import assert from 'node:assert/strict'
import type { CdrRecord } from '../../ledger/index.ts'
import type { Attempt, Day } from './test-day.ts'

/** Nobody answers for so long without being told the end. */
const LATE_MS = 32_000
/** A grant ends by a timer, whose work takes its time. */
const GRANT_SLACK_MS = 1500

/** How many customers of ours a call has. */
function partiesOf({ number, phone }: Attempt): number {
  const isAcross = number === '+16045550101' && phone.user.startsWith('acme')
  return isAcross || (number === '+14165550103' && phone.user.startsWith('beta')) ? 2 : 1
}

/**
 * Every answered call left exactly one record for each customer in it, never longer than the call really was, and
 * never longer than it was paid for; nothing is left over.
 */
export function checkDay(day: Day, seed: number): void {
  const { bench, attempts } = day
  const told = (text: string): string => `${text} (seed ${seed})`
  assert.deepEqual(bench.house().liveCalls(), [], told('no call is left'))
  assert.equal(bench.media.calls.size, 0, told('no media is left'))
  const all = bench.cdrs()
  const records = Map.groupBy(all, (cdr) => cdr.sipCallId)
  for (const attempt of attempts) checkCall(day, attempt, records.get(attempt.sipCallId) ?? [], told)
  for (const { id, answeredAt, endedAt, hangupCause } of all) {
    const granted = bench.charging.granted.get(id)
    if (answeredAt === undefined || granted === undefined) continue
    const isPaid = endedAt - answeredAt <= granted * 1000 + GRANT_SLACK_MS
    assert.ok(isPaid, told(`${hangupCause}: ${endedAt - answeredAt} ms of ${granted} s granted`))
  }
}

function checkCall(
  { crashes }: Day,
  attempt: Attempt,
  cdrs: readonly CdrRecord[],
  told: (text: string) => string,
): void {
  const { answeredAt, startedAt, isGiven, number, phone } = attempt
  if (answeredAt !== undefined) {
    // A phone repeats its INVITE after the crash that cut its 911 while it was dialled: that is a call of its own.
    const whole = cdrs.filter((cdr) => cdr.class !== 'emergency' || cdr.answeredAt !== undefined)
    // Without a relay, nobody but the dead switch saw a 911's answer that was on its way to the caller.
    const isUnseen = crashes.some((at) => at >= startedAt && at <= answeredAt)
    const kept = whole.length === 0 && isUnseen ? cdrs.slice(0, 1) : whole
    const text = told(`records of a call of ${phone.user} to ${number}`)
    if (isGiven) assert.ok(kept.length >= partiesOf(attempt), text)
    else assert.equal(kept.length, partiesOf(attempt), text)
    for (const cdr of isGiven ? [] : whole) {
      assert.notEqual(cdr.answeredAt, undefined, told('an answered call is recorded as answered'))
    }
  }
  for (const cdr of cdrs) {
    if (cdr.answeredAt === undefined) continue
    assert.ok(cdr.answeredAt >= startedAt, told('answered after it began'))
    if (isGiven) continue
    // A conversation outlives crashes; one that could not be carried on ended with one of them at the latest.
    const crash = crashes.findLast((at) => at >= cdr.startedAt)
    // A caller who cancels while the answer is on its way to him knows of no call: his BYE takes its time.
    const slackMs = answeredAt === undefined ? LATE_MS : 0
    const lastAt = cdr.hangupCause === 'signal_restart' ? crash : attempt.endedAt
    const isTrue = lastAt !== undefined && cdr.endedAt <= lastAt + slackMs
    assert.ok(isTrue, told(`${cdr.hangupCause}: ended no later than it did`))
  }
}
