/** Messages that callers left in mailboxes; the audio lies in the data folder under the message's id. */

import { ok, type Result } from '../../base/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchMessage, type MessageFailure } from './errors.ts'

export type NewMessage = {
  readonly id: string
  readonly extensionId: string
  readonly callId: string
  readonly fromNumber: string
  readonly fromName: string
  readonly leftAt: number
  readonly durationMs: number
}

export type VoiceMessage = NewMessage & {
  readonly customerId: string
  readonly extension: string
  readonly heardAt: number | null
}

/** Keeps a message once, however often it is told of; undefined when its extension is gone. */
export async function keepMessage(tx: Tx, message: NewMessage): Promise<string | undefined> {
  const { id, extensionId, callId, fromNumber, fromName, leftAt, durationMs } = message
  const [extension] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from extension where id = ${extensionId}`
  if (!extension) return undefined
  await tx`
    insert into voice_message (id, tenant_id, extension_id, call_id, from_number, from_name, left_at, duration_ms)
    values (${id}, ${extension.tenantId}, ${extensionId}, ${callId}, ${fromNumber}, ${fromName}, ${leftAt},
            ${durationMs})
    on conflict (id) do nothing`
  return extension.tenantId
}

/** Messages in scope that are not deleted, the newest first, one more than the page holds. */
export async function listMessages(
  tx: Tx,
  filter: { readonly extensionId?: string | undefined; readonly personId?: string | undefined },
  { after, limit }: PageRequest<['instant', 'id']>,
): Promise<VoiceMessage[]> {
  const { extensionId, personId } = filter
  return tx<VoiceMessage[]>`
    select voice_message.id, voice_message.tenant_id as "customerId", voice_message.extension_id as "extensionId",
           extension.number as extension, call_id as "callId", from_number as "fromNumber", from_name as "fromName",
           left_at as "leftAt", duration_ms as "durationMs", heard_at as "heardAt"
    from voice_message
    join extension on extension.tenant_id = voice_message.tenant_id and extension.id = voice_message.extension_id
    where deleted_at is null
      ${extensionId === undefined ? tx`` : tx`and voice_message.extension_id = ${extensionId}`}
      ${personId === undefined ? tx`` : tx`and extension.person_id = ${personId}`}
      ${after ? tx`and (left_at, voice_message.id) < (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by left_at desc, voice_message.id desc limit ${limit + 1}`
}

/** A message that is not deleted, of that person's extensions where one is named. */
export async function messageFor(
  tx: Tx,
  messageId: string,
  personId: string | undefined,
): Promise<{ extensionId: string } | undefined> {
  const [one] = await tx<{ extensionId: string }[]>`
    select voice_message.extension_id as "extensionId" from voice_message
    join extension on extension.tenant_id = voice_message.tenant_id and extension.id = voice_message.extension_id
    where voice_message.id = ${messageId} and deleted_at is null
      ${personId === undefined ? tx`` : tx`and extension.person_id = ${personId}`}`
  return one
}

/** Notes that a message was heard, or deletes it. */
export async function markMessage(
  tx: Tx,
  messageId: string,
  change: { readonly heardAt: number } | { readonly deletedAt: number },
): Promise<Result<{ id: string; extensionId: string }, MessageFailure>> {
  const changed =
    'heardAt' in change
      ? await tx<{ extensionId: string }[]>`
          update voice_message set heard_at = coalesce(heard_at, ${change.heardAt})
          where id = ${messageId} and deleted_at is null returning extension_id as "extensionId"`
      : await tx<{ extensionId: string }[]>`
          update voice_message set deleted_at = ${change.deletedAt}
          where id = ${messageId} and deleted_at is null returning extension_id as "extensionId"`
  const [one] = changed
  return one ? ok({ id: messageId, extensionId: one.extensionId }) : noSuchMessage
}

export type MessageCount = { readonly extensionId: string; readonly fresh: number; readonly old: number }

/** How many messages wait, of one extension or of all that have any. */
export async function countMessages(tx: Tx, extensionId?: string): Promise<MessageCount[]> {
  return tx<MessageCount[]>`
    select extension_id as "extensionId", count(*) filter (where heard_at is null)::integer as fresh,
           count(*) filter (where heard_at is not null)::integer as old
    from voice_message where deleted_at is null
      ${extensionId === undefined ? tx`` : tx`and extension_id = ${extensionId}`}
    group by extension_id`
}
