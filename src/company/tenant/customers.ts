/** Customers as those above them see them. */

import { ok, type Result } from '../../base/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchCustomer, type CustomerFailure } from './errors.ts'
import type { CustomerStatus } from './customer-status.ts'

export type ListedCustomer = {
  readonly id: string
  readonly name: string
  readonly accountCode: string
  readonly country: string
  readonly areaCode: string
  readonly zone: string
  readonly status: CustomerStatus
  /** The provider or partner who serves it; null when it stands outside the reader's scope. */
  readonly sellerId: string | null
  readonly sellerName: string | null
  readonly createdAt: number
}

export type CustomerFilter = {
  /** Part of a name or account ID, in any case. */
  readonly search?: string | undefined
  readonly status?: CustomerStatus | undefined
  readonly sellerId?: string | undefined
}

/** Customers in scope by name, one more than the page holds. */
export async function listCustomers(
  tx: Tx,
  filter: CustomerFilter,
  { after, limit }: PageRequest<['text', 'id']>,
): Promise<ListedCustomer[]> {
  const { search, status, sellerId } = filter
  return tx<ListedCustomer[]>`
    ${customersOf(tx)}
    where true
      ${search ? tx`and strpos(lower(tenant.name || ' ' || customer.account_code), lower(${search}::text)) > 0` : tx``}
      ${status === undefined ? tx`` : tx`and customer.status = ${status}`}
      ${sellerId === undefined ? tx`` : tx`and tenant.parent_id = ${sellerId}`}
      ${after ? tx`and (tenant.name collate "C", tenant.id) > (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by tenant.name collate "C", tenant.id limit ${limit + 1}`
}

/** One customer in scope. */
export async function readCustomer(tx: Tx, id: string): Promise<Result<ListedCustomer, CustomerFailure>> {
  const [found] = await tx<ListedCustomer[]>`${customersOf(tx)} where customer.tenant_id = ${id}`
  return found ? ok(found) : noSuchCustomer
}

function customersOf(tx: Tx) {
  return tx`
    select customer.tenant_id as id, tenant.name, customer.account_code as "accountCode", customer.country,
           customer.area_code as "areaCode", customer.zone, customer.status, seller.id as "sellerId",
           seller.name as "sellerName", customer.created_at as "createdAt"
    from customer
    join tenant on tenant.id = customer.tenant_id
    left join tenant seller on seller.id = tenant.parent_id`
}
