/** Reads RIFF WAVE files of 16-bit linear audio: what speech programs write, and what people upload. */

import { ok, type Result } from '../../base/index.ts'
import { badAudio, type BadAudio } from './errors.ts'

export type LinearAudio = { readonly rate: number; readonly samples: Int16Array }

const PCM = 1

/**
 * The audio of a WAVE file with one channel of 16 bits. A data length beyond the end of the file means
 * "up to its end": programs that write into a pipe cannot know it beforehand.
 */
export function readWav(file: Buffer): Result<LinearAudio, BadAudio> {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    return badAudio('this is no WAVE file')
  }
  let rate = 0
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4)
    const length = Math.min(file.readUInt32LE(at + 4), file.length - at - 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (name === 'fmt ' && length >= 16) {
      const isPlain = body.readUInt16LE(0) === PCM && body.readUInt16LE(2) === 1 && body.readUInt16LE(14) === 16
      if (!isPlain) return badAudio('only one channel of 16-bit linear audio is read')
      rate = body.readUInt32LE(4)
    }
    if (name === 'data') {
      if (rate < 1000 || rate > 200_000) return badAudio('the WAVE file names no usable sampling rate')
      const samples = Int16Array.from({ length: length >> 1 }, (_, i) => body.readInt16LE(2 * i))
      return ok({ rate, samples })
    }
    // Chunks begin at even offsets.
    at += 8 + length + (length % 2)
  }
  return badAudio('the WAVE file holds no audio')
}

const MULAW = 7

/** The bytes of a WAVE file with one channel of mu-law audio; undefined for any other file. */
export function readUlawWav(file: Buffer): Uint8Array | undefined {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF') return undefined
  let isUlaw = false
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4)
    const length = Math.min(file.readUInt32LE(at + 4), file.length - at - 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (name === 'fmt ' && length >= 16) isUlaw = body.readUInt16LE(0) === MULAW && body.readUInt16LE(2) === 1
    if (name === 'data') return isUlaw ? body : undefined
    at += 8 + length + (length % 2)
  }
  return undefined
}
