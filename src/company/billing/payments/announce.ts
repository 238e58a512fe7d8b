/** Money that is on its way, as somebody says: it waits beside the posting queue and posts nothing. */

import { newId, type Clock, type Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'

export type ExpectedPayment = {
  readonly id: string
  readonly customerId: string | null
  readonly customerName: string | null
  readonly method: 'etransfer' | 'eft' | 'cheque'
  readonly amountMicros: Micros | null
  readonly payer: string
  readonly reference: string
  readonly note: string
  readonly source: 'mail' | 'portal'
  readonly status: 'open' | 'arrived' | 'dismissed'
  readonly createdAt: number
}

/** Notes it for a seller. */
export async function announcePayment(
  tx: Tx,
  clock: Clock,
  told: {
    readonly sellerId: string
    readonly customerId: string | null
    readonly method: ExpectedPayment['method']
    readonly amountMicros: Micros | null
    readonly payer: string
    readonly reference: string
    readonly note: string
    readonly source: 'mail' | 'portal'
    readonly createdBy: string | null
  },
): Promise<string> {
  const id = newId(clock)
  await tx`
    insert into expected_payment
      (id, tenant_id, customer_id, method, amount_micros, payer, reference, note, source, status, created_by,
       created_at)
    values
      (${id}, ${told.sellerId}, ${told.customerId}, ${told.method}, ${told.amountMicros}, ${told.payer},
       ${told.reference}, ${told.note}, ${told.source}, 'open', ${told.createdBy}, ${clock.now()})`
  return id
}

/** What is expected and did not arrive yet, the newest first. */
export function listExpected(tx: Tx, customerId?: string): Promise<readonly ExpectedPayment[]> {
  return tx<ExpectedPayment[]>`
    select expected_payment.id, customer_id as "customerId", tenant.name as "customerName", method,
           amount_micros as "amountMicros", payer, reference, note, source, expected_payment.status,
           expected_payment.created_at as "createdAt"
    from expected_payment left join tenant on tenant.id = customer_id
    where expected_payment.status = 'open' ${customerId === undefined ? tx`` : tx`and customer_id = ${customerId}`}
    order by expected_payment.created_at desc limit 200`
}
