/** Charge lines of partners, in the caller's scope: a partner sees his own and those below him, a customer none. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'

export type WholesaleRow = {
  readonly cdrId: string
  readonly tenantId: string
  readonly level: number
  readonly occurredAt: number
  readonly destination: string | null
  readonly billedSeconds: number
  readonly chargeMicros: Micros
  readonly currency: string
  readonly explanation: string[]
}

/** The newest lines, one more than the page holds; of one partner or of all. */
export async function newestWholesale(
  tx: Tx,
  tenantId: string | undefined,
  { after, limit }: PageRequest<['instant', 'id']>,
): Promise<readonly WholesaleRow[]> {
  return tx<WholesaleRow[]>`
    select cdr_id as "cdrId", tenant_id as "tenantId", level, occurred_at as "occurredAt",
           destination_name as destination, billed_seconds as "billedSeconds", charge_micros as "chargeMicros",
           currency, explanation
    from cdr_charge
    where true
      ${tenantId === undefined ? tx`` : tx`and tenant_id = ${tenantId}`}
      ${after ? tx`and (occurred_at, cdr_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : tx``}
    order by occurred_at desc, cdr_id desc, level limit ${limit + 1}`
}
