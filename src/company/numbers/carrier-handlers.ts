/** What the operations of carriers do. */

import { ok, type Clock } from '../../base/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { addCarrier, addCarrierRoute, listCarriers } from './carriers.ts'
import { listCostDecks, setCostDeck } from './cost-deck.ts'
import type { carrierOperations } from './operations.ts'

/** Handlers of carriers and their routes. */
export function carrierHandlers(clock: Clock): Handlers<typeof carrierOperations> {
  return {
    async listCarriers(_, { transaction }) {
      const items = await transaction(listCarriers)
      return ok({ items: items.map((one) => ({ ...one, routes: [...one.routes] })) })
    },
    async addCarrier({ body }, { caller, transaction, note }) {
      const id = await transaction((tx) => addCarrier(tx, clock, { ...body, tenantId: caller.tenantId }))
      note({ subjectKind: 'carrier', subjectId: id, after: body })
      return ok({ id })
    },
    async addCarrierRoute({ params, body }, { caller, transaction, note }) {
      const { tenantId } = caller
      const added = await transaction((tx) => addCarrierRoute(tx, clock, { ...body, tenantId, carrierId: params.id }))
      if (!added.ok) return added
      note({ subjectKind: 'carrier', subjectId: params.id, after: { route: added.value, ...body } })
      return ok({ id: added.value })
    },
    async listCostDecks(_, { transaction }) {
      return ok({ items: [...(await transaction(listCostDecks))] })
    },
    async setCostDeck({ params, body }, { transaction, note }) {
      const set = await transaction((tx) => setCostDeck(tx, { carrierId: params.id, ...body }))
      if (!set.ok) return set
      note({ subjectKind: 'carrier', subjectId: params.id, after: body })
      return ok({})
    },
  }
}
