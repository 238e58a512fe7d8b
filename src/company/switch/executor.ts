/**
 * Performs what the call machine asks for: the only place where calls meet sockets, money and disk.
 * It keeps the records, turns every outcome into an event, and decides nothing by itself.
 */

import type { Clock, Log, Metrics, Timer } from '../../base/index.ts'
import { messageOf } from '../../base/index.ts'
import type { InviteCommand, LegId, NextHop, SipLegs } from '../../network/sip/index.ts'
import type { LegMediaStats, MediaBackend, MediaEvent } from '../../network/media/index.ts'
import type { Call, CallAction, CallEvent, Hangup, Target, TimerName } from './call.ts'
import { cdrsOf } from './cdrs.ts'
import type { ChargingPort } from './charging-port.ts'
import { liveCallOf } from './live-calls.ts'
import type { Spool } from './spool.ts'
import { step } from './step.ts'
import type { LiveCall } from './topics.ts'

export type ExecutorOptions = {
  readonly sip: SipLegs
  readonly media: MediaBackend
  readonly charging: ChargingPort
  readonly spool: Spool
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** How a target is reached at this moment; undefined when it is gone. */
  reach(call: Call, target: Target): Omit<InviteCommand, 'legId' | 'sdp'> | undefined
  /** A call changed in a way that a person could see. */
  onChange(call: LiveCall): void
  /** There are new finished calls in the spool. */
  onClosed(): void
}

type EventOf<Kind extends CallEvent['kind']> = Omit<Extract<CallEvent, { kind: Kind }>, 'at'>
type AnyEvent = { [Kind in CallEvent['kind']]: EventOf<Kind> }[CallEvent['kind']]

type Entry = {
  call: Call
  readonly timers: Map<TimerName, Timer>
  /** Where each leg's signalling comes from: the relay believes packets from behind a NAT only from there. */
  readonly addresses: Map<LegId, string>
}

export type Executor = {
  /** `callerAddress` is where the caller's signalling comes from. */
  start(call: Call, callerAddress: string): void
  /** An event of one of a call's legs; events of unknown legs are dropped. */
  onLeg(legId: LegId, event: AnyEvent): void
  onMedia(event: MediaEvent): void
  endCall(callId: string, hangup: Hangup): boolean
  calls(): readonly Call[]
  /** Kept when every call is over and its records are in the spool. */
  idle(): Promise<void>
}

