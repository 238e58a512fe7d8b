/**
 * The directory's copy on disk, for a start without PostgreSQL. Written beside the calls, never in their way: piece
 * by piece, one writing at a time; what changes meanwhile is the next one, and only the newest.
 */

import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../../base/index.ts'
import { emptyRows, noForward, type DirectoryRows, type Extension, type Forward } from './directory.ts'

/** Rows that are made text at once: about a millisecond. */
const PIECE_ROWS = 1000

export type DirectoryCopy = {
  /** What a former process left; nobody and nothing when there is none. */
  read(): DirectoryRows
  /** Has these rows written, soon. */
  put(rows: DirectoryRows): void
  /** Tries again what could not be written; kept when nothing waits, or the disk refuses. */
  flush(): Promise<void>
}

/** Opens the copy at `path`. */
export function openDirectoryCopy({ path, log }: { readonly path: string; readonly log: Log }): DirectoryCopy {
  let waiting: DirectoryRows | undefined
  let writing: Promise<void> | undefined
  let isFailing = false

  const writeWaiting = async (): Promise<void> => {
    for (let rows = waiting; rows; rows = waiting) {
      waiting = undefined
      try {
        await writeCopy(path, rows)
        isFailing = false
      } catch (error) {
        waiting ??= rows
        if (!isFailing) log.warn('the copy of the directory could not be written; it will be', { error })
        isFailing = true
        break
      }
    }
    // At once after the last look at what waits: nothing may be put down in between and be forgotten.
    writing = undefined
  }
  const flush = (): Promise<void> => {
    if (waiting && !writing) writing = writeWaiting()
    return writing ?? Promise.resolve()
  }
  return {
    read: () => readCopy(path),
    put(rows) {
      waiting = rows
      void flush()
    },
    flush,
  }
}

/** Text leaves out what is undefined, and a copy of before there was forwarding has no rules at all. */
function rulesOf(row: Partial<Extension>): Partial<Forward> {
  return row.forward ?? {}
}

function readCopy(path: string): DirectoryRows {
  try {
    // A copy of before an upgrade lacks what was added since.
    const rows = { ...emptyRows, ...(JSON.parse(readFileSync(path, 'utf8')) as DirectoryRows) }
    return {
      ...rows,
      extensions: rows.extensions.map((row) => ({ ...row, forward: { ...noForward, ...rulesOf(row) } })),
    }
  } catch {
    return emptyRows
  }
}

async function writeCopy(path: string, rows: DirectoryRows): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    for (const piece of piecesOf(rows)) await file.appendFile(piece)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/** The JSON text of all rows in pieces: one of everything would hold up calls for as long as it takes to make it. */
function* piecesOf(rows: DirectoryRows): Generator<string> {
  let before = '{'
  for (const [table, list] of Object.entries(rows) as [string, readonly unknown[]][]) {
    yield `${before}${JSON.stringify(table)}:[`
    for (let at = 0; at < list.length; at += PIECE_ROWS) {
      const piece = JSON.stringify(list.slice(at, at + PIECE_ROWS)).slice(1, -1)
      yield at === 0 ? piece : `,${piece}`
    }
    before = '],'
  }
  yield before === '{' ? '{}' : ']}'
}
