/**
 * Finds out what went wrong with the call of a sample: record, ladder and media of the ticket's own tenant are looked
 * at, never those of another one, and the causes are kept with the ticket.
 */

import type { Clock, Log } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { handling, jobKind, writeEvents, type JobHandling } from '../../../platform/jobs/index.ts'
import { findCallTrace } from '../../../network/trace/index.ts'
import { rankOf, type Severity } from '../sla/policy.ts'
import { diagnose } from './diagnose.ts'
import type { CallFacts, LegMedia, SeenMessage } from './evidence.ts'
import type { Finding } from './finding.ts'
import { resolveSample } from './resolve-sample.ts'

/** Put aside with every complete sample; a record that is not stored yet is looked for again. */
export const findingOut = jobKind<{ sampleId: string }>('support.find-out', {
  attempts: 4,
  firstRetryMs: 20_000,
  timeLimitMs: 30_000,
})

export type FindOutParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly traceFolder: string
  /** Has `signal` write what it still holds of the trace. */
  readonly flushTrace: () => Promise<void>
}

type Sample = {
  readonly ticketId: string
  readonly tenantId: string
  readonly path: string
  readonly from: string
  readonly to: string
  readonly at: number | null
  readonly cdrId: string | null
}

/** The job. */
export function findOutHandling(parts: FindOutParts): JobHandling {
  return handling(findingOut, async ({ sampleId }, job) => {
    const { db } = parts
    const sample = await db.asService((tx) => sampleOf(tx, sampleId))
    if (!sample || sample.at === null) return
    const scope = { tenantPath: sample.path }
    const wanted = { from: sample.from, to: sample.to, at: sample.at }
    const cdrId = sample.cdrId ?? (await db.as(scope, (tx) => resolveSample(tx, sample.tenantId, wanted)))
    const record = cdrId === undefined ? undefined : await db.as(scope, (tx) => recordOf(tx, cdrId))
    if (!record || cdrId === undefined) {
      if (job.attempt < findingOut.attempts) {
        return { ok: false, failure: { code: 'support.no_such_call', message: 'no record fits this sample yet' } }
      }
      return
    }
    const messages = await messagesOf(parts, record.callId, sample.path)
    const finding = diagnose({ call: record, messages, media: mediaOf(record.quality) })
    await db.asService((tx) => keep(tx, parts.clock, { sampleId, sample, cdrId, finding }))
  })
}

async function sampleOf(tx: Tx, sampleId: string): Promise<Sample | undefined> {
  const [row] = await tx<Sample[]>`
    select ticket_id as "ticketId", call_sample.tenant_id as "tenantId", tenant.path, from_text as "from",
           to_text as "to", called_at as at, cdr_id as "cdrId"
    from call_sample join tenant on tenant.id = call_sample.tenant_id where call_sample.id = ${sampleId}`
  return row
}

type StoredCall = CallFacts & { readonly callId: string; readonly quality: unknown }

async function recordOf(tx: Tx, cdrId: string): Promise<StoredCall | undefined> {
  const [row] = await tx<StoredCall[]>`
    select call_id as "callId", direction, class, from_number as "from", to_number as "to", started_at as "startedAt",
           ringing_at as "ringingAt", answered_at as "answeredAt", ended_at as "endedAt", ended_by as "endedBy",
           hangup_cause as "hangupCause", sip_status as "sipStatus", estimated, quality
    from cdr where id = ${cdrId}`
  return row
}

/** Messages of the tenant's own legs, and of legs that are nobody's, such as a carrier's. */
async function messagesOf(
  { db, traceFolder, flushTrace }: FindOutParts,
  callId: string,
  path: string,
): Promise<SeenMessage[]> {
  await flushTrace()
  const trace = await findCallTrace(traceFolder, callId)
  if (!trace) return []
  const owners = trace.legs.flatMap(({ tenantId }) => tenantId ?? [])
  const rows = await db.as(
    { tenantPath: path },
    (tx) => tx<{ id: string }[]>`select id from tenant where id = any(${owners}::uuid[])`,
  )
  const own = new Set(rows.map(({ id }) => id))
  const legs = new Set(
    trace.legs.filter(({ tenantId }) => tenantId === undefined || own.has(tenantId)).map(({ sipCallId }) => sipCallId),
  )
  return trace.messages
    .filter(({ sipCallId }) => legs.has(sipCallId))
    .map(({ at, direction, remote, sipCallId, bytes }) => ({
      at,
      direction,
      remote: `${remote.address}:${remote.port}`,
      leg: sipCallId,
      text: bytes.toString('utf8'),
    }))
}

/** What the media process counted, as the record holds it; nothing of what does not look like it. */
function mediaOf(quality: unknown): LegMedia[] {
  if (!Array.isArray(quality)) return []
  return quality.filter(
    (leg): leg is LegMedia =>
      typeof leg === 'object' && leg !== null && typeof (leg as LegMedia).packetsIn === 'number',
  )
}

type Kept = {
  readonly sampleId: string
  readonly sample: Sample
  readonly cdrId: string
  readonly finding: Finding
}

async function keep(tx: Tx, clock: Clock, { sampleId, sample, cdrId, finding }: Kept): Promise<void> {
  const severity = finding.causes
    .flatMap((cause) => cause.severity ?? [])
    .reduce<Severity | undefined>((worst, one) => (worst && rankOf(worst) <= rankOf(one) ? worst : one), undefined)
  const text = JSON.stringify({ ...finding, severity })
  await tx`
    update call_sample set finding = ${text}::text::jsonb, found_at = ${clock.now()}, cdr_id = ${cdrId}
    where id = ${sampleId}`
  const { tenantId, ticketId } = sample
  const payload = { id: ticketId, sampleId, causes: finding.causes.map(({ code }) => code), severity }
  await writeEvents(tx, clock, [{ tenantId, topic: 'ticket.diagnosed', payload }])
}
