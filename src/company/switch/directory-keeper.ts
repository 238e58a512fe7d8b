/**
 * Keeps the directory fresh: loaded from the database, re-read when the change feed moves, looked at
 * again every few seconds in case a notice was lost, and kept on disk for a start without PostgreSQL.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Log } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { buildDirectory, emptyRows, type Directory, type DirectoryRows } from './directory.ts'
import { loadDirectoryRows, readFeed, type FeedCursor } from './load-directory.ts'

const LOOK_MS = 2000

export type DirectoryKeeper = {
  /** The directory in force; never half a change. */
  current(): Directory
  /** Milliseconds since the database last said that this is the newest. */
  ageMs(): number
  stop(): void
}

function readCopy(path: string): DirectoryRows {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as DirectoryRows
  } catch {
    return emptyRows
  }
}

function writeCopy(path: string, rows: DirectoryRows): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.new`, JSON.stringify(rows), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Starts with the copy on disk when the database does not answer, and catches up when it does. */
export async function keepDirectory(options: {
  db: Db
  copyPath: string
  clock: Clock
  log: Log
  onChange?: (directory: Directory, before: Directory) => void
}): Promise<DirectoryKeeper> {
  const { db, copyPath, clock, log } = options
  let directory = buildDirectory(readCopy(copyPath))
  let cursor: FeedCursor | undefined
  let freshAt = 0
  let looking = false

  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    try {
      const rows = await db.asService(async (tx) => {
        const feed = await readFeed(tx, cursor)
        const reload = cursor === undefined || feed.changed
        // The cursor moves only when the rows were read in the same snapshot or nothing had changed.
        const loaded = reload ? await loadDirectoryRows(tx) : undefined
        return { loaded, cursor: feed.cursor }
      })
      cursor = rows.cursor
      freshAt = clock.monotonic()
      if (!rows.loaded) return
      const before = directory
      directory = buildDirectory(rows.loaded)
      options.onChange?.(directory, before)
      writeCopy(copyPath, rows.loaded)
    } catch (error) {
      log.warn('the directory could not be refreshed or kept; the last one stays in force', { error })
    } finally {
      looking = false
    }
  }

  await look()
  const timer = clock.every(LOOK_MS, () => void look())
  db.listen('directory', () => void look()).catch((error: unknown) => {
    log.warn('directory notices are not available; it is looked at every few seconds', { error })
  })
  return { current: () => directory, ageMs: () => clock.monotonic() - freshAt, stop: () => timer.stop() }
}
