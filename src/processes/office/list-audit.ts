/** The audit trail as staff reads it. */

import type { Tx } from '../../platform/db/index.ts'
import type { OutputOf, PageRequest } from '../../platform/http/index.ts'
import type { staffOperations } from './staff-operations.ts'

type Entry = OutputOf<typeof staffOperations.listAudit>['items'][number] & { readonly sequence: bigint }

export type AuditFilter = {
  readonly subjectId?: string | undefined
  readonly actorId?: string | undefined
  readonly action?: string | undefined
}

/** Entries in scope, the latest first by their sequence, one more than the page holds. */
export async function listAudit(
  tx: Tx,
  { subjectId, actorId, action }: AuditFilter,
  { after, limit }: PageRequest<['number']>,
): Promise<readonly Entry[]> {
  return tx<Entry[]>`
    select audit_entry.id, audit_entry.sequence, audit_entry.tenant_id as "tenantId", tenant.name as "tenantName",
           recorded_at as "recordedAt", actor_id as "actorId", coalesce(login.name, api_key.name) as "actorName",
           actor_role as "actorRole", source_address as "sourceAddress", action, subject_kind as "subjectKind",
           subject_id as "subjectId", before, after, reason
    from audit_entry
    join tenant on tenant.id = audit_entry.tenant_id
    left join login on login.id = audit_entry.actor_id
    left join api_key on api_key.id = audit_entry.actor_id
    where true
      ${subjectId === undefined ? tx`` : tx`and audit_entry.subject_id = ${subjectId}`}
      ${actorId === undefined ? tx`` : tx`and audit_entry.actor_id = ${actorId}`}
      ${action === undefined ? tx`` : tx`and audit_entry.action = ${action}`}
      ${after ? tx`and audit_entry.sequence < ${BigInt(after[0])}` : tx``}
    order by audit_entry.sequence desc limit ${limit + 1}`
}
