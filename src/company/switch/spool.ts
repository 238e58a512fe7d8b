/**
 * The CDR spool: an append-only file that holds every call from its answer until `charge` has stored
 * it. Lines that arrive while a write is on its way to the disk share the next one (group commit), so
 * that a busy second costs a handful of fsyncs.
 */

import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
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

/** Reads a spool file; a torn last line, as a crash leaves it, is dropped: it was never acknowledged. */
function readSpool(path: string): SpoolState {
  const state = emptyState()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
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
  const fresh = await open(`${path}.new`, 'w', 0o600)
  await fresh.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await fresh.sync()
  await fresh.close()
  await rename(`${path}.new`, path)
  return open(path, 'a', 0o600)
}

/** Opens the spool at `path`, reading what a former process left in it. */
export async function openSpool(path: string): Promise<Spool> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const state = readSpool(path)
  const leftOpen = [...state.open.values()]
  let file = await rewrite(path, state)
  let bytes = 0
  let waiting: { text: string; done: () => void; failed: (reason: unknown) => void }[] = []
  let writing: Promise<void> | undefined

  const writeBatch = async (text: string): Promise<void> => {
    await file.appendFile(text)
    await file.datasync()
    bytes += text.length
    if (bytes < REWRITE_BYTES) return
    const full = file
    file = await rewrite(path, state)
    await full.close()
    bytes = 0
  }
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
      await file.close()
    },
  }
}
