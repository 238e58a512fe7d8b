/**
 * Keeps every SIP message for a while. On the path of a call a message is copied into a ring in memory,
 * no more; a moment later it is masked and written to a segment on disk. Ring, segments and age are
 * bounded: when the disk does not keep up, messages are left out and counted, and no call waits.
 */

import { mkdir, open, type FileHandle } from 'node:fs/promises'
import type { Clock, Log } from '../../base/index.ts'
import { forgetMessages } from './forget-messages.ts'
import { maskMessage } from './mask.ts'
import { RECORD_HEAD_MAX, recordAt, writeRecord, type TracedMessage } from './record.ts'
import { deleteOldest, segmentAt, type CallLine } from './segments.ts'

export type TraceLimits = {
  /** Memory for messages that are not on disk yet. */
  readonly ringBytes: number
  readonly segmentBytes: number
  /** All segments together. */
  readonly diskBytes: number
  /** A segment ends when it is this old. */
  readonly segmentMs: number
  /** "Headers only by default, ring of 72 h": what is older is deleted, unless its customer's term says otherwise. */
  readonly keepMs: number
  /** A message is on disk this much later. */
  readonly flushMs: number
}

const defaultTraceLimits: TraceLimits = {
  ringBytes: 8 * 1024 * 1024,
  segmentBytes: 8 * 1024 * 1024,
  segmentMs: 3_600_000,
  diskBytes: 512 * 1024 * 1024,
  keepMs: 72 * 3600 * 1000,
  flushMs: 250,
}

/** Large enough for the largest message; memory is taken only when messages come faster than the disk. */
const CHUNK_BYTES = 512 * 1024
const LINES_MAX = 100_000
const SWEEP_MS = 60_000

export type Trace = {
  /** Takes a copy of a message. */
  record(message: TracedMessage): void
  /** A leg of a call began: its messages are found by the call's id. */
  beginLeg(callId: string, sipCallId: string, tenantId: string | undefined): void
  endCall(callId: string): void
  /** Kept when everything recorded so far is on disk. */
  flush(): Promise<void>
  /** Messages taken, and what was left out because ring or disk had no room. */
  counts(): { readonly recorded: number; readonly dropped: number }
  close(): Promise<void>
}

export type TraceOptions = {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<TraceLimits>
  /** The terms of customers in milliseconds, by tenant; all others have `keepMs`. */
  readonly terms?: () => ReadonlyMap<string, number>
  /** Called with masked messages as they are written, for a collector elsewhere. */
  readonly onWritten?: ((chunk: Buffer) => void) | undefined
}

type Ring = {
  readonly chunksMax: number
  readonly free: Buffer[]
  readonly full: Buffer[]
  made: number
  chunk: Buffer | undefined
  used: number
  lines: string[]
  recorded: number
  dropped: number
}

/** Opens the trace in a folder; what was kept there before stays until it is too old or too much. */
export function openTrace(options: TraceOptions): Trace {
  const { clock, log } = options
  const limits = { ...defaultTraceLimits, ...options.limits }
  const chunksMax = Math.max(2, Math.floor(limits.ringBytes / CHUNK_BYTES))
  const ring: Ring = {
    chunksMax,
    free: [],
    full: [],
    made: 0,
    chunk: undefined,
    used: 0,
    lines: [],
    recorded: 0,
    dropped: 0,
  }
  const files = createFiles(options, limits)
  const note = (line: CallLine): void => {
    if (ring.lines.length < LINES_MAX) ring.lines.push(JSON.stringify(line))
  }
  let working: Promise<void> | undefined
  const work = async (): Promise<void> => {
    seal(ring)
    const lines = ring.lines
    ring.lines = []
    try {
      // The lines go first: a message on disk whose call is not known would not be found.
      await files.writeLines(lines)
      for (let chunk = ring.full.shift(); chunk; chunk = ring.full.shift()) {
        maskAll(chunk)
        options.onWritten?.(chunk)
        await files.writeMessages(chunk).finally(() => release(ring, chunk))
      }
    } catch (error) {
      log.warn('the trace of SIP messages could not be written', { error })
      ring.dropped += ring.full.length
      for (const chunk of ring.full.splice(0)) release(ring, chunk)
      // What was half written ends its segment: the next one begins whole.
      await files.close().catch(() => {})
    }
  }
  const alone = async (act: () => Promise<void>): Promise<void> => {
    await working
    working ??= act().finally(() => void (working = undefined))
    return working
  }
  const flush = (): Promise<void> => alone(work)
  const hasWork = (): boolean => ring.used > 0 || ring.full.length > 0 || ring.lines.length > 0
  const timer = clock.every(limits.flushMs, () => {
    if (hasWork() && !working) void flush()
  })
  const sweeper = clock.every(SWEEP_MS, () => void alone(() => files.sweep()))
  return {
    record: (message) => put(ring, message),
    beginLeg: (callId, sipCallId, tenantId) =>
      note({ kind: 'leg', at: clock.now(), callId, sipCallId, tenantId: tenantId ?? null }),
    endCall: (callId) => note({ kind: 'end', at: clock.now(), callId }),
    flush,
    counts: () => ({ recorded: ring.recorded, dropped: ring.dropped }),
    async close() {
      timer.stop()
      sweeper.stop()
      await flush()
      await files.close()
    },
  }
}

