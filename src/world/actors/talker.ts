/**
 * The audio of one call of the world: a UDP socket that sends a tone in PCMU every 20 ms and remembers
 * the last tenth of a second of what it hears (RFC 3550 §5.1, RFC 3551 §4.5.14).
 */

import { createSocket, type Socket } from 'node:dgram'
import { fail, ok, type Clock, type Failure, type RandomBytes, type Result } from '../../base/index.ts'
import {
  createPacer,
  decodeG711,
  isRtp,
  payloadTypeOf,
  RTP_HEADER,
  rtpPayload,
  toneUlaw,
  writeRtpHeader,
  type Paced,
} from '../../network/media/index.ts'
import {
  audioOf,
  makeAnswer,
  makeOffer,
  parseSdp,
  rtpTargetOf,
  writeSdp,
  type LocalMedia,
} from '../../network/sdp/index.ts'

const FRAME = 160
const KEPT = 5 * FRAME
const PCMU = { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1, fmtp: undefined }

export type AudioFailure = Failure<'world.no_common_audio'>
const noCommonAudio = fail('world.no_common_audio', 'the phones of the world speak PCMU, and the other side does not')

export type Talker = {
  /** Our offer. */
  offer(): string
  /** Takes an offer and returns our answer; the other side is known from here on. */
  answer(sdp: string): Result<string, AudioFailure>
  /** Takes the answer to our offer. */
  accept(sdp: string): Result<true, AudioFailure>
  /** Sends this tone (a name or hertz as text) from here on; undefined is silent. */
  speak(tone: string | undefined): void
  /** Packets received so far. */
  heard(): number
  /** The last tenth of a second that was heard, as linear samples. */
  lastAudio(): Int16Array
  close(): void
}

export type Audio = {
  open(): Promise<Talker>
  /** Packets sent and received by all talkers together. */
  packets(): { readonly sent: number; readonly heard: number }
  close(): void
}

export type AudioOptions = { readonly clock: Clock; readonly random: RandomBytes; readonly address: string }

type Voices = {
  /** The periods of tones, made once. */
  readonly tones: Map<string, Uint8Array>
  readonly pacer: ReturnType<typeof createPacer>
  readonly counts: { sent: number; heard: number }
}

/** The beat and the voices that all calls of the world share. */
export function createAudio(options: AudioOptions): Audio {
  const voices: Voices = { tones: new Map(), pacer: createPacer(options.clock), counts: { sent: 0, heard: 0 } }
  return {
    open: async () => new Mouth(await boundSocket(options.address), options, voices),
    packets: () => ({ ...voices.counts }),
    close: () => voices.pacer.close(),
  }
}

function boundSocket(address: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  // Targets are always IP addresses; the resolver would cost a turn of the event loop for every packet.
  const socket = createSocket({ type: 'udp4', lookup: (host, _, done) => done(null, host, 4) })
  socket.once('error', reject)
  socket.bind(0, address, () => {
    socket.off('error', reject)
    // A far end that is gone answers with ICMP; the call ends by its signalling, not by this.
    socket.on('error', () => {})
    resolve(socket)
  })
  return promise
}

class Mouth implements Talker, Paced {
  readonly #socket: Socket
  readonly #voices: Voices
  readonly #local: LocalMedia
  readonly #packet = Buffer.alloc(RTP_HEADER + FRAME)
  readonly #ring = new Uint8Array(KEPT).fill(0xff)
  readonly #ssrc: number
  #target: { readonly address: string; readonly port: number } | undefined
  #payloadType = 0
  #tone: Uint8Array | undefined
  #position = 0
  #sequence: number
  #timestamp: number
  #heard = 0
  #ringAt = 0

  constructor(socket: Socket, options: AudioOptions, voices: Voices) {
    this.#socket = socket
    this.#voices = voices
    const draw = new DataView(options.random(12).slice().buffer)
    this.#ssrc = draw.getUint32(0)
    this.#sequence = draw.getUint16(4)
    this.#timestamp = draw.getUint32(6)
    this.#local = {
      address: { family: 'IP4', address: options.address },
      port: socket.address().port,
      codecs: [PCMU],
      sessionId: String(draw.getUint32(8)),
      version: 1n,
    }
    socket.on('message', (packet) => this.#hear(packet))
  }

  #hear(packet: Buffer): void {
    if (!isRtp(packet) || payloadTypeOf(packet) !== this.#payloadType) return
    this.#heard++
    this.#voices.counts.heard++
    for (const byte of rtpPayload(packet).subarray(0, KEPT)) {
      this.#ring[this.#ringAt] = byte
      this.#ringAt = (this.#ringAt + 1) % KEPT
    }
  }

  #aim(sdp: string): boolean {
    const session = parseSdp(sdp)
    const audio = session.ok ? audioOf(session.value) : undefined
    this.#target = session.ok && audio ? rtpTargetOf(session.value, audio.media) : undefined
    return this.#target !== undefined
  }

  offer(): string {
    return writeSdp(makeOffer(this.#local))
  }

  answer(sdp: string): Result<string, AudioFailure> {
    const offer = parseSdp(sdp)
    const answer = offer.ok ? makeAnswer(offer.value, this.#local) : undefined
    if (!answer?.ok || !this.#aim(sdp)) return noCommonAudio
    this.#payloadType = answer.value.codecs[0]?.payloadType ?? 0
    return ok(writeSdp(answer.value.session))
  }

  accept(sdp: string): Result<true, AudioFailure> {
    return this.#aim(sdp) ? ok(true) : noCommonAudio
  }

  speak(tone: string | undefined): void {
    this.#tone = tone === undefined ? undefined : toneOf(this.#voices.tones, tone)
    this.#position = 0
    if (this.#tone) this.#voices.pacer.add(this)
    else this.#voices.pacer.remove(this)
  }

  beat(beats: number): boolean {
    // After a pause of the whole machine only the present is sent: nobody wants to hear the past.
    const skipped = Math.max(0, beats - 3)
    this.#timestamp += skipped * FRAME
    for (let beat = skipped; beat < beats; beat++) this.#sendFrame()
    return true
  }

  #sendFrame(): void {
    const tone = this.#tone
    if (!tone || !this.#target) return
    const { address, port } = this.#target
    writeRtpHeader(this.#packet, {
      payloadType: this.#payloadType,
      marker: this.#position === 0,
      sequence: this.#sequence++,
      timestamp: (this.#timestamp += FRAME),
      ssrc: this.#ssrc,
    })
    const at = (this.#position++ * FRAME) % tone.length
    this.#packet.set(tone.subarray(at, at + FRAME), RTP_HEADER)
    this.#voices.counts.sent++
    // The socket copies nothing before the next turn, so each packet has bytes of its own.
    this.#socket.send(Buffer.from(this.#packet), port, address, () => {})
  }

  heard(): number {
    return this.#heard
  }

  lastAudio(): Int16Array {
    const whole = new Uint8Array(KEPT)
    whole.set(this.#ring.subarray(this.#ringAt))
    whole.set(this.#ring.subarray(0, this.#ringAt), KEPT - this.#ringAt)
    return decodeG711('PCMU', whole)
  }

  close(): void {
    this.#voices.pacer.remove(this)
    this.#socket.close()
  }
}

function toneOf(tones: Map<string, Uint8Array>, name: string): Uint8Array | undefined {
  const known = tones.get(name) ?? toneUlaw(name)
  if (known) tones.set(name, known)
  return known
}