/** Makes an executor with no calls. */
export function createExecutor(options: ExecutorOptions): Executor {
  const { sip, media, charging, spool, clock, log } = options
  const entries = new Map<string, Entry>()
  const closings = new Set<Promise<void>>()
  const callOfLeg = new Map<LegId, string>()
  const started = options.metrics.counter('dialhouse_calls_started_total', 'Calls that were routed')
  const ended = options.metrics.counter('dialhouse_calls_ended_total', 'Calls that ended, by cause')
  options.metrics.gauge('dialhouse_calls_active', 'Calls in progress', () => entries.size)

  const apply = (callId: string, event: AnyEvent): void => {
    const entry = entries.get(callId)
    if (!entry) return
    const before = entry.call
    const next = step(before, { ...event, at: clock.now() })
    entry.call = next.call
    for (const leg of next.call.legs) callOfLeg.set(leg.legId, callId)
    for (const action of next.actions) perform(entry, action)
    if (
      before.state !== next.call.state ||
      before.ringingAt !== next.call.ringingAt ||
      before.grant !== next.call.grant
    ) {
      options.onChange(liveCallOf(next.call))
    }
  }

  /** The outcome of an action becomes an event; a thrown bug ends this one call and is logged. */
  const follow = <T>(callId: string, work: Promise<T>, then: (value: T) => AnyEvent): void => {
    work.then(
      (value) => apply(callId, then(value)),
      (error: unknown) => {
        log.error('an action of a call failed', { callId, error })
        apply(callId, {
          kind: 'endCall',
          hangup: { cause: 'internal_error', status: 500, reason: 'Server Error', by: 'system' },
        })
      },
    )
  }

  const perform = (entry: Entry, action: CallAction): void => {
    const callId = entry.call.id
    switch (action.kind) {
      case 'reserve':
        return follow(callId, charging.reserve(action.request), (result) => ({ kind: 'reserved', result }))
      case 'confirm':
        return follow(callId, charging.confirm(action.cdrId, action.answeredAt), (result) => ({
          kind: 'confirmed',
          result,
        }))
      case 'extend':
        return follow(callId, charging.extend(action.cdrId, action.elapsedSeconds), (result) => ({
          kind: 'extended',
          result,
        }))
      case 'offer': {
        const { fromLeg, toLeg, sdp } = action
        const request = { callId, fromLeg, toLeg, sdp, ...signalAddress(entry, fromLeg) }
        return follow(callId, media.offer(request), (result) => ({ kind: 'offered', legId: toLeg, result }))
      }
      case 'answerMedia': {
        const { fromLeg, toLeg, sdp, early } = action
        const request = { callId, fromLeg, toLeg, sdp, early, ...signalAddress(entry, fromLeg) }
        return follow(callId, media.answer(request), (result) => ({
          kind: 'mediaAnswered',
          legId: fromLeg,
          early,
          result,
        }))
      }
      case 'terminate': {
        const request = { callId, legId: action.legId, sdp: action.sdp, ...signalAddress(entry, action.legId) }
        return follow(callId, media.terminate(request), (result) => ({ kind: 'terminated', result }))
      }
      case 'play':
        return void media
          .play({ callId, legId: action.legId, prompt: action.prompt, times: action.times })
          .then((result) => {
            if (!result.ok) apply(callId, { kind: 'playDone' })
          })
      case 'spoolAnswer':
        return follow(callId, spoolOpen(entry.call), () => ({ kind: 'spooled' }))
      case 'setTimer':
        return setTimer(entry, action.timer, action.delayMs)
      case 'finish':
        return finish(entry)
      default:
        return performOnLeg(entry, action)
    }
  }

  const performOnLeg = (entry: Entry, action: CallAction): void => {
    switch (action.kind) {
      case 'invite':
        return inviteTarget(entry, action.legId, action.target, action.sdp)
      case 'answer':
        return sip.answer(action.legId, action.status, {
          ...(action.reason === undefined ? {} : { reason: action.reason }),
          ...(action.sdp === undefined ? {} : { sdp: action.sdp }),
        })
      case 'hangupLeg':
        return sip.hangup(action.legId, {
          ...(action.status === undefined ? {} : { status: action.status }),
          ...(action.reason === undefined ? {} : { reason: action.reason }),
        })
      case 'reinviteLeg':
        return sip.reinvite(action.legId, action.sdp)
      case 'answerReinvite':
        return sip.answerReinvite(action.legId, action.status, action.sdp)
      default:
    }
  }

  const inviteTarget = (entry: Entry, legId: LegId, target: Target, sdp: string | undefined): void => {
    const { call, addresses } = entry
    const reached = options.reach(call, target)
    if (reached) {
      addresses.set(legId, addressOf(reached.nextHop))
      return sip.invite({ ...reached, legId, sdp })
    }
    const end = { status: 480, reason: 'Temporarily Unavailable', by: 'local' } as const
    apply(call.id, { kind: 'legEnded', legId, end })
  }

  const setTimer = (entry: Entry, timer: TimerName, delayMs: number): void => {
    entry.timers.get(timer)?.stop()
    entry.timers.set(
      timer,
      clock.after(delayMs, () => apply(entry.call.id, { kind: 'timer', timer })),
    )
  }

  const spoolOpen = async (call: Call): Promise<void> => {
    await Promise.all(cdrsOf(call, clock.now()).map((record) => spool.append({ kind: 'open', record })))
  }

  const finish = (entry: Entry): void => {
    const { call } = entry
    for (const timer of entry.timers.values()) timer.stop()
    entries.delete(call.id)
    callOfLeg.delete(call.callerLeg)
    for (const leg of call.legs) callOfLeg.delete(leg.legId)
    ended.add(1, { cause: call.hangup?.cause ?? 'unknown' })
    const closing = closeRecords(call).finally(() => void closings.delete(closing))
    closings.add(closing)
  }

  /** The last act of a call; it cannot fail: what the disk refuses stays in the spool's memory. */
  const closeRecords = async (call: Call): Promise<void> => {
    const stats = await media.release(call.id).catch((error: unknown): readonly LegMediaStats[] => {
      log.warn('media was not released', { callId: call.id, reason: messageOf(error) })
      return []
    })
    const quality = stats.length ? JSON.stringify(stats) : ''
    const written = cdrsOf(call, clock.now(), quality).map((record) => spool.append({ kind: 'closed', record }))
    options.onClosed()
    await Promise.all(written).catch((error: unknown) => {
      log.error('a finished call could not be written to the spool; it is kept in memory', { callId: call.id, error })
    })
  }

  return {
    start(call, callerAddress) {
      started.add()
      entries.set(call.id, { call, timers: new Map(), addresses: new Map([[call.callerLeg, callerAddress]]) })
      callOfLeg.set(call.callerLeg, call.id)
      apply(call.id, { kind: 'started' })
    },
    onLeg(legId, event) {
      const callId = callOfLeg.get(legId)
      if (callId) apply(callId, event)
    },
    onMedia(event) {
      if (event.kind === 'playDone') apply(event.callId, { kind: 'playDone' })
      if (event.kind === 'mediaTimeout') apply(event.callId, { kind: 'mediaTimeout', lastPacketAt: event.lastPacketAt })
    },
    endCall(callId, hangup) {
      const known = entries.has(callId)
      apply(callId, { kind: 'endCall', hangup })
      return known
    },
    calls: () => [...entries.values()].map((entry) => entry.call),
    async idle() {
      while (closings.size > 0) await Promise.all(closings)
    },
  }
}

function addressOf(nextHop: NextHop): string {
  return 'flow' in nextHop ? nextHop.flow.remote.address : nextHop.remote.address
}

function signalAddress(entry: Entry, legId: LegId): { signalAddress?: string } {
  const address = entry.addresses.get(legId)
  return address === undefined ? {} : { signalAddress: address }
}
