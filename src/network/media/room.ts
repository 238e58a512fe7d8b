/**
 * A room mixes what its members say: each hears all others and not himself. Legs of different calls share a room, and
 * who speaks to whom is a rule of each member, so that a conference, a call of three, and a supervisor who listens or
 * whispers are one thing.
 */

import type { RandomBytes } from '../../base/index.ts'
import type { RoomRole } from './backend.ts'
import { addEar, removeEar, type Ear } from './ear.ts'
import { encodeMix, type G711Codec } from './g711.ts'
import type { Leg } from './leg.ts'
import type { Paced } from './pacer.ts'
import { newOwnStream } from './player.ts'
import { RTP_HEADER, writeRtpHeader } from './rtp.ts'
import { FRAME, SpeechBuffer } from './speech-buffer.ts'

/** Frames mixed at once to make up for a late timer. */
const CATCH_UP_FRAMES = 5

type Member = {
  readonly leg: Leg
  readonly ear: Ear
  readonly buffer: SpeechBuffer
  role: RoomRole
  /** What he said in the frame that is being mixed. */
  said: Int16Array | undefined
  marker: boolean
}

export class Room implements Paced {
  readonly #members = new Map<Leg, Member>()
  readonly #random: RandomBytes
  readonly #total = new Int32Array(FRAME)
  readonly #mix = new Int32Array(FRAME)
  readonly #shared = { PCMU: new Uint8Array(FRAME), PCMA: new Uint8Array(FRAME) }
  readonly #isShared = { PCMU: false, PCMA: false }

  constructor(random: RandomBytes) {
    this.#random = random
  }

  get size(): number {
    return this.#members.size
  }

  has(leg: Leg): boolean {
    return this.#members.has(leg)
  }

  /** Lets a leg in, or gives a member another role. */
  join(leg: Leg, role: RoomRole): void {
    const known = this.#members.get(leg)
    if (known) {
      known.role = role
      return
    }
    const buffer = new SpeechBuffer()
    const ear: Ear = { hear: (sound, packet) => buffer.put(sound, packet) }
    leg.ownStream ??= newOwnStream(this.#random)
    leg.inRoom = true
    addEar(leg, ear)
    this.#members.set(leg, { leg, ear, buffer, role, said: undefined, marker: true })
  }

  leave(leg: Leg): void {
    const member = this.#members.get(leg)
    if (!member) return
    removeEar(leg, member.ear)
    leg.inRoom = false
    this.#members.delete(leg)
  }

  beat(beats: number): boolean {
    for (let i = 0; i < Math.min(beats, CATCH_UP_FRAMES); i++) this.#mixFrame()
    return this.#members.size > 0
  }

  #mixFrame(): void {
    this.#total.fill(0)
    this.#isShared.PCMU = false
    this.#isShared.PCMA = false
    for (const member of this.#members.values()) {
      member.said = member.buffer.take()
      if (member.role.speaksTo === 'all') add(this.#total, member.said)
    }
    for (const member of this.#members.values()) this.#tell(member)
  }

  #tell(member: Member): void {
    const { leg } = member
    const spoken = leg.speaks()
    // What is announced to a member replaces the room until it is over.
    if (!spoken || leg.player) {
      member.marker = true
      return
    }
    const packet = Buffer.allocUnsafe(RTP_HEADER + FRAME)
    this.#encode(member, spoken.codec, packet)
    const stream = leg.ownStream!
    const { payloadType } = spoken
    const { sequence, timestamp, ssrc } = stream
    writeRtpHeader(packet, { payloadType, marker: member.marker, sequence, timestamp, ssrc })
    member.marker = false
    stream.sequence = (sequence + 1) & 0xffff
    stream.timestamp = (timestamp + FRAME) >>> 0
    leg.send(packet)
  }

  /** Those who said nothing hear the same; it is encoded once. */
  #encode(member: Member, codec: G711Codec, packet: Buffer): void {
    const isOwnIn = member.said !== undefined && member.role.speaksTo === 'all'
    const whispers = this.#whispersTo(member)
    if (!isOwnIn && whispers.length === 0) {
      if (!this.#isShared[codec]) encodeMix(codec, this.#total, this.#shared[codec], 0)
      this.#isShared[codec] = true
      packet.set(this.#shared[codec], RTP_HEADER)
      return
    }
    this.#mix.set(this.#total)
    if (isOwnIn) for (let i = 0; i < FRAME; i++) this.#mix[i]! -= member.said![i]!
    for (const said of whispers) add(this.#mix, said)
    encodeMix(codec, this.#mix, packet, RTP_HEADER)
  }

  #whispersTo(member: Member): Int16Array[] {
    const heard: Int16Array[] = []
    for (const { role, said } of this.#members.values()) {
      if (said && typeof role.speaksTo !== 'string' && role.speaksTo.includes(member.leg.id)) heard.push(said)
    }
    return heard
  }
}

function add(sum: Int32Array, said: Int16Array | undefined): void {
  if (said) for (let i = 0; i < FRAME; i++) sum[i]! += said[i]!
}
