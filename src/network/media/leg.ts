/**
 * One leg of a call: two sockets, the latch that says whose packets count, and the way on to the other
 * leg. `#onRtp` runs for every packet of every call: it allocates nothing and looks everything up.
 */

import type { RemoteInfo } from 'node:dgram'
import type { Clock } from '../../base/index.ts'
import { isOnThisMachine, maySendTo, scopeOf, type SocketAddress } from './address.ts'
import type { LegMediaStats } from './backend.ts'
import type { Codec } from '../sdp/index.ts'
import { asG711, isVoice, repeatsTimestamp, type Sound } from './codec.ts'
import type { Ear } from './ear.ts'
import type { G711Codec } from './g711.ts'
import { Latch } from './latch.ts'
import { noRoutes, NOT_AGREED, type Routes } from './numbering.ts'
import type { Paced } from './pacer.ts'
import type { OwnStream } from './player.ts'
import type { PortPair } from './port-pool.ts'
import { Reception } from './reception.ts'
import { isRtcp, isRtp, payloadTypeOf, setPayloadType } from './rtp.ts'
import type { LegSession } from './session.ts'

/** Packets of one leg that are accepted in a second: five times what 10 ms frames need. */
const PACKETS_A_SECOND = 500
const RTCP_A_SECOND = 50

/** What a relay has done since its start, over all calls. */
export type RelayTotals = { packetsIn: number; packetsOut: number; dropped: number }

export type LegOptions = {
  readonly id: string
  readonly session: LegSession
  readonly ports: PortPair
  readonly ownAddress: string
  readonly clock: Clock
  readonly totals: RelayTotals
  /** Whether a port of our own address is in use by this relay: nothing is sent from a relay to itself. */
  isOwnPort(port: number): boolean
  onFirstPacket(legId: string): void
  onSourceChanged(legId: string): void
}

export class Leg {
  readonly id: string
  readonly session: LegSession
  readonly ports: PortPair
  /** Who hears this leg; undefined while it is alone. */
  peer: Leg | undefined
  /** Sends something of our own to this leg, instead of what its peer says. */
  player: Paced | undefined
  /** The leg hears itself. */
  echoes = false
  /** The leg hears a room instead of its peer. */
  inRoom = false
  /** Who listens on our side to what the leg says: digits, recordings, rooms. */
  ears: readonly Ear[] = []
  /** The stream of all that the leg hears from us, so that its jitter buffer sees one source. */
  ownStream: OwnStream | undefined
  /** Where the signalling of this leg comes from, when that is known. */
  signalAddress: string | undefined
  readonly ownAddress: string

  readonly #options: LegOptions
  readonly #latch: Latch
  readonly #reception = new Reception()
  #routes: Routes = noRoutes()
  #codecs: readonly Codec[] = []
  /** Whether the peer may hear this leg (hold). */
  #isHeard = false
  #rtcpDeclared: SocketAddress | undefined
  #rtcpSource: SocketAddress | undefined
  #packetsIn = 0
  #packetsOut = 0
  #bytesIn = 0
  #rtcpIn = 0
  #dropped = 0
  #lastPacketMs = -1
  #rtpThisSecond = 0
  #rtcpThisSecond = 0

