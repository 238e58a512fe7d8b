/** Finds the messages of a call in the segments on disk, by the call's id or by a SIP Call-ID. */

import { readFile } from 'node:fs/promises'
import { readRecord, recordAt, type TracedMessage } from './record.ts'
import { listSegments, type CallLine, type Segment } from './segments.ts'

export type TracedLeg = {
  readonly sipCallId: string
  /** Undefined for a leg of the provider's own, such as a carrier's, and for messages that became no call. */
  readonly tenantId: string | undefined
}

export type LegMessage = TracedMessage & { readonly sipCallId: string }

export type CallTrace = {
  /** Undefined when messages were found by a SIP Call-ID that became no call. */
  readonly callId: string | undefined
  readonly legs: readonly TracedLeg[]
  /** In the order of their time. */
  readonly messages: readonly LegMessage[]
  /** Not all messages are given: there were too many. */
  readonly isCut: boolean
}

/** A challenge comes before the call has a record, and a late repetition after its end. */
const MARGIN_MS = 40_000
const MESSAGES_MAX = 5000

/** Everything kept of the call that `id` names, itself or by the Call-ID of one of its legs. */
export async function findCallTrace(folder: string, id: string): Promise<CallTrace | undefined> {
  const segments = await listSegments(folder)
  const lines = await linesAbout(segments, id)
  const callId = lines.find((line) => line.callId === id)?.callId ?? lines[0]?.callId
  const known = callId === undefined ? [] : callId === id ? lines : await linesAbout(segments, callId)
  const legs = legsOf(known, callId)
  const wanted = legs.length > 0 ? legs : [{ sipCallId: id, tenantId: undefined }]
  const from = Math.min(...known.map((line) => line.at)) - MARGIN_MS
  const ended = known.findLast((line) => line.kind === 'end')
  const until = ended ? ended.at + MARGIN_MS : Infinity
  const messages: LegMessage[] = []
  for (const [at, segment] of segments.entries()) {
    const next = segments[at + 1]
    if (known.length > 0 && (segment.startedAt > until || (next && next.startedAt < from))) continue
    messages.push(...(await messagesOf(segment, wanted)))
    if (messages.length > MESSAGES_MAX) break
  }
  if (messages.length === 0) return undefined
  const sorted = messages.toSorted((a, b) => a.at - b.at)
  return { callId, legs: wanted, messages: sorted.slice(0, MESSAGES_MAX), isCut: sorted.length > MESSAGES_MAX }
}

async function linesAbout(segments: readonly Segment[], id: string): Promise<CallLine[]> {
  const needle = JSON.stringify(id)
  const found: CallLine[] = []
  for (const { calls } of segments) {
    const bytes = await readFile(calls).catch(() => Buffer.alloc(0))
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
      const start = bytes.lastIndexOf('\n', at) + 1
      const end = bytes.indexOf('\n', at)
      const line = readLine(bytes.toString('utf8', start, end < 0 ? bytes.length : end))
      if (line && (line.callId === id || (line.kind === 'leg' && line.sipCallId === id))) found.push(line)
    }
  }
  return found
}

/** A crash may have torn the last line. */
function readLine(text: string): CallLine | undefined {
  try {
    return JSON.parse(text) as CallLine
  } catch {
    return undefined
  }
}

function legsOf(lines: readonly CallLine[], callId: string | undefined): TracedLeg[] {
  const legs = new Map<string, TracedLeg>()
  for (const line of lines) {
    if (line.kind !== 'leg' || line.callId !== callId || legs.has(line.sipCallId)) continue
    legs.set(line.sipCallId, { sipCallId: line.sipCallId, tenantId: line.tenantId ?? undefined })
  }
  return [...legs.values()]
}

async function messagesOf(segment: Segment, legs: readonly TracedLeg[]): Promise<LegMessage[]> {
  const bytes = await readFile(segment.messages).catch(() => Buffer.alloc(0))
  const found: LegMessage[] = []
  for (const { sipCallId } of legs) {
    let record = recordAt(bytes, 0)
    let start = 0
    let hit = bytes.indexOf(sipCallId, 0, 'latin1')
    while (record && hit >= 0) {
      if (hit >= record.end) {
        start = record.end
        record = recordAt(bytes, start)
        continue
      }
      if (callIdOf(bytes.toString('latin1', record.body, record.end)) === sipCallId) {
        found.push({ ...readRecord(bytes, start), sipCallId })
      }
      hit = bytes.indexOf(sipCallId, record.end, 'latin1')
    }
  }
  return found
}

/** The Call-ID of a raw message, in long or compact form; '' when it has none. */
export function callIdOf(text: string): string {
  const head = text.indexOf('\r\n\r\n')
  const match = /\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/i.exec(head < 0 ? text : text.slice(0, head))
  return match?.[1]?.trim() ?? ''
}
