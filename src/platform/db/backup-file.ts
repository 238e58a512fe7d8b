/**
 * The file of a backup. Lines of JSON, each a section's head; a section's content follows as compressed pieces
 * (four bytes of length, big endian, then zstd) up to an empty one, then a line with how many rows there were. The
 * last line holds the hash of everything before it:
 *
 *     dialhouse-backup 1
 *     {"section":"head", ...}
 *     {"section":"table","name":"tenant","columns":[...]}  pieces  {"rows":41}
 *     {"section":"file","name":"master-keys.json"}         pieces  {"rows":1}
 *     {"section":"end","sha256":"..."}
 */

import { createHash, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { AppliedMigration } from './migrations.ts'

export type BackupHead = {
  readonly section: 'head'
  /** When it was made, ISO 8601. */
  readonly at: string
  /** The schema that the tables have. */
  readonly migrations: readonly AppliedMigration[]
  readonly schemaHash: string
}

export type BackupSection =
  | { readonly section: 'table'; readonly name: string; readonly columns: readonly string[] }
  | { readonly section: 'file'; readonly name: string }

const FIRST_LINE = 'dialhouse-backup 1'
const LONGEST_LINE = 1_000_000
const LARGEST_PIECE = 16_000_000
const READ_BYTES = 262_144
const NEWLINE = 10

/** The file is not a backup, is damaged, or ends early. */
export class DamagedBackup extends Error {
  override name = 'DamagedBackup'
}

export type BackupWriter = {
  /** Writes a section from its content and returns its number of rows, which end with a line feed each. */
  write(section: BackupSection, content: Readable): Promise<number>
  /** Writes the end and waits for the disk. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** Begins a file, readable by its owner alone. */
export async function createBackupFile(path: string, head: BackupHead): Promise<BackupWriter> {
  const file = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  const put = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes)
    await file.write(bytes)
  }
  const line = (value: unknown): Promise<void> => put(Buffer.from(`${JSON.stringify(value)}\n`))
  await put(Buffer.from(`${FIRST_LINE}\n`))
  await line(head)
  return {
    async write(section, content) {
      await line(section)
      const counted = lineCounter()
      await pipeline(content, counted.through, createZstdCompress(), async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) await put(framed(piece))
      })
      await put(framed(Buffer.alloc(0)))
      await line({ rows: counted.lines() })
      return counted.lines()
    },
    async finish() {
      await line({ section: 'end', sha256: hash.copy().digest('hex') })
      await file.sync()
    },
    close: () => file.close(),
  }
}

function framed(piece: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(piece.length)
  return Buffer.concat([length, piece])
}

/** A step of a pipeline that counts line feeds. */
function lineCounter() {
  let lines = 0
  return {
    lines: () => lines,
    async *through(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        for (const byte of chunk) if (byte === NEWLINE) lines++
        yield chunk
      }
    },
  }
}

export type BackupReader = {
  readonly head: BackupHead
  /** The next section, or undefined at the end of a whole file; the content of each must be taken. */
  next(): Promise<BackupSection | undefined>
  /** Pours the section's content into `target`; returns its number of rows. */
  pour(target: Writable): Promise<number>
  close(): Promise<void>
}

/** Opens a backup. Throws `DamagedBackup`, here and later, when something is not as it was written. */
export async function openBackupFile(path: string): Promise<BackupReader> {
  const file = await open(path, 'r')
  try {
    const input = bufferedInput(file)
    if ((await input.line()) !== FIRST_LINE) throw new DamagedBackup('it is not a backup of this program')
    const head = parse<BackupHead>(await input.line(), 'head')
    return sectionReader(file, input, head)
  } catch (thrown) {
    await file.close()
    throw thrown
  }
}

function sectionReader(file: FileHandle, input: Input, head: BackupHead): BackupReader {
  return {
    head,
    async next() {
      const before = input.hash()
      const section = parse<BackupSection | { section: 'end'; sha256: string }>(await input.line())
      if (section.section !== 'end') return section
      if (section.sha256 !== before.digest('hex')) throw new DamagedBackup('it is not what was written')
      return undefined
    },
    async pour(target) {
      const counted = lineCounter()
      await pipeline(Readable.from(piecesOf(input)), createZstdDecompress(), counted.through, target)
      const { rows } = parse<{ rows: number }>(await input.line())
      if (rows !== counted.lines()) throw new DamagedBackup(`a section has ${counted.lines()} rows of ${rows}`)
      return rows
    },
    close: () => file.close(),
  }
}

async function* piecesOf(input: Input): AsyncGenerator<Buffer> {
  for (;;) {
    const length = (await input.bytes(4)).readUInt32BE()
    if (length === 0) return
    if (length > LARGEST_PIECE) throw new DamagedBackup('a piece is larger than any that is written')
    yield await input.bytes(length)
  }
}

function parse<T extends object>(line: string, section?: string): T {
  try {
    const value = JSON.parse(line) as T & { section?: string }
    if (section === undefined || value.section === section) return value
  } catch {
    // Said below.
  }
  throw new DamagedBackup('a line cannot be read')
}

type Input = {
  line(): Promise<string>
  bytes(count: number): Promise<Buffer>
  /** Of everything that was taken until now. */
  hash(): Hash
}

/** Lines and counted bytes of a file, read in large pieces. */
function bufferedInput(file: FileHandle): Input {
  let held: Buffer = Buffer.alloc(0)
  const hash = createHash('sha256')
  const more = async (): Promise<void> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES)
    if (bytesRead === 0) throw new DamagedBackup('it ends early')
    held = Buffer.concat([held, buffer.subarray(0, bytesRead)])
  }
  const bytes = async (count: number): Promise<Buffer> => {
    while (held.length < count) await more()
    const taken = held.subarray(0, count)
    held = held.subarray(count)
    hash.update(taken)
    return taken
  }
  return {
    bytes,
    hash: () => hash.copy(),
    async line() {
      while (!held.includes(NEWLINE)) {
        if (held.length > LONGEST_LINE) throw new DamagedBackup('a line does not end')
        await more()
      }
      const text = await bytes(held.indexOf(NEWLINE) + 1)
      return text.subarray(0, -1).toString('utf8')
    },
  }
}