function put(ring: Ring, message: TracedMessage): void {
  const size = RECORD_HEAD_MAX + message.bytes.length
  if (ring.chunk && ring.used + size > ring.chunk.length) seal(ring)
  ring.chunk ??= ring.free.pop() ?? (ring.made < ring.chunksMax ? newChunk(ring) : undefined)
  if (!ring.chunk || size > ring.chunk.length) {
    ring.dropped++
    return
  }
  ring.used = writeRecord(ring.chunk, ring.used, message)
  ring.recorded++
}

function newChunk(ring: Ring): Buffer {
  ring.made++
  return Buffer.allocUnsafeSlow(CHUNK_BYTES)
}

function seal(ring: Ring): void {
  if (!ring.chunk || ring.used === 0) return
  ring.full.push(ring.chunk.subarray(0, ring.used))
  ring.chunk = undefined
  ring.used = 0
}

function release(ring: Ring, chunk: Buffer): void {
  ring.free.push(Buffer.from(chunk.buffer as ArrayBuffer, 0, CHUNK_BYTES))
}

function maskAll(chunk: Buffer): void {
  for (let at = 0, record = recordAt(chunk, at); record; at = record.end, record = recordAt(chunk, at)) {
    maskMessage(chunk, record.body, record.end)
  }
}

type Files = {
  /** Ends a segment that is old enough, and deletes what is too old or too much. */
  sweep(): Promise<void>
  writeLines(lines: readonly string[]): Promise<void>
  writeMessages(chunk: Buffer): Promise<void>
  close(): Promise<void>
}

function createFiles({ folder, clock, terms }: TraceOptions, limits: TraceLimits): Files {
  const done = new Set<string>()
  let handles: { readonly messages: FileHandle; readonly calls: FileHandle } | undefined
  let written = 0
  let startedAt = 0
  const close = async (): Promise<void> => {
    const former = handles
    handles = undefined
    await Promise.all([former?.messages.close(), former?.calls.close()])
  }
  const prepare = async () => {
    if (handles && written < limits.segmentBytes && clock.now() - startedAt < limits.segmentMs) return handles
    await close()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // A new name even when the clock was set back, so that the order of names is the order of writing.
    startedAt = Math.max(startedAt + 1, clock.now() - limits.flushMs)
    const segment = segmentAt(folder, startedAt)
    const [messages, calls] = await Promise.all([open(segment.messages, 'a', 0o600), open(segment.calls, 'a', 0o600)])
    written = 0
    handles = { messages, calls }
    await clean(segment.messages)
    return handles
  }
  const clean = async (writing: string | undefined): Promise<void> => {
    const of = terms?.() ?? new Map<string, number>()
    const lengths = [...new Set([limits.keepMs, ...of.values()])]
    const longest = lengths.reduce((most, term) => Math.max(most, term), 0)
    await deleteOldest(folder, { bytesMax: limits.diskBytes, olderThan: clock.now() - longest, writing })
    const keepMsOf = (tenantId: string | undefined): number => of.get(tenantId ?? '') ?? limits.keepMs
    if (lengths.length > 1) await forgetMessages(folder, { now: clock.now(), terms: lengths, keepMsOf, writing, done })
  }
  return {
    async writeLines(lines) {
      if (lines.length === 0) return
      const { calls } = await prepare()
      await calls.appendFile(`${lines.join('\n')}\n`)
    },
    async writeMessages(chunk) {
      const { messages } = await prepare()
      await messages.appendFile(chunk)
      written += chunk.length
    },
    async sweep() {
      if (clock.now() - startedAt >= limits.segmentMs) await close()
      await clean(handles && segmentAt(folder, startedAt).messages)
    },
    close,
  }
}
