/**
 * A ZIP file that is written as its parts come: checksum and sizes stand behind each part (APPNOTE.TXT 4.4.4, bit 3).
 */

import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib'

type Texts = AsyncIterable<string> | Iterable<string>

type Part = {
  readonly name: Buffer
  readonly crc: number
  readonly packed: number
  readonly size: number
  /** Where it begins. */
  readonly at: number
}

/** Made with 2.0, sizes behind, deflated, 1980-01-01: the file says nothing of when it was made. */
const made = [short(20), short(8), short(8), short(0), short(33)]

/** The parts of a file in order, then its end. */
export function createZip() {
  const parts: Part[] = []
  let written = 0
  const counted = (bytes: Buffer): Buffer => {
    written += bytes.length
    return bytes
  }
  return {
    async *entry(name: string, texts: () => Texts): AsyncGenerator<Uint8Array> {
      const at = written
      const nameBytes = Buffer.from(name)
      yield counted(
        Buffer.concat([mark(3, 4), ...made, long(0), long(0), long(0), short(nameBytes.length), short(0), nameBytes]),
      )
      const began = written
      const deflate = createDeflateRaw()
      const out = deflate[Symbol.asyncIterator]() as AsyncIterator<Buffer>
      let crc = 0
      let size = 0
      const fed = feed(deflate, texts(), (bytes) => {
        crc = crc32(bytes, crc)
        size += bytes.length
      })
      for (let next = await out.next(); !next.done; next = await out.next()) yield counted(next.value)
      await fed
      const packed = written - began
      yield counted(Buffer.concat([mark(7, 8), long(crc), long(packed), long(size)]))
      parts.push({ name: nameBytes, crc, packed, size, at })
    },
    end(): Buffer {
      const directory = Buffer.concat(parts.map(lineOf))
      const count = short(parts.length)
      const end = [mark(5, 6), short(0), short(0), count, count, long(directory.length), long(written), short(0)]
      return Buffer.concat([directory, ...end])
    },
  }
}

/** A part in the directory at the end. */
function lineOf({ name, crc, packed, size, at }: Part): Buffer {
  const none = [short(0), short(0), short(0), short(0), long(0)]
  const sizes = [long(crc), long(packed), long(size), short(name.length)]
  return Buffer.concat([mark(1, 2), short(20), ...made, ...sizes, ...none, long(at), name])
}

/** Gives texts to the packer as fast as it takes them. */
async function feed(deflate: DeflateRaw, texts: Texts, seen: (bytes: Buffer) => void): Promise<void> {
  try {
    for await (const text of texts) {
      const bytes = Buffer.from(text)
      seen(bytes)
      if (!deflate.write(bytes)) await new Promise<void>((resolve) => void deflate.once('drain', resolve))
    }
    deflate.end()
  } catch (thrown) {
    deflate.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)))
  }
}

/** `PK` and two bytes that say what follows. */
function mark(third: number, fourth: number): Buffer {
  return Buffer.from([0x50, 0x4b, third, fourth])
}

function short(value: number): Buffer {
  return Buffer.from([value % 256, Math.floor(value / 256)])
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
