/**
 * Frames and packets. A frame is one message; a packet is a length (32 bits, big endian, itself not
 * counted) and a structured-clone stream of one or more frames, so that bigint, Buffer, Map and
 * undefined travel, and a busy turn costs one write.
 */

import { DefaultDeserializer, DefaultSerializer } from 'node:v8'

/** Larger messages are refused by the sender and end the connection at the receiver. */
export const PACKET_BYTES_MAX = 16 * 1024 * 1024

const kinds = ['end', 'hello', 'request', 'reply', 'failure', 'subscribe', 'event'] as const
export type FrameKind = Exclude<(typeof kinds)[number], 'end'>

export type Frame = {
  readonly kind: FrameKind
  /** Matches a reply or failure with its request; 0 elsewhere. */
  readonly id: number
  /** Name of the topic; empty in replies, failures and hello. */
  readonly topic: string
  readonly body: unknown
}

const PREFIX_BYTES = 4
/** Messages up to this weight share a packet; heavier ones get their own. */
const SHARED_WEIGHT_MAX = 16 * 1024
const PACKET_WEIGHT_MAX = 64 * 1024
const OBJECT_WEIGHT = 32

/**
 * The weight of plain data in rough bytes; infinite when it must not share a packet: too heavy, of a
 * class of its own, perhaps not cloneable, or holding an object that the packet already holds, which
 * would arrive as a reference to what it was when first written.
 */
function weigh(value: unknown, seen: Set<object>, allowed: number): number {
  if (typeof value === 'string') return value.length + 1
  if (typeof value === 'function' || typeof value === 'symbol') return Infinity
  if (typeof value !== 'object' || value === null) return 8
  if (seen.has(value)) return Infinity
  seen.add(value)
  if (value instanceof Uint8Array) return value.byteLength + OBJECT_WEIGHT
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return Infinity
  let weight = OBJECT_WEIGHT
  if (Array.isArray(value)) {
    for (const one of value) {
      weight += weigh(one, seen, allowed - weight)
      if (weight > allowed) return Infinity
    }
    return weight
  }
  // Not `for in`: over bodies of many shapes, V8 compiles that again and again.
  for (const key of Object.keys(value)) {
    weight += key.length + weigh((value as Record<string, unknown>)[key], seen, allowed - weight)
    if (weight > allowed) return Infinity
  }
  return weight
}

function startPacket(): DefaultSerializer {
  const serializer = new DefaultSerializer()
  serializer.writeRawBytes(Buffer.alloc(PREFIX_BYTES))
  serializer.writeHeader()
  return serializer
}

function writeFrame(serializer: DefaultSerializer, frame: Frame): void {
  serializer.writeUint32(kinds.indexOf(frame.kind))
  serializer.writeUint32(frame.id)
  serializer.writeValue(frame.topic)
  serializer.writeValue(frame.body)
}

function finishPacket(serializer: DefaultSerializer): Buffer {
  serializer.writeUint32(kinds.indexOf('end'))
  const packet = serializer.releaseBuffer()
  packet.writeUInt32BE(packet.length - PREFIX_BYTES, 0)
  return packet
}

/**
 * Gathers frames into packets. A serializer per frame would cost eight times as much as one shared by
 * the frames of a turn; frames that could disturb the others get one of their own.
 */
export class PacketWriter {
  #open: DefaultSerializer | undefined
  #openWeight = 0
  readonly #seen = new Set<object>()
  #packets: Buffer[] = []

  /**
   * Adds a copy of a frame; false when it is larger than a packet may be.
   * Throws a `DataCloneError` when the body holds what cannot travel, such as a function.
   */
  add(frame: Frame): boolean {
    const weight = weigh(frame.body, this.#seen, SHARED_WEIGHT_MAX)
    if (weight > SHARED_WEIGHT_MAX) {
      this.#seal()
      return this.#addAlone(frame)
    }
    this.#open ??= startPacket()
    writeFrame(this.#open, frame)
    this.#openWeight += weight
    if (this.#openWeight > PACKET_WEIGHT_MAX) this.#seal()
    return true
  }

  /** The packets gathered since the last time. */
  take(): Buffer[] {
    this.#seal()
    const packets = this.#packets
    this.#packets = []
    return packets
  }

  #addAlone(frame: Frame): boolean {
    const serializer = startPacket()
    writeFrame(serializer, frame)
    const packet = finishPacket(serializer)
    if (packet.length - PREFIX_BYTES > PACKET_BYTES_MAX) return false
    this.#packets.push(packet)
    return true
  }

  #seal(): void {
    this.#seen.clear()
    if (this.#open) this.#packets.push(finishPacket(this.#open))
    this.#open = undefined
    this.#openWeight = 0
  }
}

/** Thrown for bytes that no bus of ours has sent; the connection they came on is useless. */
export class MalformedPacket extends Error {
  override name = 'MalformedPacket'
}

/** Cuts a byte stream into packets, without their length. */
export class PacketReader {
  #chunks: Buffer[] = []
  #bytes = 0

  /** The packets completed by a chunk. Throws `MalformedPacket` when one claims to be too large. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    const packets: Buffer[] = []
    for (let length = this.#nextLength(); length !== undefined; length = this.#nextLength()) {
      const all = this.#joined()
      packets.push(all.subarray(PREFIX_BYTES, PREFIX_BYTES + length))
      this.#chunks = [all.subarray(PREFIX_BYTES + length)]
      this.#bytes = this.#chunks[0]!.length
    }
    return packets
  }

  /** The length of the first packet when all of it is here. */
  #nextLength(): number | undefined {
    if (this.#bytes < PREFIX_BYTES) return undefined
    const first = this.#chunks[0]!.length >= PREFIX_BYTES ? this.#chunks[0]! : this.#joined()
    const length = first.readUInt32BE(0)
    if (length > PACKET_BYTES_MAX) throw new MalformedPacket(`a packet of ${length} bytes`)
    return this.#bytes < PREFIX_BYTES + length ? undefined : length
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }
}

/** The frames of a packet. Throws `MalformedPacket`. */
export function readFrames(packet: Buffer): Frame[] {
  const frames: Frame[] = []
  try {
    const source = new DefaultDeserializer(packet)
    source.readHeader()
    for (let kind = kinds[source.readUint32()]; kind !== 'end'; kind = kinds[source.readUint32()]) {
      const id = source.readUint32()
      const topic: unknown = source.readValue()
      if (kind === undefined || typeof topic !== 'string') throw new MalformedPacket('no frame')
      frames.push({ kind, id, topic, body: source.readValue() })
    }
  } catch (thrown) {
    throw new MalformedPacket('a packet that cannot be read', { cause: thrown })
  }
  return frames
}