  constructor(options: LegOptions) {
    this.#options = options
    this.id = options.id
    this.ownAddress = options.ownAddress
    this.session = options.session
    this.ports = options.ports
    this.#latch = new Latch(() => options.onSourceChanged(options.id))
    this.ports.rtp.on('message', (packet, from) => this.#onRtp(packet, from))
    this.ports.rtcp.on('message', (packet, from) => this.#onRtcp(packet, from))
    // A datagram that the kernel refuses is a lost packet; loss is counted by whoever misses it.
    this.ports.rtp.on('error', () => {})
    this.ports.rtcp.on('error', () => {})
  }

  /** Brings the peer's SDP and the agreed codecs into force: whose packets count, and where they go. */
  connect(peer: Leg | undefined, codecs: readonly Codec[]): void {
    if (this.peer !== peer) this.disconnect()
    this.peer = peer
    this.#codecs = codecs
    this.#routes = this.session.numbering.routesTo((peer ?? this).session.numbering, codecs)
    const mine = this.session.remote?.direction
    const theirs = peer?.session.remote?.direction
    this.#isHeard = Boolean(mine?.sends && theirs?.receives)
    const declared = this.session.remote?.rtp
    // The old way to hold names no address; the phone stays where it was.
    if (!declared) return
    const reachable = this.#maySend(declared)
    const { ownAddress, clock } = this.#options
    this.#latch.expect({ declared, reachable, signalAddress: this.signalAddress, ownAddress }, clock.monotonic())
    const rtcp = this.session.remote?.rtcp
    if (rtcp?.port !== this.#rtcpDeclared?.port || rtcp?.address !== this.#rtcpDeclared?.address) {
      this.#rtcpSource = undefined
    }
    this.#rtcpDeclared = rtcp
  }

  /** Parts from the other leg: packets of both are counted and go nowhere. */
  disconnect(): void {
    const { peer } = this
    this.peer = undefined
    this.echoes = false
    this.#isHeard = false
    if (peer?.peer === this) peer.disconnect()
  }

  #maySend(target: SocketAddress): boolean {
    const { ownAddress, isOwnPort } = this.#options
    const isLoopback = scopeOf(target.address) === 'loopback'
    if ((isLoopback || target.address === ownAddress) && isOwnPort(target.port)) return false
    // Told by somebody on this machine, loopback is as good as our own address.
    const to = isLoopback && isOnThisMachine(this.signalAddress) ? { ...target, address: ownAddress } : target
    return maySendTo(ownAddress, to)
  }

  #onRtp(packet: Buffer, from: RemoteInfo): void {
    if (!isRtp(packet)) return this.#drop()
    const payloadType = payloadTypeOf(packet)
    const out = this.#routes.numbers[payloadType]!
    if (out === NOT_AGREED) return this.#drop()
    const { clock, totals } = this.#options
    const nowMs = clock.monotonic()
    const sequence = packet.readUInt16BE(2)
    const ssrc = packet.readUInt32BE(8)
    if (!this.#latch.admits(from.address, from.port, ssrc, sequence, nowMs)) return this.#drop()
    if (++this.#rtpThisSecond > PACKETS_A_SECOND) return this.#drop()
    this.#packetsIn++
    totals.packetsIn++
    this.#bytesIn += packet.length
    this.#lastPacketMs = nowMs
    this.#reception.add(sequence, packet.readUInt32BE(4), ssrc, nowMs, this.#routes.clockRates[payloadType]!)
    if (this.#packetsIn === 1) this.#options.onFirstPacket(this.id)
    for (let i = 0; i < this.ears.length; i++) this.ears[i]!.hear(this.#routes.sounds[payloadType] as Sound, packet)
    if (this.echoes) return this.#forward(this, packet, payloadType, out)
    if (this.#isHeard && this.peer && !this.peer.player && !this.peer.inRoom)
      this.#forward(this.peer, packet, payloadType, out)
  }

  #forward(to: Leg, packet: Buffer, payloadType: number, out: number): void {
    if (out !== payloadType) setPayloadType(packet, out)
    to.send(packet)
  }

  #onRtcp(packet: Buffer, from: RemoteInfo): void {
    if (!isRtcp(packet) || !this.#admitsRtcp(from)) return this.#drop()
    if (++this.#rtcpThisSecond > RTCP_A_SECOND) return this.#drop()
    this.#rtcpIn++
    this.#lastPacketMs = this.#options.clock.monotonic()
    if (this.peer) this.peer.#sendRtcp(packet)
  }

  /** RTCP follows the lock of RTP: the SDP's own address, or the translated one of a learned source. */
  #admitsRtcp(from: RemoteInfo): boolean {
    const source = this.#rtcpSource
    if (source) return from.port === source.port && from.address === source.address
    const declared = this.#rtcpDeclared
    const isDeclared = declared !== undefined && from.port === declared.port && from.address === declared.address
    const isBesideLearned = this.#latch.isLearned() && from.address === this.#latch.target()?.address
    if (!isDeclared && !isBesideLearned) return false
    this.#rtcpSource = { address: from.address, port: from.port }
    return true
  }

  #sendRtcp(packet: Buffer): void {
    const declared = this.#rtcpDeclared
    const target = this.#rtcpSource ?? (declared && this.#maySend(declared) ? declared : undefined)
    if (target) this.ports.rtcp.send(packet, target.port, target.address)
  }

  #drop(): void {
    this.#dropped++
    this.#options.totals.dropped++
  }

  /** Sends a packet to the leg's peer, as soon as it is known where that is. */
  send(packet: Buffer): void {
    const target = this.#latch.target()
    if (!target) return
    this.#packetsOut++
    this.#options.totals.packetsOut++
    this.ports.rtp.send(packet, target.port, target.address)
  }

  /** The codec in which we can speak to this leg, with the number that the leg gave it. */
  speaks(): { codec: G711Codec; payloadType: number } | undefined {
    for (const agreed of this.#codecs) {
      const codec = asG711(agreed)
      const payloadType = this.session.numbering.wanted(agreed)
      if (codec && payloadType !== undefined) return { codec, payloadType }
    }
    return undefined
  }

  /** Whether the leg tells digits as events, so that its audio needs no listening for tones (RFC 4733). */
  sendsEvents(): boolean {
    return this.#codecs.some(repeatsTimestamp)
  }

  /** The number by which the leg wants to hear events; undefined when it knows none. */
  wantsEvents(): number | undefined {
    const events = this.#codecs.find(repeatsTimestamp)
    return events && this.session.numbering.wanted(events)
  }

  /** Whether the leg's peer put the call on hold, or was: silence then means nothing. */
  isHeld(): boolean {
    const direction = this.session.remote?.direction
    return direction !== undefined && !(direction.sends && direction.receives)
  }

  /** Called once a second: opens the gate of the rate cap again. */
  refill(): void {
    this.#rtpThisSecond = 0
    this.#rtcpThisSecond = 0
  }

  /** Monotonic time of the last packet from the peer; -1 before the first. */
  lastPacketMs(): number {
    return this.#lastPacketMs
  }

  stats(): LegMediaStats {
    const { clock } = this.#options
    const last = this.#lastPacketMs
    return {
      legId: this.id,
      packetsIn: this.#packetsIn,
      packetsOut: this.#packetsOut,
      bytesIn: this.#bytesIn,
      lost: this.#reception.lost(),
      jitterMs: Math.round(this.#reception.jitterMs() * 100) / 100,
      rtcpIn: this.#rtcpIn,
      dropped: this.#dropped,
      lastPacketAt: last < 0 ? undefined : Math.round(clock.now() - (clock.monotonic() - last)),
      codec: this.#codecs.find(isVoice)?.name,
    }
  }
}
