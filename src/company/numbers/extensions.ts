/** Extensions as their customer sees them. */

import type { PageRequest } from '../../platform/http/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type ListedExtension = {
  readonly id: string
  readonly customerId: string
  readonly customerName: string
  readonly number: string
  readonly name: string
  readonly personId: string | null
  readonly personName: string | null
  readonly createdAt: number
  readonly forward: ForwardRules
}

/** Where its calls go on to, as dialled from the extension: an extension of the customer, or a telephone number. */
export type ForwardRules = {
  readonly always: string | null
  readonly busy: string | null
  readonly noAnswer: string | null
  /** How long it rings before nobody answers. */
  readonly afterSeconds: number
}

export type ServiceFilter = {
  readonly customerId?: string | undefined
  /** Part of a number or name, in any case. */
  readonly search?: string | undefined
}

/** Whether a customer has an active extension of that id. */
export async function hasExtension(tx: Tx, tenantId: string, extensionId: string): Promise<boolean> {
  const found = await tx`
    select 1 from extension where id = ${extensionId} and tenant_id = ${tenantId} and status = 'active'`
  return found.length > 0
}

/** Active extensions in scope by number, one more than the page holds. */
export async function listExtensions(
  tx: Tx,
  { customerId, search }: ServiceFilter,
  { after, limit }: PageRequest<['text', 'id']>,
): Promise<ListedExtension[]> {
  return tx<ListedExtension[]>`
    select extension.id, extension.tenant_id as "customerId", tenant.name as "customerName", extension.number,
           extension.name, extension.person_id as "personId", person.name as "personName",
           extension.created_at as "createdAt",
           json_build_object('always', forward_always, 'busy', forward_busy, 'noAnswer', forward_no_answer,
                             'afterSeconds', forward_after_seconds) as forward
    from extension
    join tenant on tenant.id = extension.tenant_id
    left join person on person.tenant_id = extension.tenant_id and person.id = extension.person_id
    where extension.status = 'active'
      ${customerId === undefined ? tx`` : tx`and extension.tenant_id = ${customerId}`}
      ${search ? tx`and strpos(lower(extension.number || ' ' || extension.name), lower(${search}::text)) > 0` : tx``}
      ${after ? tx`and (extension.number collate "C", extension.id) > (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by extension.number collate "C", extension.id limit ${limit + 1}`
}
