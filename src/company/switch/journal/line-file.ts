/**
 * A file of lines that only grows, until it is written anew with what still matters. Lines that come while a write is
 * on its way to the disk share the next one (group commit).
 */

import { constants, existsSync, readFileSync, renameSync } from 'node:fs'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../../base/index.ts'

const REWRITE_BYTES = 16 * 1024 * 1024
const { O_APPEND, O_CREAT, O_WRONLY } = constants
/** On Linux a write brings its own fdatasync: one way through the thread pool, not two. Elsewhere it promises less. */
const O_SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0

export type LineFile = {
  /** Adds a line, which what `everything` gives holds by now; the promise is kept when it is written. */
  append(line: string): Promise<void>
  close(): Promise<void>
}

export type LineFileOptions = {
  readonly log: Log
  /** Written is on disk, or handed to the system: safe from the death of this process, not of the machine. */
  readonly safe: 'on disk' | 'handed over'
  /** Puts text at the end of the file before it resolves; a test's own when given. */
  readonly write?: ((file: FileHandle, text: string) => Promise<void>) | undefined
  /** Every line that still matters. */
  everything(): readonly string[]
}

/**
 * Hands over each line of a file; a torn last one, as a crash leaves it, is one that `take` cannot read and throws at.
 * A file that is there and cannot be read is set aside and not written over: its calls may still be saved by hand.
 */
export function readLines(path: string, log: Log, take: (line: string) => void): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (!existsSync(path)) return
    log.error('a file of calls cannot be read; it is set aside as *.unread', { path, error })
    renameSync(path, `${path}.unread`)
    return
  }
  for (const line of text.split('\n')) {
    if (line === '') continue
    try {
      take(line)
    } catch {
      continue
    }
  }
}

/** Text at the end of a file that was opened to be `safe`. */
async function writeAs(safe: LineFileOptions['safe'], file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text)
  if (safe === 'on disk' && O_SYNCED === 0) await file.datasync()
}

/** Everything that still matters as one file, written beside the old one and renamed over it. */
async function rewrite(path: string, safe: LineFileOptions['safe'], lines: readonly string[]): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rm(`${path}.new`, { force: true })
  // The handle is there before the name moves: after it, nothing may fail that would leave us with the old file.
  const flags = O_APPEND | O_CREAT | O_WRONLY | (safe === 'on disk' ? O_SYNCED : 0)
  const fresh = await open(`${path}.new`, flags, 0o600)
  try {
    await fresh.appendFile(lines.map((line) => `${line}\n`).join(''))
    await fresh.sync()
    await rename(`${path}.new`, path)
  } catch (error) {
    await fresh.close()
    throw error
  }
  await syncFolder(dirname(path))
  return fresh
}

/** Makes a new name durable; where folders cannot be synced, the system does it in its own time. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/**
 * Opens the file at `path`, written anew. It opens on a full disk too. After a write that failed, the next one writes
 * everything anew, so that half a line spoils no other, and nothing that memory knows is missing.
 */
export async function openLineFile(path: string, options: LineFileOptions): Promise<LineFile> {
  const { log, safe, everything, write = (to, text) => writeAs(safe, to, text) } = options
  /** Undefined when the file cannot be trusted or had. */
  let file: FileHandle | undefined
  let bytes = 0
  let waiting: { text: string; done: () => void; failed: (reason: unknown) => void }[] = []
  let writing: Promise<void> | undefined

  const renew = async (): Promise<void> => {
    const fresh = await rewrite(path, safe, everything())
    const old = file
    file = fresh
    bytes = 0
    await old?.close()
  }
  const complain = (error: unknown): void => log.error('a file of calls could not be written anew', { path, error })
  const writeBatch = async (text: string): Promise<void> => {
    // Memory knows the batch already: it is written with all the rest.
    if (!file) return renew()
    try {
      await write(file, text)
    } catch (error) {
      const torn = file
      file = undefined
      await torn.close()
      throw error
    }
    bytes += text.length
    if (bytes < REWRITE_BYTES) return
    bytes = 0
    // The batch is safe, and so is the old file: it grows on when there is no room for a new one.
    await renew().catch(complain)
  }
  await renew().catch(complain)
  const writeWaiting = async (): Promise<void> => {
    while (waiting.length) {
      const batch = waiting
      waiting = []
      try {
        await writeBatch(batch.map((line) => line.text).join(''))
        for (const line of batch) line.done()
      } catch (reason) {
        for (const line of batch) line.failed(reason)
      }
    }
    writing = undefined
  }

  return {
    append: (line) =>
      new Promise<void>((done, failed) => {
        waiting.push({ text: `${line}\n`, done, failed })
        writing ??= writeWaiting()
      }),
    async close() {
      await writing
      await file?.close()
    },
  }
}
