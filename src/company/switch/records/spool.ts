/**
 * The CDR spool: an append-only file that holds every call from its answer until `charge` has stored
 * it. Its lines are on disk when they count, and a busy second costs a handful of fsyncs.
 */

import type { FileHandle } from 'node:fs/promises'
import type { Log } from '../../../base/index.ts'
import type { CdrRecord } from '../../ledger/index.ts'
import { openLineFile, readLines } from '../journal/line-file.ts'
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

/** Every line that still matters. */
function linesOf(state: SpoolState): string[] {
  const lines = [
    ...[...state.open.values()].flatMap((call): SpoolLine[] => [
      { kind: 'open', record: call.record },
      { kind: 'alive', at: call.lastActivityAt, ids: [call.record.id] },
    ]),
    ...[...state.closed.values()].map((record): SpoolLine => ({ kind: 'closed', record })),
  ]
  return lines.map((line) => JSON.stringify(line))
}

export type SpoolOptions = {
  readonly log: Log
  /** Puts text at the end of the file, on disk when it resolves: a test's own disk. */
  readonly write?: (file: FileHandle, text: string) => Promise<void>
}

/**
 * Opens the spool at `path`, reading what a former process left in it. It opens on a full disk too: emergencies are
 * carried without it.
 */
export async function openSpool(path: string, { log, write }: SpoolOptions): Promise<Spool> {
  const state = emptyState()
  readLines(path, log, (line) => applyLine(state, JSON.parse(line) as SpoolLine))
  const leftOpen = [...state.open.values()]
  const file = await openLineFile(path, { log, safe: 'on disk', write, everything: () => linesOf(state) })
  return {
    leftOpen,
    append(line) {
      applyLine(state, line)
      return file.append(JSON.stringify(line))
    },
    closed: (limit) => [...state.closed.values().take(limit)],
    size: () => ({ open: state.open.size, closed: state.closed.size }),
    close: () => file.close(),
  }
}
