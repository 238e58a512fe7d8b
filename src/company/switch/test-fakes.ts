/** Charging, media and disk for tests of the switch: they do what a test wants and remember what was asked. */

import { fail, ok, virtualClock, type Clock, type VirtualClock } from '../../base/index.ts'
import type { MediaBackend, MediaExchange, MediaFailure } from '../../network/media/index.ts'
import type {
  AllowedCarrier,
  CdrRecord,
  ForgottenRequest,
  Grant,
  ReserveFailure,
  ReserveRequest,
} from '../ledger/index.ts'
import type { ChargingPort } from './records/charging-port.ts'
import { journalOver, readJournal, type Journal } from './journal/journal.ts'
import { subscriptionsIn, type SubscriptionBook, type SubscriptionLine } from './journal/subscriptions.ts'
import { applyLine, emptyState, type SpoolLine } from './records/spool-state.ts'
import type { Spool } from './records/spool.ts'

/** Lines that reached the disk; they survive the process that wrote them. */
/** `journal` holds what was noted of calls in progress: no crash of a process loses it. */
export type Disk = {
  readonly lines: string[]
  readonly journal: string[]
  readonly watches?: SubscriptionLine[]
  isFull?: boolean
  delayMs?: number
}

/** A spool whose writes take some time; what is still on its way when the process dies is lost. */
export function diskSpool(disk: Disk, clock: VirtualClock): Spool & { die(): void } {
  const state = emptyState()
  for (const line of disk.lines) applyLine(state, JSON.parse(line) as SpoolLine)
  const leftOpen = [...state.open.values()]
  let isDead = false
  return {
    leftOpen,
    append(line) {
      applyLine(state, line)
      const text = JSON.stringify(line)
      return new Promise<void>((resolve, refuse) => {
        clock.after(disk.delayMs ?? 2, () => {
          if (isDead) return
          if (disk.isFull) return refuse(new Error('no space left on device'))
          disk.lines.push(text)
          resolve()
        })
      })
    },
    closed: (limit) => [...state.closed.values().take(limit)],
    size: () => ({ open: state.open.size, closed: state.closed.size }),
    close: () => Promise.resolve(),
    die: () => void (isDead = true),
  }
}

/** The journal of a process that may be dead by now. */
export function diskJournal(disk: Disk, isDead: () => boolean): Journal {
  const append = (line: string): boolean | number => isDead() || disk.journal.push(line)
  return { ...journalOver(readJournal(disk.journal), append), attach() {}, close: () => Promise.resolve() }
}

/** Subscriptions that outlive a process. */
export function diskSubscriptions(disk: Disk, isDead: () => boolean): SubscriptionBook {
  const lines = disk.watches ?? []
  return {
    left: [...subscriptionsIn(lines).values()],
    keep: (key, kept) => void (isDead() || lines.push({ kind: 'kept', key, kept })),
    drop: (key) => void (isDead() || lines.push({ kind: 'over', key })),
    close: () => Promise.resolve(),
  }
}

/** The same acts, without effect and without an answer once `isDead`. */
export function mortal<T extends object>(acts: T, isDead: () => boolean): T {
  return new Proxy(acts, {
    get: (target, name) => (isDead() ? () => new Promise(() => {}) : Reflect.get(target, name)),
  })
}

/** `charge` as tests want it; what was settled is kept, each record once. */
export type FakeCharging = ChargingPort & {
  /** Carriers that it allows; it says nothing of them when undefined. */
  carriers: readonly AllowedCarrier[] | undefined
  readonly asked: ReserveRequest[]
  isAway: boolean
  grantSeconds: number
  isFinal: boolean
  refusal: ReserveFailure['code'] | undefined
  readonly reserved: string[]
  readonly confirmed: string[]
  readonly extended: number[]
  /** The most seconds from the answer on that each record was granted. */
  readonly granted: Map<string, number>
  /** What was said after each start. */
  readonly forgotten: ForgottenRequest[]
  readonly stored: Map<string, CdrRecord>
  /** Records that came again; each must be the same as before. */
  readonly again: CdrRecord[]
}

const away = fail('ledger.unavailable', 'charging does not answer')

