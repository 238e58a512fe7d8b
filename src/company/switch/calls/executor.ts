/**
 * Keeps the records of the calls in progress, feeds every event to the call machine and has its actions
 * performed. It decides nothing by itself.
 */

import { messageOf } from '../../../base/index.ts'
import type { LegMediaStats, MediaEvent } from '../../../network/media/index.ts'
import type { LegId } from '../../../network/sip/index.ts'
import type { Call, Hangup } from './call.ts'
import { carrierSign } from '../carriers/carrier-signs.ts'
import { cdrsOf } from '../records/cdrs.ts'
import { clearRefusal, reasonIn } from './end-reasons.ts'
import { timeOf, type AnyEvent, type Entry, type ExecutorOptions } from './execution.ts'
import type { KeptCall } from '../journal/journal.ts'
import { liveCallOf } from './live-calls.ts'
import { createCallNotes, keptCallOf, type CallNotes } from '../journal/note-calls.ts'
import { isServedLeg } from './perform-service.ts'
import { perform } from './perform.ts'
import type { CarriedCall } from '../journal/recover-calls.ts'
import { createSeats, type Seats } from './seats.ts'
import { step } from './step.ts'

export type Executor = {
  /** `callerAddress` is where the caller's signalling comes from. */
  start(call: Call, callerAddress: string): void
  /** A leg that came to us takes a place in a call in progress. */
  adopt(callId: string, leg: { readonly legId: LegId; readonly address: string }, event: AnyEvent): void
  /** The call that a leg belongs to. */
  callOf(legId: LegId): Call | undefined
  /** Carries on what a former process carried. */
  takeUp(carried: CarriedCall): void
  /** What a journal keeps of a leg's dialog changed. */
  onDialogChanged(legId: LegId): void
  /** How every conversation is carried now. */
  kept(): readonly KeptCall[]
  /** Leaves every conversation to the next process: all is noted, and no timer of theirs goes off here any more. */
  leave(): void
  /** An event of one of a call's legs; events of unknown legs are dropped. */
  onLeg(legId: LegId, event: AnyEvent): void
  onMedia(event: MediaEvent): void
  /** The media process that had the call is gone. */
  onMediaLost(callId: string): void
  endCall(callId: string, hangup: Hangup): boolean
  calls(): readonly Call[]
  /** Records of the answered calls by the time that it is now for their call. */
  alive(): ReadonlyMap<number, readonly string[]>
  /** Calls in progress of a customer or on a trunk, both ways, without emergencies; legs that a carrier carries. */
  countOf(id: string): number
  /** The leg that a leg talks to; undefined while nobody has answered. */
  otherSide(legId: LegId): LegId | undefined
  /** Kept when every call is over, its records are in the spool, and the journal was told. */
  idle(): Promise<void>
}

type Desk = {
  readonly options: ExecutorOptions
  readonly entries: Map<string, Entry>
  readonly callOfLeg: Map<LegId, string>
  readonly seats: Seats
  /** Legs that another call has offered to: it hears their answer. */
  readonly borrowed: Map<LegId, string>
  /** Calls that are over and whose records are on their way to the disk. */
  readonly closings: Set<Promise<void>>
  /** Events that came while another one was handled: an action may cause one at once. */
  readonly waiting: { readonly callId: string; readonly event: AnyEvent }[]
  isBusy: boolean
  readonly notes: CallNotes
  ended(cause: string): void
}

function emptyDesk(options: ExecutorOptions): Desk {
  const ended = options.metrics.counter('dialhouse_calls_ended_total', 'Calls that ended, by cause')
  const entries = new Map<string, Entry>()
  const keptOf = (entry: Entry | undefined): KeptCall | undefined => entry && keptCallOf(entry, options.sip)
  return {
    options,
    notes: createCallNotes(options, (callId) => keptOf(entries.get(callId))),
    entries,
    callOfLeg: new Map(),
    seats: createSeats(),
    borrowed: new Map(),
    closings: new Set(),
    waiting: [],
    isBusy: false,
    ended: (cause) => ended.add(1, { cause }),
  }
}

