/** Stores the call samples of a text, each with the record that it was found to be, if any. */

import { epochMsToLocal, localToEpochMs, newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import type { TicketKey } from '../sla/keep-clocks.ts'
import { findingOut } from './find-out.ts'
import { parseSamples, type ParsedSample } from './parse-samples.ts'
import { resolveSample } from './resolve-sample.ts'

export type NotedSample = {
  readonly id: string
  readonly missing: readonly string[]
  readonly cdrId: string | undefined
}

export type SampleText = {
  readonly entryId: string
  readonly text: string
  /** In which times are read that say none. */
  readonly zone: string
}

/**
 * Reads the samples of a text and stores them. Only calls of the ticket's own tenant, or of whom it serves, are found.
 */
export async function noteSamples(
  tx: Tx,
  clock: Clock,
  key: TicketKey,
  { entryId, text, zone }: SampleText,
): Promise<NotedSample[]> {
  const now = clock.now()
  const parsed = parseSamples(text, epochMsToLocal(now, zone).slice(0, 10))
  const noted: NotedSample[] = []
  for (const sample of parsed) {
    const at = instantOf(sample, zone)
    const cdrId = at === undefined ? undefined : await resolveSample(tx, key.tenantId, { ...sample, at })
    const id = newId(clock)
    await tx`
      insert into call_sample
        (id, tenant_id, ticket_id, entry_id, from_text, to_text, called_at, missing, cdr_id, created_at)
      values
        (${id}, ${key.tenantId}, ${key.ticketId}, ${entryId}, ${sample.from.slice(0, 60)}, ${sample.to.slice(0, 60)},
         ${at ?? null}, ${[...sample.missing]}::text[], ${cdrId ?? null}, ${now})`
    if (at !== undefined && sample.to !== '') {
      await enqueue(tx, clock, findingOut, { tenantId: key.tenantId, payload: { sampleId: id } })
    }
    noted.push({ id, missing: sample.missing, cdrId })
  }
  return noted
}

function instantOf({ at, offset }: ParsedSample, zone: string): number | undefined {
  if (at === undefined) return undefined
  if (offset === undefined) return localToEpochMs(at, zone)
  const suffix = /^[+-]/.test(offset) ? offset.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2') : 'Z'
  try {
    return Temporal.Instant.from(`${at.replace(' ', 'T')}${suffix}`).epochMilliseconds
  } catch {
    return undefined
  }
}
