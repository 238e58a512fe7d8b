/** The audit trail: who did what, from where, old and new, why; written in the transaction of the act. */

import { newId, type Clock } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'

export type AuditEntry = {
  readonly tenantId: string
  readonly actorId: string | undefined
  /** A role, or `public` and `system` for acts without a caller. */
  readonly actorRole: string
  /** The login through whose eyes the actor looks: the entry stands in his company's book too. */
  readonly onBehalfOf?: string | undefined
  readonly source: string | undefined
  /** `module.act`, or the name of an operation. */
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string | undefined
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | undefined
}

const REASON_MAX = 1000

/** Adds an entry; bigint values inside `before` and `after` are written as decimal texts. */
export async function recordAudit(tx: Tx, clock: Clock, entry: AuditEntry): Promise<void> {
  const id = newId(clock)
  await tx`
    insert into audit_entry
      (id, tenant_id, recorded_at, actor_id, actor_role, on_behalf_of, source_address, action, subject_kind,
       subject_id, before, after, reason)
    values
      (${id}, ${entry.tenantId}, ${clock.now()}, ${entry.actorId ?? null}, ${entry.actorRole},
       ${entry.onBehalfOf ?? null}, ${entry.source ?? null}, ${entry.action}, ${entry.subjectKind},
       ${entry.subjectId ?? null},
       ${jsonText(entry.before)}::text::jsonb, ${jsonText(entry.after)}::text::jsonb,
       ${entry.reason?.slice(0, REASON_MAX) ?? null})`
  if (entry.onBehalfOf !== undefined) await tx`select dialhouse_audit_twice(${id}, ${newId(clock)})`
}

function jsonText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part))
}