/** Makes an executor with no calls. */
export function createExecutor(options: ExecutorOptions): Executor {
  const { metrics } = options
  const started = metrics.counter('dialhouse_calls_started_total', 'Calls that were routed')
  const desk = emptyDesk(options)
  const { entries, callOfLeg, closings } = desk
  metrics.gauge('dialhouse_calls_active', 'Calls in progress', () => entries.size)
  return {
    start(call, callerAddress) {
      started.add()
      const epochMs = options.clock.now() - options.clock.monotonic()
      entries.set(call.id, { call, epochMs, timers: new Map(), addresses: new Map([[call.callerLeg, callerAddress]]) })
      callOfLeg.set(call.callerLeg, call.id)
      changed(desk, undefined, call)
      take(desk, call.id, { kind: 'started' })
    },
    adopt(callId, { legId, address }, event) {
      entries.get(callId)?.addresses.set(legId, address)
      callOfLeg.set(legId, callId)
      take(desk, callId, event)
    },
    callOf: (legId) => entries.get(callOfLeg.get(legId) ?? '')?.call,
    takeUp: (carried) => takeUp(desk, carried),
    onDialogChanged(legId) {
      const callId = callOfLeg.get(legId)
      if (callId) desk.notes.touch(callId)
    },
    kept: () => [...entries.values()].flatMap((entry) => keptCallOf(entry, options.sip) ?? []),
    leave() {
      desk.notes.flush()
      for (const { timers } of entries.values()) for (const timer of timers.values()) timer.stop()
    },
    onLeg(legId, event) {
      const borrower = event.kind === 'reinviteDone' ? desk.borrowed.get(legId) : undefined
      const callId = borrower ?? callOfLeg.get(legId)
      if (callId) take(desk, callId, event)
    },
    onMedia: (event) => onMedia(desk, event),
    onMediaLost: (callId) => take(desk, callId, { kind: 'mediaLost' }),
    endCall(callId, hangup) {
      const isThere = entries.has(callId)
      take(desk, callId, { kind: 'endCall', hangup })
      return isThere
    },
    calls: () => [...entries.values()].map((entry) => entry.call),
    alive() {
      const answered = [...entries.values()].filter((entry) => entry.call.answeredAt !== undefined)
      const byTime = Map.groupBy(answered, (entry) => timeOf(entry, options.clock))
      const idsOf = (one: Entry): string[] => one.call.records.map((record) => record.cdrId)
      return new Map([...byTime].map(([at, those]) => [at, those.flatMap(idsOf)]))
    },
    countOf: (id) => desk.seats.countOf(id),
    otherSide(legId) {
      const call = entries.get(callOfLeg.get(legId) ?? '')?.call
      if (call?.state !== 'talking') return undefined
      return legId === call.callerLeg ? call.answeredLeg : call.callerLeg
    },
    async idle() {
      while (closings.size > 0) await Promise.all(closings)
      desk.notes.flush()
    },
  }
}

/** A conversation of before: its legs, its money and its record go on as if nothing had been. */
function takeUp(desk: Desk, { kept, answeredMs }: CarriedCall): void {
  const { options, entries, callOfLeg } = desk
  const { call } = kept
  const epochMs = (call.answeredAt ?? call.startedAt) - answeredMs
  entries.set(call.id, { call, epochMs, timers: new Map(), addresses: new Map(kept.addresses) })
  for (const leg of kept.legs) {
    callOfLeg.set(leg.id, call.id)
    const target = call.legs.find(({ legId }) => legId === leg.id)?.target
    options.sip.takeUp(leg, target && options.reach(call, target)?.credentials)
  }
  changed(desk, undefined, call)
  take(desk, call.id, { kind: 'resumed' })
  desk.notes.touch(call.id)
}

/** What media tells of a call: its end when nobody speaks, and what a service waits for. */
function onMedia(desk: Desk, event: MediaEvent): void {
  const { callId } = event
  const call = desk.entries.get(callId)?.call
  switch (event.kind) {
    case 'playDone':
      return take(desk, callId, { kind: 'playDone' })
    case 'digit':
      return isServedLeg(call, event.legId) ? take(desk, callId, { kind: 'digit', digit: event.digit }) : undefined
    case 'recordingReady':
      desk.options.services.onRecorded(event, call)
      return take(desk, callId, { kind: 'recorded', spokenMs: event.spokenMs })
    case 'mediaTimeout':
      return take(desk, callId, { kind: 'mediaTimeout', lastPacketAt: lastPacketAt(desk, event) })
    default:
  }
}

/** Media reads the clock on the wall; how long it has been silent is the same on the call's. */
function lastPacketAt({ options, entries }: Desk, event: MediaEvent & { kind: 'mediaTimeout' }): number {
  const entry = entries.get(event.callId)
  if (!entry) return event.lastPacketAt
  return timeOf(entry, options.clock) - Math.max(0, options.clock.now() - event.lastPacketAt)
}

/** Handles an event now, or after the one that is being handled. */
function take(desk: Desk, callId: string, event: AnyEvent): void {
  desk.waiting.push({ callId, event })
  if (desk.isBusy) return
  desk.isBusy = true
  try {
    for (let next = desk.waiting.shift(); next; next = desk.waiting.shift()) handle(desk, next.callId, next.event)
  } finally {
    desk.isBusy = false
  }
}

