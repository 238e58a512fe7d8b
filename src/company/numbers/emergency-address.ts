/**
 * Where help is sent for a call from a number. "No outbound calling from a number before its address is active; an
 * address that the provider could not validate may be activated by provider staff with a reason."
 */

import { assert, newId, ok, type Clock, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import { transition, type Actor, type Machine, type TransitionFailure } from '../../platform/transitions/index.ts'
import { noSuchNumber, type AddressFailure } from './errors.ts'

export type AddressStatus = 'submitted' | 'active' | 'retired'

const staff = ['provider_admin', 'provider_noc', 'system']

/** A number has at most one active address; the one that it replaces is retired. */
export const emergencyAddressMachine: Machine<AddressStatus> = {
  entity: 'emergency_address',
  table: 'emergency_address',
  stateColumn: 'status',
  states: ['submitted', 'active', 'retired'],
  initial: ['submitted'],
  final: ['retired'],
  moves: [
    {
      from: ['submitted'],
      to: 'active',
      by: staff,
      effects: [
        {
          name: 'notes since when',
          async act(tx, rows, { at }) {
            const ids = rows.map(({ id }) => id)
            await tx`update emergency_address set activated_at = ${at} where id = any(${ids}::uuid[])`
          },
        },
      ],
    },
    { from: ['submitted', 'active'], to: 'retired', by: staff },
  ],
}

export type NewEmergencyAddress = {
  readonly tenantId: string
  readonly phoneNumberId: string
  /** Who the centre asks for. */
  readonly callerName: string
  readonly street: string
  /** Floor, suite or room; empty when there is none. */
  readonly unit: string
  readonly city: string
  readonly region: string
  readonly postalCode: string
  readonly country: string
}

/** Stores an address that is still to be activated; the one in use stays until then. Returns its id. */
export async function submitEmergencyAddress(
  tx: Tx,
  clock: Clock,
  address: NewEmergencyAddress,
): Promise<Result<string, AddressFailure>> {
  const { tenantId, phoneNumberId, callerName, street, unit, city, region, postalCode, country } = address
  const known = await tx`
    select 1 from phone_number where id = ${phoneNumberId} and tenant_id = ${tenantId} and status = 'active'`
  if (known.length === 0) return noSuchNumber
  const id = newId(clock)
  await tx`
    insert into emergency_address
      (id, tenant_id, phone_number_id, caller_name, street, unit, city, region, postal_code, country, status,
       created_at)
    values
      (${id}, ${tenantId}, ${phoneNumberId}, ${callerName}, ${street}, ${unit}, ${city}, ${region}, ${postalCode},
       ${country}, 'submitted', ${clock.now()})`
  return ok(id)
}

export type Activation = { readonly id: string; readonly actor: Actor; readonly reason: string }

/** Puts a submitted address in force, in place of the number's former one. */
export function activateEmergencyAddress(
  tx: Tx,
  clock: Clock,
  { id, actor, reason }: Activation,
): Promise<Result<true, TransitionFailure>> {
  return allOrNothing(tx, async (inner) => {
    const machine = emergencyAddressMachine
    // The number is locked, so that of two activations at once the later one finds the earlier one's address.
    await inner`
      select 1 from phone_number
      where id = (select phone_number_id from emergency_address where id = ${id}) for update`
    const former = await inner<{ id: string }[]>`
      select id from emergency_address
      where status = 'active' and phone_number_id = (select phone_number_id from emergency_address where id = ${id})
        and id <> ${id}`
    assert(former.length <= 1, 'a number has one active address')
    if (former.length > 0) {
      const ids = former.map((one) => one.id)
      const retired = await transition(inner, clock, { machine, ids, to: 'retired', actor, reason })
      if (!retired.ok) return retired
    }
    const moved = await transition(inner, clock, { machine, ids: [id], to: 'active', actor, reason })
    return moved.ok ? ok(true) : moved
  })
}

export type ListedAddress = Omit<NewEmergencyAddress, 'tenantId'> & {
  readonly id: string
  readonly customerId: string
  readonly number: string
  readonly status: AddressStatus
  readonly createdAt: number
  readonly activatedAt: number | null
}

/** The addresses of the numbers in scope, the latest first; of one number when it is named. */
export async function listEmergencyAddresses(
  tx: Tx,
  {
    phoneNumberId,
    status,
  }: { readonly phoneNumberId?: string | undefined; readonly status?: AddressStatus | undefined },
  { after, limit }: PageRequest<['id']>,
): Promise<ListedAddress[]> {
  return tx<ListedAddress[]>`
    select emergency_address.id, emergency_address.tenant_id as "customerId",
           emergency_address.phone_number_id as "phoneNumberId", phone_number.number,
           emergency_address.caller_name as "callerName", emergency_address.street, emergency_address.unit,
           emergency_address.city, emergency_address.region, emergency_address.postal_code as "postalCode",
           emergency_address.country, emergency_address.status, emergency_address.created_at as "createdAt",
           emergency_address.activated_at as "activatedAt"
    from emergency_address
    join phone_number on phone_number.tenant_id = emergency_address.tenant_id
      and phone_number.id = emergency_address.phone_number_id
    where true
      ${phoneNumberId === undefined ? tx`` : tx`and emergency_address.phone_number_id = ${phoneNumberId}`}
      ${status === undefined ? tx`` : tx`and emergency_address.status = ${status}`}
      ${after ? tx`and emergency_address.id < ${after[0]}` : tx``}
    order by emergency_address.id desc limit ${limit + 1}`
}
