/**
 * The journal of calls in progress: an append-only file beside the spool that says how each conversation is carried, so
 * that a `signal` that begins anew carries it on. It serves the death of a process, not of the machine (media dies with
 * that, and so do its calls): what was handed to the system is safe, and no answer waits for a disk.
 */

import type { Log } from '../../../base/index.ts'
import type { KeptLeg, LegId } from '../../../network/sip/index.ts'
import type { Call } from '../calls/call.ts'
import { openLineFile, readLines, type LineFile } from './line-file.ts'

/** A conversation as it has to be known to be carried on. */
export type KeptCall = {
  readonly call: Call
  readonly legs: readonly KeptLeg[]
  /** Where each leg's signalling comes from. */
  readonly addresses: readonly (readonly [LegId, string])[]
}

export type JournalLine =
  | { readonly kind: 'call'; readonly kept: KeptCall }
  | { readonly kind: 'over'; readonly id: string }

export type Journal = {
  /** What the former process carried, read at start; empty from `attach` on. */
  readonly left: ReadonlyMap<string, KeptCall>
  /** Notes a call, or how it is carried now. */
  keep(kept: KeptCall): void
  /** The call is over. */
  drop(callId: string): void
  /** Says what is carried at any time; asked when the file is written anew. */
  attach(carried: () => readonly KeptCall[]): void
  /** Kept when what was noted has been handed to the system. */
  close(): Promise<void>
}

/** Money is bigint, which JSON has not. */
function textOf(line: JournalLine): string {
  return JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? { $bigint: String(value) } : value))
}

function lineOf(text: string): JournalLine {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && '$bigint' in value ? BigInt(String(value.$bigint)) : value,
  ) as JournalLine
}

/** What the lines of a journal add up to. */
function applyJournal(left: Map<string, KeptCall>, line: JournalLine): void {
  if (line.kind === 'call') left.set(line.kept.call.id, line.kept)
  else left.delete(line.id)
}

/** Reads lines as a journal does: for a journal that is kept elsewhere. */
export function readJournal(lines: readonly string[]): Map<string, KeptCall> {
  const left = new Map<string, KeptCall>()
  for (const line of lines) applyJournal(left, lineOf(line))
  return left
}

/** A journal over anything that takes lines. */
export function journalOver(
  left: ReadonlyMap<string, KeptCall>,
  append: (line: string) => void,
): Omit<Journal, 'attach' | 'close'> {
  return {
    left,
    keep: (kept) => append(textOf({ kind: 'call', kept })),
    drop: (id) => append(textOf({ kind: 'over', id })),
  }
}

/** Opens the journal at `path`, reading what a former process left in it. */
export async function openJournal(path: string, log: Log): Promise<Journal> {
  const left = new Map<string, KeptCall>()
  readLines(path, log, (line) => applyJournal(left, lineOf(line)))
  let carried = (): readonly KeptCall[] => [...left.values()]
  const file: LineFile = await openLineFile(path, {
    log,
    safe: 'handed over',
    everything: () => carried().map((kept) => textOf({ kind: 'call', kept })),
  })
  const append = (line: string): void => {
    file.append(line).catch((error: unknown) => {
      log.error('the journal of calls could not be written; a crash would end them', { error })
    })
  }
  return {
    ...journalOver(left, append),
    attach(now) {
      carried = now
      left.clear()
    },
    close: () => file.close(),
  }
}
