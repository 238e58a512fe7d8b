/** What the lines of a CDR spool add up to: calls that are open, and calls that are over but not stored yet. */

import type { CdrRecord } from '../../ledger/index.ts'

export type SpoolLine =
  | { readonly kind: 'open'; readonly record: CdrRecord }
  | { readonly kind: 'alive'; readonly at: number; readonly ids: readonly string[] }
  | { readonly kind: 'closed'; readonly record: CdrRecord }
  | { readonly kind: 'stored'; readonly ids: readonly string[] }

/** A call that was open when the former process died. */
export type OpenCall = { readonly record: CdrRecord; readonly lastActivityAt: number }

export type SpoolState = {
  readonly open: Map<string, OpenCall>
  readonly closed: Map<string, CdrRecord>
}

/** Nothing open, nothing waiting. */
export function emptyState(): SpoolState {
  return { open: new Map(), closed: new Map() }
}

/** Adds one line to what came before it. */
export function applyLine(state: SpoolState, line: SpoolLine): void {
  switch (line.kind) {
    case 'open':
      state.open.set(line.record.id, { record: line.record, lastActivityAt: line.record.endedAt })
      return
    case 'alive':
      for (const id of line.ids) {
        const known = state.open.get(id)
        if (known) state.open.set(id, { ...known, lastActivityAt: line.at })
      }
      return
    case 'closed':
      state.open.delete(line.record.id)
      state.closed.set(line.record.id, line.record)
      return
    case 'stored':
      for (const id of line.ids) state.closed.delete(id)
  }
}
