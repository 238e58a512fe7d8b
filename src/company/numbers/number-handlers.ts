/** What the operations of telephone numbers and emergency addresses do. */

import { ok, type Clock } from '../../base/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { actorOf } from '../tenant/index.ts'
import { assignNumber, routeNumber } from './assign-number.ts'
import { activateEmergencyAddress, listEmergencyAddresses, submitEmergencyAddress } from './emergency-address.ts'
import { oneRouteOnly } from './errors.ts'
import { offerTo } from './offers.ts'
import type { numberOperations } from './operations.ts'
import { listNumbers } from './phone-numbers.ts'

/** Handlers of numbers and where help is sent for their calls. */
export function numberHandlers(clock: Clock): Handlers<typeof numberOperations> {
  return {
    async listNumbers({ query }, { transaction }) {
      const page = readPage(query, ['text'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listNumbers(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.number]))
    },
    assignNumber: ({ body }, { transaction, note }) =>
      transaction(async (tx) => {
        const { customerId, productCode, number, kind, extensionId, trunkId } = body
        const sale = await offerTo(tx, clock, { customerId, kind: 'number', productCode })
        if (!sale.ok) return sale
        if (extensionId !== undefined && trunkId !== undefined) return oneRouteOnly
        const toTrunk = trunkId === undefined ? {} : { trunkId }
        const ringing = extensionId === undefined ? toTrunk : { extensionId }
        const assigned = await assignNumber(tx, clock, { ...sale.value.terms, number, kind, ...ringing })
        if (!assigned.ok) return assigned
        note({ subjectKind: 'phone_number', subjectId: assigned.value.id, after: { number, kind, ...ringing } })
        return assigned
      }),
    async routeNumber({ params, body }, { transaction, note }) {
      const routed = await transaction((tx) => routeNumber(tx, { numberId: params.id, ...body }))
      if (!routed.ok) return routed
      const { before, after } = routed.value
      note({ subjectKind: 'phone_number', subjectId: params.id, before, after })
      return ok(undefined)
    },
    async listEmergencyAddresses({ query }, { transaction }) {
      const page = readPage(query, ['id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listEmergencyAddresses(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.id]))
    },
    async submitEmergencyAddress({ body }, { caller, transaction, note }) {
      const { customerId = caller.tenantId, ...address } = body
      const submitted = await transaction((tx) =>
        submitEmergencyAddress(tx, clock, { ...address, tenantId: customerId }),
      )
      if (!submitted.ok) return submitted
      note({ subjectKind: 'emergency_address', subjectId: submitted.value, after: address })
      return ok({ id: submitted.value })
    },
    async activateEmergencyAddress({ params, body }, { caller, source, transaction, note }) {
      const { reason } = body
      const actor = actorOf(caller, source)
      const done = await transaction((tx) => activateEmergencyAddress(tx, clock, { id: params.id, actor, reason }))
      if (!done.ok) return done
      note({ subjectKind: 'emergency_address', subjectId: params.id, after: { status: 'active' }, reason })
      return ok(undefined)
    },
  }
}
