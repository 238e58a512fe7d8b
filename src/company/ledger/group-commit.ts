/**
 * Natural group commit: one batch is on its way to the disk at a time, and everything that comes meanwhile is
 * the next one. No timer: a lone item waits for nothing, a thousand share one fsync.
 */

import { AssertionFailure, type Clock, type Log } from '../../base/index.ts'

export type GroupCommit<Item> = {
  /** Kept when the item is on disk; rejected when it can never be, or when the group is closed first. */
  add(item: Item): Promise<void>
  /** Whether the last attempt failed, or is taking so long that nothing new should be promised. */
  isAway(): boolean
  waiting(): number
  /** Tries once more to write what waits, then gives the rest up. */
  close(): Promise<void>
}

export type GroupCommitOptions<Item> = {
  readonly clock: Clock
  readonly log: Log
  /** Writes items in one transaction, all or none; may be called again with items that were written. */
  readonly write: (items: readonly Item[]) => Promise<void>
  readonly batchMax?: number
  readonly onBatch?: (items: number, ms: number) => void
}

/** Thrown by `write` when nothing will ever be written by this group again. */
export class GroupIsOver extends Error {}

type Waiting<Item> = { readonly item: Item; readonly done: () => void; readonly failed: (reason: unknown) => void }

const BATCH_MAX = 1000
const RETRY_MS = 100
/** A commit that takes longer is treated like a server that is away: the caller's patience is two seconds. */
const SLOW_MS = 1500

/** Whether an item is at fault (SQLSTATE classes 22 and 23, or a bug of ours), so that it will fail every time. */
export function isFaultOfAnItem(thrown: unknown): boolean {
  if (thrown instanceof AssertionFailure || thrown instanceof TypeError) return true
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^2[23]...$/.test(code)
}

/**
 * Writes items together; those that fail by themselves are found by halving, for one that cannot be written
 * must not hold up the others. Throws when the database is at fault: nothing is known of the rest then.
 */
async function writeHalving<Item>(
  items: readonly Waiting<Item>[],
  write: (items: readonly Item[]) => Promise<void>,
  log: Log,
): Promise<void> {
  try {
    await write(items.map(({ item }) => item))
  } catch (thrown) {
    if (!isFaultOfAnItem(thrown)) throw thrown
    if (items.length === 1) {
      log.error('something decided cannot be written', { error: thrown })
      return items[0]!.failed(thrown)
    }
    const half = items.length >> 1
    await writeHalving(items.slice(0, half), write, log)
    return writeHalving(items.slice(half), write, log)
  }
  for (const { done } of items) done()
}

/** Starts with nothing to write. */
export function createGroupCommit<Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> {
  const { clock, log, write, batchMax = BATCH_MAX } = options
  let queue: Waiting<Item>[] = []
  let running: Promise<void> | undefined
  let failing = false
  let startedAt: number | undefined
  let isClosed = false
  let wake: (() => void) | undefined

  const attempt = async (batch: readonly Waiting<Item>[]): Promise<void> => {
    const began = clock.monotonic()
    startedAt = began
    try {
      await writeHalving(batch, write, log)
      if (failing) log.info('the ledger writes again', { waiting: queue.length })
      failing = false
      options.onBatch?.(batch.length, clock.monotonic() - began)
    } catch (thrown) {
      if (thrown instanceof GroupIsOver) {
        log.error('the ledger was taken over by another process; this one writes nothing more', { error: thrown })
        isClosed = true
      } else if (!failing) log.warn('the ledger cannot write; what was decided waits', { error: thrown })
      failing = true
      queue = [...batch, ...queue]
    } finally {
      startedAt = undefined
    }
  }
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      clock.after(RETRY_MS, resolve)
    })
  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchMax)
      queue = queue.slice(batchMax)
      await attempt(batch)
      if (failing && isClosed) break
      if (failing) await pause()
      // Those who were just answered ask for the next thing at once: it goes with the next batch already.
      else await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    running = undefined
    if (!isClosed) return
    for (const { failed } of queue.splice(0)) failed(new Error('the ledger was closed before this was written'))
  }
  return {
    add(item) {
      return new Promise<void>((done, failed) => {
        if (isClosed) return failed(new Error('the ledger is closed'))
        queue.push({ item, done, failed })
        running ??= Promise.resolve().then(run)
      })
    },
    isAway: () => failing || (startedAt !== undefined && clock.monotonic() - startedAt > SLOW_MS),
    waiting: () => queue.length,
    async close() {
      isClosed = true
      wake?.()
      await running
    },
  }
}