function handle(desk: Desk, callId: string, event: AnyEvent): void {
  const { options, entries, callOfLeg } = desk
  const entry = entries.get(callId)
  if (!entry) return
  const before = entry.call
  const happened = clearRefusal(before, { ...event, at: timeOf(entry, options.clock) })
  const sign = carrierSign(before, happened)
  if (sign) options.onSign(sign)
  const { call, actions } = step(before, happened)
  entry.call = call
  if (event.kind === 'legEnded' && call.state === 'ended') entry.reason ??= reasonIn(event.end.message)
  changed(desk, before, call.state === 'ended' ? undefined : call)
  for (const leg of call.legs) callOfLeg.set(leg.legId, callId)
  for (const action of actions) {
    if (action.kind === 'finish') finish(desk, entry)
    else if (action.kind === 'borrow') desk.borrowed.set(action.legId, callId)
    else if (action.kind === 'giveBack') desk.borrowed.delete(action.legId)
    else if (action.kind === 'absorb')
      take(desk, callId, { kind: 'absorbed', other: absorb(desk, entry, action.callId) })
    else perform(options, entry, action, (outcome) => take(desk, callId, outcome))
  }
  if (call.state === 'talking' && before !== call) desk.notes.touch(callId)
  if (before.state !== call.state || before.ringingAt !== call.ringingAt || before.records !== call.records) {
    options.onChange(liveCallOf(call))
  }
}

function changed({ seats, options }: Desk, before: Call | undefined, after: Call | undefined): void {
  seats.change(before, after)
  options.onStep(before, after)
}

/** Another conversation ends without a word: its legs belong to this one from now on. */
function absorb(desk: Desk, entry: Entry, callId: string): Call | undefined {
  const other = desk.entries.get(callId)
  if (other?.call.state !== 'talking') return undefined
  for (const timer of other.timers.values()) timer.stop()
  for (const [legId, address] of other.addresses) {
    entry.addresses.set(legId, address)
    desk.callOfLeg.set(legId, entry.call.id)
    desk.borrowed.delete(legId)
  }
  desk.entries.delete(callId)
  desk.notes.drop(callId)
  changed(desk, other.call, undefined)
  desk.ended('transferred')
  const { media, log, onChange } = desk.options
  media.release(callId).catch((error: unknown) => log.warn('media was not released', { callId, error }))
  onChange({ ...liveCallOf(other.call), state: 'ended' })
  return other.call
}

/** Takes a call that is over off the desk; its records follow when its media has been counted. */
function finish(desk: Desk, entry: Entry): void {
  const { call, timers } = entry
  for (const timer of timers.values()) timer.stop()
  desk.entries.delete(call.id)
  desk.notes.drop(call.id)
  desk.callOfLeg.delete(call.callerLeg)
  for (const legId of entry.addresses.keys()) {
    desk.callOfLeg.delete(legId)
    desk.borrowed.delete(legId)
  }
  for (const leg of call.legs) desk.callOfLeg.delete(leg.legId)
  desk.ended(call.hangup?.cause ?? 'unknown')
  const closing = closeRecords(desk.options, entry).finally(() => void desk.closings.delete(closing))
  desk.closings.add(closing)
}

/** A side that was lost was there at least until its last packet, whatever its signalling did. */
function provenEnd(call: Call, stats: readonly LegMediaStats[], aheadMs: number): number | undefined {
  const { hangup, endedAt } = call
  if (hangup?.cause !== 'peer_lost' || endedAt === undefined) return endedAt
  const lost = hangup.by === 'caller' ? call.callerLeg : call.answeredLeg
  const heardAt = stats.find((leg) => leg.legId === lost)?.lastPacketAt
  return heardAt === undefined ? endedAt : Math.max(endedAt, heardAt + aheadMs)
}

/** The last act of a call; it cannot fail: what the disk refuses stays in the spool's memory. */
async function closeRecords({ media, spool, clock, log, onClosed }: ExecutorOptions, entry: Entry): Promise<void> {
  const { call } = entry
  const stats = await media.release(call.id).catch((error: unknown): readonly LegMediaStats[] => {
    log.warn('media was not released', { callId: call.id, reason: messageOf(error) })
    return []
  })
  const quality = stats.length > 0 ? JSON.stringify(stats) : ''
  const aheadMs = timeOf(entry, clock) - clock.now()
  const proven = { ...call, endedAt: provenEnd(call, stats, aheadMs) }
  const written = cdrsOf(proven, clock.now(), quality).map((record) => spool.append({ kind: 'closed', record }))
  onClosed()
  await Promise.all(written).catch((error: unknown) => {
    log.error('a finished call could not be written to the spool; it is kept in memory', { callId: call.id, error })
  })
}