/** Grants an hour to everybody. */
export function fakeCharging(): FakeCharging {
  const grant = (): Grant => ({
    ...(charging.carriers === undefined ? {} : { carriers: charging.carriers }),
    grantedSeconds: charging.grantSeconds,
    final: charging.isFinal,
    reservedMicros: 1_000_000n,
    currency: 'CAD',
    prefix: '1212',
    destinationName: 'United States',
    class: 'domestic',
  })
  const charging: FakeCharging = {
    isAway: false,
    grantSeconds: 3600,
    isFinal: false,
    refusal: undefined,
    reserved: [],
    asked: [],
    carriers: undefined,
    confirmed: [],
    extended: [],
    granted: new Map(),
    forgotten: [],
    stored: new Map(),
    again: [],
    async reserve(request) {
      if (charging.isAway) return away
      charging.reserved.push(request.cdrId)
      charging.asked.push(request)
      if (charging.refusal) return fail(charging.refusal, 'refused')
      charging.granted.set(request.cdrId, charging.grantSeconds)
      return ok(grant())
    },
    async confirm(cdrId) {
      if (charging.isAway) return away
      charging.confirmed.push(cdrId)
      return ok(true)
    },
    async extend(cdrId, elapsedSeconds) {
      if (charging.isAway) return away
      charging.extended.push(elapsedSeconds)
      if (charging.refusal) return fail(charging.refusal, 'refused')
      charging.granted.set(cdrId, Math.max(charging.granted.get(cdrId) ?? 0, charging.grantSeconds))
      return ok(grant())
    },
    async freeForgotten(request) {
      if (charging.isAway) return away
      charging.forgotten.push(request)
      return ok({ freed: 0 })
    },
    async settle(records) {
      if (charging.isAway) return away
      for (const record of records) {
        if (charging.stored.has(record.id)) charging.again.push(record)
        else charging.stored.set(record.id, record)
      }
      return ok(records.map((record) => record.id))
    },
  }
  return charging
}

/** A relay that relays nothing: it writes into each SDP that it was here, and remembers its calls. */
export type FakeMedia = MediaBackend & {
  isAway: boolean
  /** What fails although the process answers. */
  offerFails: MediaFailure['code'] | undefined
  answerFails: MediaFailure['code'] | 'thrown' | undefined
  onRelease: (() => void) | undefined
  readonly calls: Map<string, { answeredMs: number | undefined; lastPacketAt: number | undefined }>
  readonly played: string[]
  /** Acts for services, as lines. */
  readonly acts: string[]
  readonly requests: (MediaExchange & { readonly early?: boolean })[]
}

/** Starts without calls. */
export function fakeMedia(clock: Pick<Clock, 'now' | 'monotonic'> = virtualClock(0)): FakeMedia {
  const unavailable = fail('media.unavailable', 'the media process does not answer')
  const touch = (callId: string): void => {
    if (!media.calls.has(callId)) media.calls.set(callId, { answeredMs: undefined, lastPacketAt: undefined })
  }
  /** Counted by a clock that nobody sets, told by the one on the wall. */
  const seen = ({
    answeredMs,
    lastPacketAt,
  }: {
    answeredMs: number | undefined
    lastPacketAt: number | undefined
  }) => ({
    answeredAt: answeredMs === undefined ? undefined : clock.now() - (clock.monotonic() - answeredMs),
    lastPacketAt,
  })
  const act = (line: string): Promise<void> => {
    media.acts.push(line)
    return Promise.resolve()
  }
  const relayed = (sdp: string): string => sdp.replace('s=-', 's=relayed')
  const media: FakeMedia = {
    isAway: false,
    offerFails: undefined,
    answerFails: undefined,
    onRelease: undefined,
    calls: new Map(),
    played: [],
    acts: [],
    requests: [],
    capabilities: () => Promise.resolve({ relay: true, play: true, codecs: ['PCMU'] }),
    async offer(request) {
      if (media.isAway) return unavailable
      if (media.offerFails) return fail(media.offerFails, 'refused')
      media.requests.push(request)
      touch(request.callId)
      return ok(relayed(request.sdp))
    },
    async answer(request) {
      if (media.isAway) return unavailable
      if (media.answerFails === 'thrown') throw new Error('refused')
      if (media.answerFails) return fail(media.answerFails, 'refused')
      media.requests.push(request)
      const call = media.calls.get(request.callId)
      if (call && !request.early) call.answeredMs ??= clock.monotonic()
      return ok(relayed(request.sdp))
    },
    async terminate({ callId, sdp }) {
      if (media.isAway) return unavailable
      touch(callId)
      return ok(relayed(sdp))
    },
    async play({ prompt }) {
      media.played.push(...(typeof prompt === 'string' ? [prompt] : prompt))
      return media.isAway ? unavailable : ok({ durationMs: 1000 })
    },
    stop: () => act('stop'),
    press: ({ legId, digits }) => act(`press ${digits} ${legId}`).then(() => true),
    collect: ({ on, callId, legId }) => act(`collect ${on} ${callId} ${legId}`),
    record: ({ recordingId }) => act(`record ${recordingId}`).then(() => ok(null)),
    pauseRecording: () => act('pause'),
    stopRecording: () => act('stop recording'),
    joinRoom: ({ roomId, role }) => act(`join ${roomId} ${String(role.speaksTo)}`).then(() => ok(null)),
    leaveRoom: () => act('leave'),
    stats: () => Promise.resolve([]),
    async release(callId) {
      media.calls.delete(callId)
      media.onRelease?.()
      return []
    },
    list: () => Promise.resolve([...media.calls].map(([callId, call]) => ({ callId, ...seen(call) }))),
  }
  return media
}
