/** Adds what somebody said to a ticket, and what follows from it for its clocks. */

import { createHash } from 'node:crypto'
import { newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { TicketKey } from '../sla/keep-clocks.ts'

export type Attachment = { readonly name: string; readonly mediaType: string; readonly content: Buffer }

export type NewEntry = {
  readonly kind: 'public' | 'internal' | 'system' | 'call'
  readonly authorTenantId: string | undefined
  readonly authorId: string | undefined
  readonly authorName: string
  readonly byStaff: boolean
  readonly body: string
  readonly data?: unknown
  readonly attachments?: readonly Attachment[]
}

/** Writes an entry with its attachments; returns its id. */
export async function addEntry(tx: Tx, clock: Clock, key: TicketKey, entry: NewEntry): Promise<string> {
  const id = newId(clock)
  const { ticketId, tenantId } = key
  const now = clock.now()
  await tx`
    insert into ticket_entry
      (id, tenant_id, ticket_id, kind, author_tenant_id, author_id, author_name, by_staff, body, data, created_at)
    values
      (${id}, ${tenantId}, ${ticketId}, ${entry.kind}, ${entry.authorTenantId ?? null}, ${entry.authorId ?? null},
       ${entry.authorName.slice(0, 200)}, ${entry.byStaff}, ${entry.body},
       ${entry.data === undefined ? null : JSON.stringify(entry.data)}::text::jsonb, ${now})`
  for (const { name, mediaType, content } of entry.attachments ?? []) {
    const sha256 = createHash('sha256').update(content).digest()
    await tx`
      insert into ticket_attachment (id, tenant_id, ticket_id, entry_id, name, media_type, bytes, sha256, content)
      values (${newId(clock)}, ${tenantId}, ${ticketId}, ${id}, ${plainName(name)}, ${mediaType.slice(0, 120)},
              ${content.length}, ${sha256}, ${content})`
  }
  await tx`update ticket set updated_at = ${now}, version = version + 1 where id = ${ticketId}`
  return id
}

/** The house says something itself; everybody reads it. */
export function addNotice(
  tx: Tx,
  clock: Clock,
  key: TicketKey,
  notice: { readonly kind: 'public' | 'system'; readonly body: string; readonly data?: unknown },
): Promise<string> {
  const house = { authorTenantId: undefined, authorId: undefined, authorName: '', byStaff: false }
  return addEntry(tx, clock, key, { ...house, ...notice })
}

/** A file name without a path and without what a header could not carry. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\\/"]/gu, '_').trim()
  return plain === '' ? 'attachment' : plain.slice(0, 200)
}
