/** Assigns a telephone number to a customer, and routes it. */

import { assert, newId, ok, type Clock, type E164, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { subscribe } from '../catalog/index.ts'
import {
  noSuchExtension,
  noSuchNumber,
  noSuchTrunk,
  numberTaken,
  oneRouteOnly,
  type NumberFailure,
  type RouteFailure,
} from './errors.ts'
import { hasExtension } from './extensions.ts'
import { hasTrunk } from './trunks.ts'
import { termsOf, type ServiceTerms, type SoldService } from './terms.ts'

export type NumberKind = 'did' | 'tollfree' | 'mobile'

export type NewNumber = ServiceTerms & {
  readonly tenantId: string
  /** E.164 with the plus. */
  readonly number: E164
  readonly kind: NumberKind
  /** Where its calls ring, one of both; nowhere yet without one. */
  readonly extensionId?: string
  readonly trunkId?: string
}

/** Assigns a number, with its subscription. No call may show it before its emergency address is active. */
export function assignNumber(tx: Tx, clock: Clock, assigned: NewNumber): Promise<Result<SoldService, NumberFailure>> {
  const { tenantId, number, kind, extensionId, trunkId } = assigned
  assert(extensionId === undefined || trunkId === undefined, 'a number rings at one place')
  return allOrNothing(tx, async (inner) => {
    if (extensionId !== undefined && !(await hasExtension(inner, tenantId, extensionId))) return noSuchExtension
    if (trunkId !== undefined && !(await hasTrunk(inner, tenantId, trunkId))) return noSuchTrunk
    const subscriptionId = await subscribe(inner, clock, termsOf(assigned))
    const id = newId(clock)
    const added = await inner`
      insert into phone_number
        (id, tenant_id, number, kind, route_extension_id, route_trunk_id, subscription_id, status, created_at)
      values
        (${id}, ${tenantId}, ${number}, ${kind}, ${extensionId ?? null}, ${trunkId ?? null}, ${subscriptionId},
         'active', ${clock.now()})
      on conflict (number) do nothing returning id`
    return added.length > 0 ? ok({ id, subscriptionId }) : numberTaken(number)
  })
}

/** Where a number rings: an extension, a trunk, or neither. */
export type NumberRoute = { readonly extensionId: string | null; readonly trunkId: string | null }

/** Where a number rang before and rings now, for the audit. */
export type Rerouted = { readonly before: NumberRoute; readonly after: NumberRoute }

/** Lets a number in scope ring at another extension or trunk of the same customer, or (with null) nowhere. */
export async function routeNumber(
  tx: Tx,
  {
    numberId,
    extensionId,
    trunkId = null,
  }: { readonly numberId: string; readonly extensionId: string | null; readonly trunkId?: string | null | undefined },
): Promise<Result<Rerouted, RouteFailure>> {
  const [number] = await tx<(NumberRoute & { tenantId: string })[]>`
    select tenant_id as "tenantId", route_extension_id as "extensionId", route_trunk_id as "trunkId"
    from phone_number where id = ${numberId} and status = 'active' for update`
  if (!number) return noSuchNumber
  const { tenantId, ...before } = number
  if (extensionId !== null && trunkId !== null) return oneRouteOnly
  if (extensionId !== null && !(await hasExtension(tx, tenantId, extensionId))) return noSuchExtension
  if (trunkId !== null && !(await hasTrunk(tx, tenantId, trunkId))) return noSuchTrunk
  await tx`
    update phone_number set route_extension_id = ${extensionId}, route_trunk_id = ${trunkId} where id = ${numberId}`
  return ok({ before, after: { extensionId, trunkId } })
}
