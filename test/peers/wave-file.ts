/** WAVE files as test peers read and write them: one channel, 16 bits, 8 kHz. */

import { readWav } from '../../src/network/media/index.ts'

const HEADER = 44
const RATE = 8000

/** A WAVE file of linear samples at 8 kHz. */
export function writeWav(samples: Int16Array): Buffer {
  const file = Buffer.alloc(HEADER + samples.length * 2)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(samples.length * 2, 40)
  for (let at = 0; at < samples.length; at++) file.writeInt16LE(samples[at]!, HEADER + 2 * at)
  return file
}

/** The samples of a recording, also of one whose writer was ended before it could fill in the lengths. */
export function readDump(file: Buffer): Int16Array {
  if (file.length > HEADER && file.readUInt32LE(40) === 0) file.writeUInt32LE(file.length - HEADER, 40)
  const audio = readWav(file)
  return audio.ok ? audio.value.samples : new Int16Array(0)
}
