/**
 * Messages of those who want them kept for a shorter time than others: a segment that has grown too old for them is
 * written anew without theirs. A call is kept as long as the most cautious of its customers says.
 */

import { readFile, rename, writeFile } from 'node:fs/promises'
import { callIdOf } from './find-messages.ts'
import { recordAt } from './record.ts'
import { listSegments, type CallLine, type Segment } from './segments.ts'

/** Other work goes on after so many messages. */
const BREATH = 500

export type Keeping = {
  /** How long messages of a customer's legs are kept; undefined asks for those of nobody. */
  keepMsOf(tenantId: string | undefined): number
}

/** How long the messages of each SIP Call-ID are kept. */
async function keepMsByCallId(segments: readonly Segment[], { keepMsOf }: Keeping): Promise<Map<string, number>> {
  const legs: (CallLine & { kind: 'leg' })[] = []
  const byCall = new Map<string, number>()
  for (const { calls } of segments) {
    const text = await readFile(calls, 'utf8').catch(() => '')
    for (const line of text.split('\n')) {
      if (!line.startsWith('{"kind":"leg"') || !line.endsWith('}')) continue
      const leg = JSON.parse(line) as CallLine & { kind: 'leg' }
      legs.push(leg)
      // The leg at a carrier is the provider's; it is kept as long as the customer's beside it.
      if (leg.tenantId === null) continue
      const keepMs = keepMsOf(leg.tenantId)
      byCall.set(leg.callId, Math.min(byCall.get(leg.callId) ?? Infinity, keepMs))
    }
  }
  const nobody = keepMsOf(undefined)
  return new Map(legs.map(({ sipCallId, callId }) => [sipCallId, byCall.get(callId) ?? nobody]))
}

/** Leaves in a segment what may still be kept of it at `ageMs`; returns whether anything was left out. */
async function thinOut(segment: Segment, keepMs: (sipCallId: string) => number, ageMs: number): Promise<boolean> {
  const bytes = await readFile(segment.messages)
  const kept: Buffer[] = []
  let [at, count, isThinner] = [0, 0, false]
  for (let record = recordAt(bytes, 0); record; record = recordAt(bytes, at)) {
    if (keepMs(callIdOf(bytes.toString('latin1', record.body, record.end))) > ageMs) {
      kept.push(bytes.subarray(at, record.end))
    } else isThinner = true
    at = record.end
    if (++count % BREATH === 0) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  if (!isThinner) return false
  const fresh = `${segment.messages}.new`
  await writeFile(fresh, Buffer.concat(kept), { mode: 0o600 })
  await rename(fresh, segment.messages)
  return true
}

/**
 * Thins out the closed segments of a folder; `done` remembers for which terms each was looked at already. The age of a
 * segment is that of its first message: nothing is kept longer than was said, some of it a little shorter.
 */
export async function forgetMessages(
  folder: string,
  options: Keeping & {
    readonly now: number
    /** Every term that somebody has. */
    readonly terms: readonly number[]
    readonly writing: string | undefined
    readonly done: Set<string>
  },
): Promise<void> {
  const { now, terms, writing, done } = options
  const segments = await listSegments(folder)
  let byCallId: Map<string, number> | undefined
  for (const segment of segments) {
    const ageMs = now - segment.startedAt
    const due = terms.filter((term) => term <= ageMs && !done.has(`${segment.startedAt} ${term}`))
    if (due.length === 0 || segment.messages === writing) continue
    byCallId ??= await keepMsByCallId(segments, options)
    const known = byCallId
    const nobody = options.keepMsOf(undefined)
    await thinOut(segment, (sipCallId) => known.get(sipCallId) ?? nobody, ageMs)
    for (const term of due) done.add(`${segment.startedAt} ${term}`)
  }
  const names = new Set(segments.map(({ startedAt }) => String(startedAt)))
  for (const key of done) if (!names.has(key.split(' ', 1)[0]!)) done.delete(key)
}
