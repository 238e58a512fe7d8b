/**
 * The files of a trace: segments of messages, each with a file that says which call each SIP Call-ID
 * belongs to. Their names are the instant of their first message, so that the oldest sorts first.
 */

import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export type Segment = {
  /** Epoch milliseconds of the first message. */
  readonly startedAt: number
  /** Path of the messages. */
  readonly messages: string
  /** Path of the lines about calls. */
  readonly calls: string
}

/** What the trace knows of a call: one leg of it began, or all of it ended. */
export type CallLine =
  | {
      readonly kind: 'leg'
      readonly at: number
      readonly callId: string
      readonly sipCallId: string
      /** Whose leg it is; null for one of the provider's own, such as a carrier's. */
      readonly tenantId: string | null
    }
  | { readonly kind: 'end'; readonly at: number; readonly callId: string }

const NAME = /^(\d{15})\.sip$/

/** The segment that begins at an instant. */
export function segmentAt(folder: string, startedAt: number): Segment {
  const name = String(Math.trunc(startedAt)).padStart(15, '0')
  return { startedAt, messages: join(folder, `${name}.sip`), calls: join(folder, `${name}.calls`) }
}

/** All segments of a folder, the oldest first; none when the folder is not there. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch((): string[] => [])
  const starts = names.flatMap((name) => NAME.exec(name)?.[1] ?? [])
  return starts.toSorted().map((start) => segmentAt(folder, Number(start)))
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.size,
    () => 0,
  )
}

/** Deletes the oldest segments until the rest is small and young enough; the one that is written to stays. */
export async function deleteOldest(
  folder: string,
  limits: { readonly bytesMax: number; readonly olderThan: number; readonly writing: string | undefined },
): Promise<void> {
  const segments = await listSegments(folder)
  const sizes = await Promise.all(segments.map(async (one) => (await sizeOf(one.messages)) + (await sizeOf(one.calls))))
  let total = sizes.reduce((sum, size) => sum + size, 0)
  for (const [at, segment] of segments.entries()) {
    if (segment.messages === limits.writing) continue
    // By its first message: nothing is kept longer than was said, some of it a little shorter.
    const isOld = segment.startedAt < limits.olderThan
    if (!isOld && total <= limits.bytesMax) return
    total -= sizes[at]!
    await Promise.all([segment.messages, segment.calls].map((path) => unlink(path).catch(() => {})))
  }
}
