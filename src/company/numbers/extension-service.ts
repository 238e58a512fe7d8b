/** What an extension can be instead of a person: a menu, a conference room, a group of members. */

import { z } from 'zod'
import { ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchExtension, noSuchMember, type ServiceFailure } from './errors.ts'

/** An announcement of the catalogue, or audio of the customer's own. */
const promptName = z.string().regex(/^[a-z0-9_/-]{1,80}$/, 'a name of the catalogue, or of audio of your own')
export type PromptName = z.infer<typeof promptName>

const dialled = z.string().regex(/^(\+?[0-9]{2,15}|\*98([0-9]{2,6})?)$/, 'an extension, a telephone number, or *98')
const choice = z.union([z.object({ dial: dialled }), z.literal('again'), z.literal('hangUp')])
/** Where a key, an end or a failure leads: a number as dialled inside the customer, the same again, or the end. */
export type Choice = z.infer<typeof choice>

const menu = z.object({
  kind: z.literal('menu'),
  greeting: z.array(promptName).min(1).max(5),
  /** By key: `0` to `9`, `*`, `#`. */
  keys: z.record(z.string().regex(/^[0-9*#]$/, 'one key of a telephone'), choice),
  /** An extension may be dialled at once, without a key before it. */
  dialsExtensions: z.boolean(),
  waitSeconds: z.int().min(2).max(30),
  /** How often the greeting is said before `otherwise`. */
  tries: z.int().min(1).max(5),
  otherwise: choice,
})
export type MenuService = z.infer<typeof menu>

const conference = z.object({
  kind: z.literal('conference'),
  /** Digits that let people in; null lets everybody in. */
  pin: z
    .string()
    .regex(/^[0-9]{3,10}$/, 'three to ten digits')
    .nullable(),
})
export type ConferenceService = z.infer<typeof conference>

const group = z.object({
  kind: z.literal('group'),
  memberIds: z.array(z.uuid()).min(1).max(50),
  strategy: z.enum(['together', 'inOrder']),
  /** How long each member, or all together, are rung. */
  ringSeconds: z.int().min(5).max(55),
})
export type GroupService = z.infer<typeof group>

export const extensionService = z.discriminatedUnion('kind', [menu, conference, group])
export type ExtensionService = z.infer<typeof extensionService>

export type ServiceOf = { readonly extensionId: string; readonly service: ExtensionService }

/** Makes an extension that service from now on; calls in progress go on as they are. */
export async function setService(
  tx: Tx,
  clock: Clock,
  { extensionId, service }: ServiceOf,
): Promise<Result<{ id: string }, ServiceFailure>> {
  const [extension] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from extension where id = ${extensionId} and status = 'active' for update`
  if (!extension) return noSuchExtension
  const { tenantId } = extension
  if (service.kind === 'group') {
    const members = await tx<{ id: string }[]>`
      select id from extension where id = any(${service.memberIds}::uuid[]) and tenant_id = ${tenantId}
        and status = 'active' and id <> ${extensionId}`
    if (members.length < new Set(service.memberIds).size) return noSuchMember
  }
  await tx`
    insert into extension_service (tenant_id, extension_id, kind, settings, changed_at)
    values (${tenantId}, ${extensionId}, ${service.kind}, ${JSON.stringify(service)}::text::jsonb, ${clock.now()})
    on conflict (tenant_id, extension_id) do update set kind = excluded.kind, settings = excluded.settings,
      changed_at = excluded.changed_at`
  return ok({ id: extensionId })
}

/** Makes it a person's extension again. */
export async function removeService(
  tx: Tx,
  extensionId: string,
): Promise<Result<{ id: string }, typeof noSuchExtension.failure>> {
  const removed = await tx`delete from extension_service where extension_id = ${extensionId} returning extension_id`
  return removed.length > 0 ? ok({ id: extensionId }) : noSuchExtension
}
