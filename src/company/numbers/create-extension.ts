/** Creates an extension: the short number under which a person or a room is called inside a customer. */

import { newId, ok, type Clock, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { subscribe } from '../catalog/index.ts'
import { extensionTaken, type ExtensionFailure } from './errors.ts'
import { termsOf, type ServiceTerms, type SoldService } from './terms.ts'

export type NewExtension = ServiceTerms & {
  readonly tenantId: string
  /** Two to six digits, unique among the customer's active extensions. */
  readonly number: string
  readonly name: string
  readonly personId?: string
}

/** "An extension cannot exist without the subscription line that bills or exempts it": both or neither. */
export function createExtension(
  tx: Tx,
  clock: Clock,
  extension: NewExtension,
): Promise<Result<SoldService, ExtensionFailure>> {
  const { tenantId, number, name, personId } = extension
  return allOrNothing(tx, async (inner) => {
    const subscriptionId = await subscribe(inner, clock, termsOf(extension))
    const id = newId(clock)
    const added = await inner`
      insert into extension (id, tenant_id, number, name, person_id, subscription_id, status, created_at)
      values (${id}, ${tenantId}, ${number}, ${name}, ${personId ?? null}, ${subscriptionId}, 'active', ${clock.now()})
      on conflict (tenant_id, number) where status = 'active' do nothing returning id`
    return added.length > 0 ? ok({ id, subscriptionId }) : extensionTaken(number)
  })
}
