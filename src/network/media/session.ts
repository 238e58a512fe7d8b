/**
 * The SDP side of one leg: what its peer said, what we told it, and the next SDP to tell. Ours is
 * written from nothing, so that no name, address, key or candidate of the other side gets through.
 */

import type { RandomBytes } from '../../base/index.ts'
import type { Codec } from '../sdp/index.ts'
import type { AudioDescription, Direction, MediaLine } from './describe-audio.ts'
import { Numbering } from './numbering.ts'
import { writeAudio } from './write-audio.ts'

export type LocalMedia = { readonly address: string; readonly port: number }

export type Told = {
  readonly codecs: readonly Codec[]
  readonly direction: Direction
  readonly packetMs: number | undefined
}

export class LegSession {
  readonly numbering = new Numbering()
  /** The peer's SDP in force: nothing flows before there is one. */
  remote: AudioDescription | undefined
  /** An offer of the peer that was not answered yet; a refused one changes nothing (RFC 3264 §4). */
  pending: AudioDescription | undefined
  /** What we offered to the peer; its answer must choose from it. */
  offered: readonly Codec[] = []
  readonly #local: LocalMedia
  readonly #sessionId: bigint
  #version = 0
  #body = ''
  #lines: readonly MediaLine[] = []
  #audioAt = 0

  constructor(local: LocalMedia, random: RandomBytes) {
    this.#local = local
    // 63 bits, since some peers read it as a signed number (RFC 8866 §5.2 asks for uniqueness only).
    this.#sessionId = Buffer.from(random(8)).readBigUInt64BE() >> 1n
  }

  /** Notes which lines of media this session has: none may ever be left out again (RFC 3264 §8). */
  layout(description: AudioDescription): void {
    this.#lines = description.lines
    this.#audioAt = description.audioAt
  }

  /** Our SDP for this leg. Its version grows when it says something new (RFC 3264 §8). */
  tell(told: Told): string {
    const lines = this.#lines.length > 0 ? this.#lines : [{ kind: 'audio', protocol: 'RTP/AVP', formats: [] }]
    const { address, port } = this.#local
    const write = (version: number): string =>
      writeAudio({
        ...told,
        address,
        port,
        lines,
        audioAt: this.#audioAt,
        codecs: this.numbering.tell(told.codecs),
        origin: { sessionId: this.#sessionId, version },
      })
    const body = write(0)
    if (body !== this.#body) this.#version++
    this.#body = body
    return write(this.#version)
  }
}
