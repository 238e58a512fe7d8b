/** What the operations of customers, people and brands do. */

import { fail, ok, type Clock } from '../../base/index.ts'
import { bindOperations, readPage, toPage, type BoundOperation, type Handlers } from '../../platform/http/index.ts'
import { inviteLogin } from '../../platform/identity/index.ts'
import { transition } from '../../platform/transitions/index.ts'
import { brandHandlers } from './brand-handlers.ts'
import { createCustomer } from './create-customer.ts'
import { customerMachine } from './customer-status.ts'
import { listCustomers, readCustomer } from './customers.ts'
import { noSuchCustomer, noSuchParent } from './errors.ts'
import { operations, type customerOperations, type peopleOperations } from './operations.ts'
import type { TenantOperationsParts } from './parts.ts'
import { createPerson, listPeople } from './people.ts'
import { actorOf } from './actor.ts'

/** The operations of this module, ready to be mounted. */
export function tenantOperations(parts: TenantOperationsParts): readonly BoundOperation[] {
  return bindOperations(operations, {
    ...customerHandlers(parts),
    ...peopleHandlers(parts.clock),
    ...brandHandlers(parts),
  })
}

function customerHandlers({ clock, openAccount }: TenantOperationsParts): Handlers<typeof customerOperations> {
  return {
    async listCustomers({ query }, { transaction }) {
      const page = readPage(query, ['text', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listCustomers(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.name, row.id]))
    },
    readCustomer: ({ params }, { transaction }) => transaction((tx) => readCustomer(tx, params.id)),
    createCustomer: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const { sellerId = caller.tenantId, creditLimitMicros, rateDeckId, administrator, ...wanted } = body
        const created = await createCustomer(tx, clock, { ...wanted, parentId: sellerId })
        if (!created.ok) return created
        const { tenantId } = created.value
        const opened = await openAccount(tx, { tenantId, sellerId, creditLimitMicros, rateDeckId })
        if (!opened.ok) return opened
        if (administrator) {
          const invitation = { ...administrator, tenantId, role: 'customer_admin', zone: wanted.zone } as const
          const invited = await inviteLogin(tx, clock, caller, invitation)
          if (!invited.ok) return invited
        }
        note({ subjectKind: 'customer', subjectId: tenantId, after: body })
        const customer = await readCustomer(tx, tenantId)
        // It was inserted a moment ago, in this transaction.
        return customer.ok ? customer : noSuchParent
      }),
    changeCustomerStatus: ({ params, body }, { caller, source, transaction, note }) =>
      transaction(async (tx) => {
        const before = await readCustomer(tx, params.id)
        if (!before.ok) return before
        const { to, reason } = body
        const moved = await transition(tx, clock, {
          machine: customerMachine,
          ids: [params.id],
          to,
          actor: actorOf(caller, source),
          reason,
        })
        if (!moved.ok) {
          const { code, message } = moved.failure
          if (code === 'transition.not_found' || code === 'transition.refused') return noSuchCustomer
          return fail(code, message)
        }
        note({
          subjectKind: 'customer',
          subjectId: params.id,
          before: { status: before.value.status },
          after: { status: to },
          reason,
        })
        return readCustomer(tx, params.id)
      }),
  }
}

function peopleHandlers(clock: Clock): Handlers<typeof peopleOperations> {
  return {
    async listPeople({ query }, { transaction }) {
      const page = readPage(query, ['text', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listPeople(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.name, row.id]))
    },
    createPerson: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const { customerId = caller.tenantId, name, email } = body
        const customer = await readCustomer(tx, customerId)
        if (!customer.ok) return customer
        const id = await createPerson(tx, clock, { tenantId: customerId, name, email })
        note({ subjectKind: 'person', subjectId: id, after: { name } })
        return ok({ id })
      }),
  }
}
