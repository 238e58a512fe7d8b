/**
 * Whether a customer is served. "Suspended for non-payment: outbound paid calls refused; inbound and on-net work;
 * emergency and its call-back always work. Terminated = devices no longer register, after notice."
 * The machine moves the tenant, which decides who may sign in; the customer's row, which the switch reads, follows.
 */

import type { Effect, Guard, Machine } from '../../platform/transitions/index.ts'

export type CustomerStatus = 'active' | 'suspended' | 'terminated'

const isCustomer: Guard = {
  name: 'it is a customer',
  async refuse(tx, rows) {
    const ids = rows.map(({ id }) => id)
    const others = await tx<{ id: string }[]>`
      select id from tenant where id = any(${ids}::uuid[]) and kind <> 'customer'`
    return new Map(others.map(({ id }) => [id, 'only customers are suspended or terminated here']))
  },
}

const tellSwitch: Effect = {
  name: 'the switch treats its calls accordingly',
  async act(tx, rows, { to }) {
    await tx`update customer set status = ${to} where tenant_id = any(${rows.map(({ id }) => id)}::uuid[])`
  },
}

const sellers = ['provider_admin', 'partner_admin', 'system']
const shared = { guards: [isCustomer], effects: [tellSwitch] }

/** The states of a customer and who moves it between them. */
export const customerMachine: Machine<CustomerStatus> = {
  entity: 'customer',
  table: 'tenant',
  stateColumn: 'status',
  states: ['active', 'suspended', 'terminated'],
  initial: ['active'],
  final: ['terminated'],
  moves: [
    { from: ['active'], to: 'suspended', by: sellers, ...shared },
    { from: ['suspended'], to: 'active', by: sellers, ...shared },
    { from: ['active', 'suspended'], to: 'terminated', by: sellers, ...shared },
  ],
}
