/** People of a customer: who has an extension, who may sign in as a phone user. */

import { newId, type Clock } from '../../base/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type NewPerson = { readonly tenantId: string; readonly name: string; readonly email: string }

/** Adds a person to a customer and returns the id. */
export async function createPerson(tx: Tx, clock: Clock, { tenantId, name, email }: NewPerson): Promise<string> {
  const id = newId(clock)
  await tx`
    insert into person (id, tenant_id, name, email, status, created_at)
    values (${id}, ${tenantId}, ${name}, ${email}, 'active', ${clock.now()})`
  return id
}

export type ListedPerson = {
  readonly id: string
  readonly customerId: string
  readonly customerName: string
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'removed'
  readonly createdAt: number
}

export type PersonFilter = { readonly customerId?: string | undefined; readonly search?: string | undefined }

/** People in scope by name, one more than the page holds. */
export async function listPeople(
  tx: Tx,
  filter: PersonFilter,
  { after, limit }: PageRequest<['text', 'id']>,
): Promise<ListedPerson[]> {
  const { customerId, search } = filter
  return tx<ListedPerson[]>`
    select person.id, person.tenant_id as "customerId", tenant.name as "customerName", person.name, person.email,
           person.status, person.created_at as "createdAt"
    from person join tenant on tenant.id = person.tenant_id
    where true
      ${customerId === undefined ? tx`` : tx`and person.tenant_id = ${customerId}`}
      ${search ? tx`and strpos(lower(person.name || ' ' || person.email), lower(${search}::text)) > 0` : tx``}
      ${after ? tx`and (person.name collate "C", person.id) > (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by person.name collate "C", person.id limit ${limit + 1}`
}

/** Whether a person that this transaction may see belongs to that customer and is still there. */
export async function isPersonOf(tx: Tx, customerId: string, personId: string): Promise<boolean> {
  const found = await tx`
    select 1 from person where id = ${personId} and tenant_id = ${customerId} and status = 'active'`
  return found.length > 0
}
