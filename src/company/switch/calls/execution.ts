/** What carrying out calls needs, and what is kept of each call beside its record. */

import type { Clock, Log, Metrics, Timer } from '../../../base/index.ts'
import type { MediaBackend, RecordingReady } from '../../../network/media/index.ts'
import type { InviteCommand, LegId, SipLegs } from '../../../network/sip/index.ts'
import type { Call, CallEvent, Target, Way } from './call.ts'
import type { Sign } from '../carriers/carrier-health.ts'
import type { ChargingPort } from '../records/charging-port.ts'
import type { Extension } from '../directory/directory.ts'
import type { Journal } from '../journal/journal.ts'
import type { Keep, Question, Reply } from '../services/service.ts'
import type { Spool } from '../records/spool.ts'
import type { LiveCall } from '../topics.ts'

export type ExecutorOptions = {
  readonly sip: SipLegs
  readonly media: MediaBackend
  readonly charging: ChargingPort
  readonly spool: Spool
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** How a target is reached at this moment; undefined when it is gone. */
  reach(call: Call, target: Target): Omit<InviteCommand, 'legId' | 'sdp'> | undefined
  /** There are addresses of both families: media has to know by which one a target is reached. */
  readonly otherHost?: string | undefined
  /** Kept when a target can be reached; undefined when it can be at once. */
  ready?(call: Call, target: Target): Promise<void> | undefined
  /** A further way of a call, on behalf of an extension; undefined when that is gone. */
  originate(call: Call, by: Extension, dialled: string): Way | undefined
  /** A leg of a call is about to be dialled: whoever must not be held up is made room for. */
  beforeDial(call: Call, target: Target | undefined): void
  /** Media has no place for an emergency: true when another call gave up its own. */
  freeMedia(): boolean
  /** A leg of a call was dialled. */
  onDialled?(call: Call, legId: LegId, target: Target): void
  /** A call began, changed or ended, whatever a person sees of it. */
  onStep(before: Call | undefined, after: Call | undefined): void
  /** A call changed in a way that a person could see. */
  onChange(call: LiveCall): void
  /** What a call saw of a carrier. */
  onSign(sign: Sign): void
  readonly services: ServicesPort
  /** There are new finished calls in the spool. */
  onClosed(): void
}

/** What services need beyond the call: a place for what is said, and answers from where things are stored. */
export type ServicesPort = {
  /** Names a recording so that whoever finds the file knows whose it is. */
  nameRecording(keep: Keep): string
  /** A recording is whole; `call` is undefined when it is over, and forgotten. */
  onRecorded(ready: RecordingReady, call: Call | undefined): void
  /** Never rejects: whoever does not answer in time is unavailable. */
  ask(question: Question): Promise<Reply>
}

type EventOf<Kind extends CallEvent['kind']> = Omit<Extract<CallEvent, { kind: Kind }>, 'at'>
export type AnyEvent = { [Kind in CallEvent['kind']]: EventOf<Kind> }[CallEvent['kind']]

/** A call in progress with what does not belong into its record. */
export type Entry = {
  call: Call
  /**
   * What the monotonic clock lacks to the time of day, as it was when the call began: the events of one call are
   * timed by it, so that nobody who sets the machine's clock makes a call longer, shorter or free.
   */
  readonly epochMs: number
  /** By name and record. */
  readonly timers: Map<string, Timer>
  /** What is being recorded for a service. */
  recordingId?: string | undefined
  /** Where each leg's signalling comes from: the relay believes packets from behind a NAT only from there. */
  readonly addresses: Map<LegId, string>
  /** Why it ended, in the words of the side that ended it. */
  reason?: string | undefined
}

/** Now, as the call counts it. */
export function timeOf({ epochMs }: Entry, clock: Clock): number {
  return Math.round(epochMs + clock.monotonic())
}
