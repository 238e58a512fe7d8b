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
   * `prompt` is `no_credit` (English), `fr/no_credit`, or a tone such as `tone/ringback`, `tone/busy`, `tone/1004`.
   */
  play(request: {
    readonly callId: MediaCallId
    readonly legId: MediaLegId
    readonly prompt: string
    readonly times: number
  }): Promise<Result<{ durationMs: number }, MediaFailure>>
  stop(request: { readonly callId: MediaCallId; readonly legId: MediaLegId }): Promise<void>
  /** Ends a call's media and returns its last statistics; unknown calls give an empty list. */
  release(callId: MediaCallId): Promise<readonly LegMediaStats[]>
  stats(callId: MediaCallId): Promise<readonly LegMediaStats[]>
  /** Every call this backend holds, with its answer and its last packet: what a restarted `signal` asks for. */
  list(): Promise<readonly MediaCallSummary[]>
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
  | { readonly kind: 'quality'; readonly callId: MediaCallId; readonly legs: readonly LegMediaStats[] }
