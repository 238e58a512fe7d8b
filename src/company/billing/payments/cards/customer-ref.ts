/** A customer at the processor of its seller: made when it is first needed, once. */

import { ok, type Result } from '../../../../base/index.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import type { PayerAccount } from '../payer.ts'
import type { CardGateway, GatewayFailure } from './gateway.ts'

/** The processor's name of a payer. */
export async function customerRefOf(
  parts: PaymentParts,
  gateway: CardGateway,
  { tenantId, name }: PayerAccount,
): Promise<Result<string, GatewayFailure>> {
  const [known] = await inHouse(
    parts,
    (tx) => tx<{ ref: string }[]>`select customer_ref as ref from gateway_customer where tenant_id = ${tenantId}`,
  )
  if (known) return ok(known.ref)
  const made = await gateway.createCustomer({ key: `customer-${tenantId}`, name, tenantId })
  if (!made.ok) return made
  const [row] = await inHouse(parts, async (tx) => {
    await tx`
      insert into gateway_customer (tenant_id, customer_ref, created_at)
      values (${tenantId}, ${made.value}, ${parts.clock.now()}) on conflict (tenant_id) do nothing`
    return tx<{ ref: string }[]>`select customer_ref as ref from gateway_customer where tenant_id = ${tenantId}`
  })
  return ok(row!.ref)
}
