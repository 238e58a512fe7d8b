/** A phone for tests: real UDP sockets on loopback, an SDP of its own, and a record of all it heard. */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { systemClock } from '../../base/index.ts'
import { decodeG711, type G711Codec } from './g711.ts'
import { readRtpHeader, RTP_HEADER, rtpPayload, writeRtpHeader, type RtpHeader } from './rtp.ts'

const clock = systemClock({ keepAlive: true })
const ADDRESS = '127.0.0.1'

/** Waits a moment of real time, for what must not happen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}

/** Waits until something is true; false when it is not within `limitMs`. */
export async function until(isTrue: () => boolean, limitMs = 10_000): Promise<boolean> {
  for (const deadline = clock.monotonic() + limitMs; clock.monotonic() < deadline; await pause(2)) {
    if (isTrue()) return true
  }
  return isTrue()
}

export type SdpOptions = {
  /** Payload lines, such as `0 PCMU/8000`, preferred first. */
  readonly codecs?: readonly string[]
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  /** What the SDP names instead of the phone's own address. */
  readonly address?: string
  readonly port?: number
  /** Further lines of the audio. */
  readonly attributes?: readonly string[]
  /** Whole further lines of media. */
  readonly otherMedia?: readonly string[]
}

/** The port of the audio in an SDP, and the numbers and attributes that stand with it. */
export function audioOf(sdp: string): { port: number; address: string; payloadTypes: number[]; lines: string[] } {
  const lines = sdp.trimEnd().split('\r\n')
  const [, port = '', , ...numbers] = lines.find((line) => line.startsWith('m=audio'))?.split(' ') ?? []
  const address = lines.find((line) => line.startsWith('c='))?.split(' ')[2] ?? ''
  return { port: Number(port), address, payloadTypes: numbers.map(Number), lines }
}

export class TestPhone {
  readonly heard: Buffer[] = []
  readonly heardRtcp: Buffer[] = []
  /** Where each packet of `heard` came from. */
  readonly sources: RemoteInfo[] = []
  readonly #rtp: Socket
  readonly #rtcp: Socket
  #target = 0
  #sequence = 1000
  #timestamp = 50_000

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp
    this.#rtcp = rtcp
    rtp.on('message', (packet, from) => {
      this.heard.push(packet)
      this.sources.push(from)
    })
    rtcp.on('message', (packet) => this.heardRtcp.push(packet))
  }

  static async open(): Promise<TestPhone> {
    return new TestPhone(await bound(), await bound())
  }

  get port(): number {
    return this.#rtp.address().port
  }

  sdp(options: SdpOptions = {}): string {
    const codecs = options.codecs ?? ['0 PCMU/8000', '8 PCMA/8000', '101 telephone-event/8000']
    const numbers = codecs.map((codec) => codec.split(' ')[0])
    const lines = [
      'v=0',
      'o=phone 4711 1 IN IP4 10.9.8.7',
      's=My desk phone',
      `c=IN IP4 ${options.address ?? ADDRESS}`,
      't=0 0',
      `m=audio ${options.port ?? this.port} RTP/AVP ${numbers.join(' ')}`,
      ...codecs.map((codec) => `a=rtpmap:${codec}`),
      `a=rtcp:${this.#rtcp.address().port}`,
      `a=${options.direction ?? 'sendrecv'}`,
      ...(options.attributes ?? []),
      ...(options.otherMedia ?? []),
    ]
    return `${lines.join('\r\n')}\r\n`
  }

  /** Talks to the audio port of an SDP from here on. */
  connect(sdp: string): void {
    this.#target = audioOf(sdp).port
  }

  /** The next packet of a stream, not sent yet. */
  packet(payload: Uint8Array, header: Partial<RtpHeader> = {}): Buffer {
    const packet = Buffer.alloc(RTP_HEADER + payload.length)
    writeRtpHeader(packet, {
      payloadType: 0,
      marker: false,
      sequence: this.#sequence++,
      timestamp: (this.#timestamp += payload.length),
      ssrc: this.port,
      ...header,
    })
    packet.set(payload, RTP_HEADER)
    return packet
  }

  async send(packet: Uint8Array, port = this.#target): Promise<void> {
    await sent(this.#rtp, packet, port)
  }

  async sendRtcp(packet: Uint8Array, port = this.#target + 1): Promise<void> {
    await sent(this.#rtcp, packet, port)
  }

  /** Sends a number of packets of 20 ms, all with one payload byte. */
  async talk(count: number, byte = 0x55, header: Partial<RtpHeader> = {}): Promise<void> {
    for (let i = 0; i < count; i++) await this.send(this.packet(new Uint8Array(160).fill(byte), header))
  }

  hears(count: number): Promise<boolean> {
    return until(() => this.heard.length >= count)
  }

  /** What was heard since the last `forget`, as linear audio. */
  audio(codec: G711Codec): Int16Array {
    return decodeG711(codec, Buffer.concat(this.heard.map(rtpPayload)))
  }

  headers(): RtpHeader[] {
    return this.heard.map(readRtpHeader)
  }

  forget(): void {
    this.heard.length = 0
    this.heardRtcp.length = 0
    this.sources.length = 0
  }

  async close(): Promise<void> {
    await Promise.all([this.#rtp, this.#rtcp].map((socket) => new Promise<void>((done) => socket.close(() => done()))))
  }
}

function sent(socket: Socket, packet: Uint8Array, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(packet, port, ADDRESS, (error) => (error ? reject(error) : resolve()))
  })
}

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 })
  await new Promise<void>((resolve) => socket.bind(0, ADDRESS, resolve))
  return socket
}
