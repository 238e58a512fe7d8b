/**
 * The records of a call while it runs: each paid one has a grant of its own, asks for more time before that ends, and
 * ends the call when it does, for nobody talks on a leg that is not paid for.
 */

import type { CdrRecord } from '../../../ledger/index.ts'
import type { Call, CallAction, CallEvent, CallRecord, Hangup, Step } from '../call.ts'
import { endCall } from './ending.ts'

/** Charging did not answer an extension: asked again this much later, until the grant runs out. */
const EXTEND_AGAIN_MS = 2000

/** "Warning announcement before the end", so long before it, or half of what is left when that is less. */
const WARNING_MS = 60_000
/** A warning takes about four seconds to say; nobody is warned of less than twice that. */
const LEAST_WARNING_MS = 4000

/** Replaces one record. */
export function withRecord(call: Call, cdrId: CdrRecord['id'], change: Partial<CallRecord>): Call {
  return { ...call, records: call.records.map((one) => (one.cdrId === cdrId ? { ...one, ...change } : one)) }
}

/** Records of the present way, which nobody has answered yet. */
export function openRecords(call: Call): readonly CallRecord[] {
  return call.records.filter((one) => one.answeredAt === undefined && !one.closed)
}

/** The records that nobody answered become answered at `at`; the one that the leg is paid by tells its carrier. */
export function answerRecords(call: Call, at: number, carrierId: string | undefined): Call {
  const answered = openRecords(call)
  const carrierOf = (one: CallRecord): string | undefined => (one.direction === 'outbound' ? carrierId : undefined)
  const records = call.records.map((one) =>
    answered.includes(one) ? { ...one, answeredAt: at, carrierId: carrierOf(one) } : one,
  )
  return { ...call, records, answeredAt: call.answeredAt ?? at, connect: { ...call.connect, at } }
}

/** What the caller never heard was not answered, and costs nothing. */
export function unheardRecords(call: Call): Call {
  if (call.state !== 'connecting' && call.state !== 'announcing' && call.state !== 'serving') return call
  const { at } = call.connect
  const records = call.records.map((one) => (one.answeredAt === at ? { ...one, answeredAt: undefined } : one))
  return { ...call, records, answeredAt: call.answeredAt === at ? undefined : call.answeredAt }
}

/** The records of a way that came to nothing are closed; the call goes on. */
export function closeRecords(call: Call, records: readonly CallRecord[], hangup: Hangup, at: number): Call {
  const closed = { at, hangup }
  return { ...call, records: call.records.map((one) => (records.includes(one) ? { ...one, closed } : one)) }
}

/** Timers of the grant in force, counted from the answer so that no delay on the way adds talking time. */
export function grantTimers({ cdrId, grant, answeredAt, closed }: CallRecord, at: number): CallAction[] {
  if (!grant || answeredAt === undefined || closed) return []
  const grantedMs = grant.grantedSeconds * 1000
  const spentMs = at - answeredAt
  const delayMs = Math.max(0, grantedMs - spentMs)
  const timers: CallAction[] = [{ kind: 'setTimer', timer: 'grantEnd', cdrId, delayMs }]
  if (grant.final) {
    const leadMs = Math.min(WARNING_MS, delayMs / 2)
    if (leadMs >= LEAST_WARNING_MS)
      timers.push({ kind: 'setTimer', timer: 'warning', cdrId, delayMs: delayMs - leadMs })
  } else {
    // At 80 % of the grant, or 20 s before its end when that is later.
    const askMs = Math.max(grantedMs * 0.8, grantedMs - 20_000)
    timers.push({ kind: 'setTimer', timer: 'extend', cdrId, delayMs: Math.max(0, askMs - spentMs) })
  }
  return timers
}

/** Money while a call is up, whatever else it does; undefined when the event is about something else. */
export function stepRecords(call: Call, event: CallEvent): Step | undefined {
  if (event.kind === 'extended') return onExtended(call, event)
  if (event.kind !== 'timer') return undefined
  if (event.timer === 'longest') {
    return endCall(call, { cause: 'longest_call', status: 200, reason: 'Longest Call', by: 'system' }, event.at)
  }
  if (event.timer !== 'grantEnd' && event.timer !== 'extend' && event.timer !== 'warning') return undefined
  const record = call.records.find((one) => one.cdrId === event.cdrId && one.reserve && !one.closed)
  if (!record || record.answeredAt === undefined) return { call, actions: [] }
  if (event.timer === 'grantEnd') {
    return endCall(call, { cause: 'grant_exhausted', status: 200, reason: 'Credit Exhausted', by: 'system' }, event.at)
  }
  if (event.timer === 'warning') return { call, actions: warnPayer(call, record) }
  const elapsedSeconds = Math.ceil((event.at - record.answeredAt) / 1000)
  return { call, actions: [{ kind: 'extend', cdrId: record.cdrId, elapsedSeconds }] }
}

/** Whoever pays hears that the call will end; the other side hears nothing of it. */
function warnPayer(call: Call, { direction }: CallRecord): CallAction[] {
  const legId = direction === 'inbound' ? call.answeredLeg : call.callerLeg
  if (call.state !== 'talking' || call.direct || legId === undefined) return []
  return [{ kind: 'play', legId, prompt: 'credit_ending', times: 1 }]
}

/** A refused extension changes nothing: the grant in force ends when it ends. */
function onExtended(call: Call, { cdrId, result, at }: CallEvent & { kind: 'extended' }): Step {
  if (result.ok) {
    const extended = withRecord(call, cdrId, { grant: result.value })
    return {
      call: extended,
      actions: extended.records.flatMap((one) => (one.cdrId === cdrId ? grantTimers(one, at) : [])),
    }
  }
  if (result.failure.code !== 'ledger.unavailable') return { call, actions: [] }
  return { call, actions: [{ kind: 'setTimer', timer: 'extend', cdrId, delayMs: EXTEND_AGAIN_MS }] }
}
