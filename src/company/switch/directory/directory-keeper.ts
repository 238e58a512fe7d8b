/**
 * Keeps the directory fresh: loaded from the database, re-read when the change feed moves, looked at
 * again every few seconds in case a notice was lost, and kept on disk for a start without PostgreSQL.
 */

import type { Clock, Log } from '../../../base/index.ts'
import type { Db } from '../../../platform/db/index.ts'
import { openDirectoryCopy } from './directory-copy.ts'
import { buildDirectory, type Directory } from './directory.ts'
import { loadDirectoryRows, readFeed, type FeedCursor } from './load-directory.ts'

const LOOK_MS = 2000

export type DirectoryKeeper = {
  /** The directory in force; never half a change. */
  current(): Directory
  /** Milliseconds since the database last said that this is the newest. */
  ageMs(): number
  /** Stops looking; kept when the copy on disk is the newest. */
  stop(): Promise<void>
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
  const copy = openDirectoryCopy({ path: copyPath, log })
  let directory = buildDirectory(copy.read())
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
      if (!rows.loaded) return void copy.flush()
      const before = directory
      directory = buildDirectory(rows.loaded)
      options.onChange?.(directory, before)
      copy.put(rows.loaded)
    } catch (error) {
      log.warn('the directory could not be refreshed; the last one stays in force', { error })
    } finally {
      looking = false
    }
  }

  await look()
  const timer = clock.every(LOOK_MS, () => void look())
  db.listen('directory', () => void look()).catch((error: unknown) => {
    log.warn('directory notices are not available; it is looked at every few seconds', { error })
  })
  return {
    current: () => directory,
    ageMs: () => clock.monotonic() - freshAt,
    stop() {
      timer.stop()
      return copy.flush()
    },
  }
}
