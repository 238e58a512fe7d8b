/** Assigns a telephone number to a customer, and routes it. */

import { newId, ok, type Clock, type E164, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { subscribe } from '../catalog/index.ts'
import { noSuchExtension, noSuchNumber, numberTaken, type NumberFailure, type RouteFailure } from './errors.ts'
import { hasExtension } from './extensions.ts'
import { termsOf, type ServiceTerms, type SoldService } from './terms.ts'

export type NumberKind = 'did' | 'tollfree' | 'mobile'

export type NewNumber = ServiceTerms & {
  readonly tenantId: string
  /** E.164 with the plus. */
  readonly number: E164
  readonly kind: NumberKind
  /** Where its calls ring; nowhere yet without one. */
  readonly extensionId?: string
}

/** Assigns a number, with its subscription. No call may show it before its emergency address is active. */
export function assignNumber(tx: Tx, clock: Clock, assigned: NewNumber): Promise<Result<SoldService, NumberFailure>> {
  const { tenantId, number, kind, extensionId } = assigned
  return allOrNothing(tx, async (inner) => {
    if (extensionId !== undefined && !(await hasExtension(inner, tenantId, extensionId))) return noSuchExtension
    const subscriptionId = await subscribe(inner, clock, termsOf(assigned))
    const id = newId(clock)
    const added = await inner`
      insert into phone_number (id, tenant_id, number, kind, route_extension_id, subscription_id, status, created_at)
      values (${id}, ${tenantId}, ${number}, ${kind}, ${extensionId ?? null}, ${subscriptionId}, 'active',
              ${clock.now()})
      on conflict (number) do nothing returning id`
    return added.length > 0 ? ok({ id, subscriptionId }) : numberTaken(number)
  })
}

/** Where a number rang before and rings now, for the audit. */
export type Rerouted = { readonly before: string | null; readonly after: string | null }

/** Lets a number in scope ring at another extension of the same customer, or (with null) nowhere. */
export async function routeNumber(
  tx: Tx,
  { numberId, extensionId }: { readonly numberId: string; readonly extensionId: string | null },
): Promise<Result<Rerouted, RouteFailure>> {
  const [number] = await tx<{ tenantId: string; before: string | null }[]>`
    select tenant_id as "tenantId", route_extension_id as before
    from phone_number where id = ${numberId} and status = 'active' for update`
  if (!number) return noSuchNumber
  if (extensionId !== null && !(await hasExtension(tx, number.tenantId, extensionId))) return noSuchExtension
  await tx`update phone_number set route_extension_id = ${extensionId} where id = ${numberId}`
  return ok({ before: number.before, after: extensionId })
}
