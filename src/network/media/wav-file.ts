/** Writes RIFF WAVE files of µ-law audio that stay readable when the writer dies half way. */

import { open, type FileHandle } from 'node:fs/promises'
import { messageOf } from '../../base/index.ts'
import { G711_RATE } from './g711.ts'

/** Bytes before the audio. */
export const WAV_HEADER = 58
const MULAW = 7
/** What a length says while it is not known yet; readers take the file's end instead. */
const UNKNOWN = 0xffff_ffff

/** A header for that many bytes of audio, the bytes of the channels taking turns. */
function wavHeader(channels: 1 | 2, audioBytes: number | undefined): Buffer {
  const header = Buffer.alloc(WAV_HEADER)
  header.write('RIFF', 0)
  header.writeUInt32LE(audioBytes === undefined ? UNKNOWN : WAV_HEADER - 8 + audioBytes, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(18, 16)
  header.writeUInt16LE(MULAW, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(G711_RATE, 24)
  header.writeUInt32LE(G711_RATE * channels, 28)
  header.writeUInt16LE(channels, 32)
  header.writeUInt16LE(8, 34)
  header.write('fact', 38)
  header.writeUInt32LE(4, 42)
  header.writeUInt32LE(audioBytes === undefined ? UNKNOWN : audioBytes / channels, 46)
  header.write('data', 50)
  header.writeUInt32LE(audioBytes ?? UNKNOWN, 54)
  return header
}

export type WavFile = {
  /** Writes behind what was written before; pieces follow each other whatever is waited for. */
  append(bytes: Uint8Array): void
  /** Names the length in the header and closes the file; rejects when any piece could not be written. */
  finish(): Promise<{ readonly audioBytes: number }>
}

/** Begins a file, readable for its owner only; an older one of that name is replaced. Rejects as `open` does. */
export async function createWavFile(path: string, channels: 1 | 2): Promise<WavFile> {
  const file: FileHandle = await open(path, 'w', 0o600)
  await file.write(wavHeader(channels, undefined))
  let audioBytes = 0
  let fault: Error | undefined
  let last: Promise<void> = Promise.resolve()
  return {
    append(bytes) {
      audioBytes += bytes.length
      last = last
        .then(async () => void (await file.write(bytes)))
        .catch((error: unknown) => void (fault ??= new Error(messageOf(error))))
    },
    async finish() {
      await last
      if (fault === undefined) await file.write(wavHeader(channels, audioBytes), 0, WAV_HEADER, 0)
      await file.close()
      if (fault !== undefined) throw fault
      return { audioBytes }
    },
  }
}
