/**
 * What the switch knows of media: an offer goes in, the offer for the other side comes out. The same
 * interface stands before our own relay and before rtpengine (its ng offer/answer), so SDP is the
 * currency here and ports are nobody's business above this line.
 */

import type { Result } from '../../base/index.ts'
import type { MediaFailure } from './errors.ts'

export type MediaCallId = string
export type MediaLegId = string

/** Packet counts of what one leg's peer sent to us, and what we sent to it (RFC 3550 §6.4). */
export type LegMediaStats = {
  readonly legId: MediaLegId
  readonly packetsIn: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly lost: number
  readonly jitterMs: number
  readonly rtcpIn: number
  /** Packets dropped because they came from a source that is not the locked one, or were no RTP. */
  readonly dropped: number
  /** Epoch milliseconds of the last packet from the peer; undefined before the first. */
  readonly lastPacketAt: number | undefined
  readonly codec: string | undefined
}

/** What one leg says to another, through us. */
export type MediaExchange = {
  readonly callId: MediaCallId
  readonly fromLeg: MediaLegId
  readonly toLeg: MediaLegId
  readonly sdp: string
  /** Where `fromLeg`'s signalling comes from, when known: it says which packets from behind a NAT to believe. */
  readonly signalAddress?: string
  /** The family of addresses that `toLeg` is reached by, where ours are of both. */
  readonly toFamily?: 4 | 6
}

export type MediaBackend = {
  /** `codecs`: what we can speak ourselves; a relay passes on whatever two sides agree on. */
  capabilities(): Promise<{ readonly relay: boolean; readonly play: boolean; readonly codecs: readonly string[] }>
  /** `fromLeg` offers, or offers anew; the result is the SDP to offer to `toLeg`. Makes the call when it is new. */
  offer(request: MediaExchange): Promise<Result<string, MediaFailure>>
  /**
   * `fromLeg` answers what was offered to it; the result is the SDP to answer `toLeg` with. Media flows from
   * here on. Unless it is `early`, legs of the call that were only offered to are given up.
   */
  answer(request: MediaExchange & { readonly early?: boolean }): Promise<Result<string, MediaFailure>>
  /** Answers a leg's offer ourselves (announcements, echo test); the result is our SDP. */
  terminate(request: {
    readonly callId: MediaCallId
    readonly legId: MediaLegId
    readonly sdp: string
    readonly signalAddress?: string
  }): Promise<Result<string, MediaFailure>>
  /**
   * Plays a prompt of the catalogue towards a leg, replacing what it would hear; `times` 0 repeats for ever.
   * `prompt` is `no_credit` (English), `fr/no_credit`, a tone such as `tone/ringback`, `tone/busy`, `tone/1004`, or
   * several of them, said one after the other.
   */
  play(request: {
    readonly callId: MediaCallId
    readonly legId: MediaLegId
    readonly prompt: string | readonly string[]
    readonly times: number
  }): Promise<Result<{ durationMs: number }, MediaFailure>>
  stop(request: { readonly callId: MediaCallId; readonly legId: MediaLegId }): Promise<void>
  /** Tells each key that a leg presses as a `digit` event, or ends that: unless asked for, keys are private. */
  collect(request: { readonly callId: MediaCallId; readonly legId: MediaLegId; readonly on: boolean }): Promise<void>
  /** Lets a leg hear keys as events, as if its peer had pressed them; false when it knows none. */
  press(request: {
    readonly callId: MediaCallId
    readonly legId: MediaLegId
    readonly digits: string
  }): Promise<boolean>
  /** Records what legs say until it is stopped, reaches a limit, or a leg ends; `recordingReady` tells where. */
  record(request: RecordRequest): Promise<Result<null, MediaFailure>>
  /** Writes silence instead of speech (card data), or speech again. */
  pauseRecording(request: RecordingName & { readonly paused: boolean }): Promise<void>
  stopRecording(request: RecordingName): Promise<void>
  /** Lets a leg hear a room, and the room hear it; its call's other leg is parted from it meanwhile. */
  joinRoom(request: {
    readonly callId: MediaCallId
    readonly legId: MediaLegId
    readonly roomId: string
    readonly role: RoomRole
  }): Promise<Result<null, MediaFailure>>
  leaveRoom(request: { readonly callId: MediaCallId; readonly legId: MediaLegId }): Promise<void>
  /** Ends a call's media and returns its last statistics; unknown calls give an empty list. */
  release(callId: MediaCallId): Promise<readonly LegMediaStats[]>
  stats(callId: MediaCallId): Promise<readonly LegMediaStats[]>
  /** Every call this backend holds, with its answer and its last packet: what a restarted `signal` asks for. */
  list(): Promise<readonly MediaCallSummary[]>
}

export type RecordingName = {
  readonly callId: MediaCallId
  /** Names the file: letters, digits and hyphens. */
  readonly recordingId: string
}

export type RecordRequest = RecordingName & {
  /** One leg, or two: the left channel and the right one. */
  readonly legIds: readonly MediaLegId[]
  readonly maxMs: number
  /** So much silence ends it (voicemail). */
  readonly silenceMs?: number
}

/** Whom a member of a room speaks to: all, nobody (muted), or the legs named (a whisper). */
export type RoomRole = { readonly speaksTo: 'all' | 'none' | readonly MediaLegId[] }

export type RecordingEnd = 'stopped' | 'limit' | 'silence' | 'callEnded'

export type RecordingReady = {
  readonly kind: 'recordingReady'
  readonly callId: MediaCallId
  readonly recordingId: string
  /** A WAVE file of µ-law audio on the machine of the media process. */
  readonly path: string
  readonly durationMs: number
  /** From the beginning to the end of the last voice; 0 when nobody spoke. */
  readonly spokenMs: number
  readonly end: RecordingEnd
  /** What the disk said when the file is not whole. */
  readonly fault: string | undefined
}

export type MediaCallSummary = {
  readonly callId: MediaCallId
  /** Of the first answer that was not early; undefined while the call rings. */
  readonly answeredAt: number | undefined
  readonly lastPacketAt: number | undefined
}

export type MediaEvent =
  | { readonly kind: 'firstPacket'; readonly callId: MediaCallId; readonly legId: MediaLegId; readonly at: number }
  /**
   * No packet from either side for the timeout (default 60 s): the call is dead, `lastPacketAt` is its last
   * sign of life. Told again every 5 s until the call is released, at most for half a minute.
   */
  | { readonly kind: 'mediaTimeout'; readonly callId: MediaCallId; readonly lastPacketAt: number }
  /** A prompt has come to its end; one that is stopped or replaced tells nothing. */
  | { readonly kind: 'playDone'; readonly callId: MediaCallId; readonly legId: MediaLegId; readonly prompt: string }
  /** A leg's packets come from elsewhere than its SDP says, or than they came from before. */
  | { readonly kind: 'sourceChanged'; readonly callId: MediaCallId; readonly legId: MediaLegId }
  /** A key of a leg that is being collected from. */
  | { readonly kind: 'digit'; readonly callId: MediaCallId; readonly legId: MediaLegId; readonly digit: string }
  | RecordingReady
  | { readonly kind: 'quality'; readonly callId: MediaCallId; readonly legs: readonly LegMediaStats[] }
