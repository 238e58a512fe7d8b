/**
 * The CDR spool: an append-only file that holds every call from its answer until `charge` has stored
 * it. Lines that arrive while a write is on its way to the disk share the next one (group commit), so
 * that a busy second costs a handful of fsyncs.
 */

import { existsSync, readFileSync, renameSync } from 'node:fs'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../base/index.ts'
import type { CdrRecord } from '../ledger/index.ts'
import { applyLine, emptyState, type OpenCall, type SpoolLine, type SpoolState } from './spool-state.ts'

export type Spool = {
  /** Adds a line; the promise is kept when it is on disk. */
  append(line: SpoolLine): Promise<void>
  /** Finished calls that are not stored yet, oldest first. */
  closed(limit: number): readonly CdrRecord[]
  /** What the former process left open, read once at start. */
  readonly leftOpen: readonly OpenCall[]
  size(): { readonly open: number; readonly closed: number }
  close(): Promise<void>
}

const REWRITE_BYTES = 16 * 1024 * 1024

/**
 * Reads a spool file; a torn last line, as a crash leaves it, is dropped: it was never acknowledged. A file that is
 * there and cannot be read is set aside and not written over: its calls may still be saved by hand.
 */
function readSpool(path: string, log: Log): SpoolState {
  const state = emptyState()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (!existsSync(path)) return state
    log.error('the spool of calls cannot be read; it is set aside as *.unread', { error })
    renameSync(path, `${path}.unread`)
    return state
  }
  for (const line of text.split('\n')) {
    if (line === '') continue
    try {
      applyLine(state, JSON.parse(line) as SpoolLine)
    } catch {
      continue
    }
  }
  return state
}

/** Everything that still matters as one file, written beside the old one and renamed over it. */
async function rewrite(path: string, state: SpoolState): Promise<FileHandle> {
  const lines = [
    ...[...state.open.values()].flatMap((call): SpoolLine[] => [
      { kind: 'open', record: call.record },
      { kind: 'alive', at: call.lastActivityAt, ids: [call.record.id] },
    ]),
    ...[...state.closed.values()].map((record): SpoolLine => ({ kind: 'closed', record })),
  ]
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rm(`${path}.new`, { force: true })
  // The handle is there before the name moves: after it, nothing may fail that would leave us with the old file.
  const fresh = await open(`${path}.new`, 'a', 0o600)
  try {
    await fresh.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
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

async function writeDurably(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text)
  await file.datasync()
}

export type SpoolOptions = {
  readonly log: Log
  /** Puts text at the end of the file, on disk when it resolves. */
  readonly write?: (file: FileHandle, text: string) => Promise<void>
}

/**
 * Opens the spool at `path`, reading what a former process left in it. It opens on a full disk too: emergencies are
 * carried without it. After a write that failed, the next one writes everything anew, so that half a line spoils no
 * other, and nothing that memory knows is missing.
 */
export async function openSpool(path: string, { log, write = writeDurably }: SpoolOptions): Promise<Spool> {
  const state = readSpool(path, log)
  const leftOpen = [...state.open.values()]
  /** Undefined when the file cannot be trusted or had. */
  let file: FileHandle | undefined
  let bytes = 0
  let waiting: { text: string; done: () => void; failed: (reason: unknown) => void }[] = []
  let writing: Promise<void> | undefined

  const renew = async (): Promise<void> => {
    const fresh = await rewrite(path, state)
    const old = file
    file = fresh
    bytes = 0
    await old?.close()
  }
  const complain = (error: unknown): void => log.error('the spool of calls could not be written anew', { error })
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
    leftOpen,
    append(line) {
      applyLine(state, line)
      return new Promise<void>((done, failed) => {
        waiting.push({ text: `${JSON.stringify(line)}\n`, done, failed })
        writing ??= writeWaiting()
      })
    },
    closed: (limit) => [...state.closed.values().take(limit)],
    size: () => ({ open: state.open.size, closed: state.closed.size }),
    async close() {
      await writing
      await file?.close()
    },
  }
}
