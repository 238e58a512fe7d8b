/** What the operations of carriers do. */

import { ok } from '../../base/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { setCarrierCredentials } from './carrier-credentials.ts'
import { changeCarrier } from './change-carrier.ts'
import { addCarrier, addCarrierRoute, listCarriers } from './carriers.ts'
import { listCostDecks, setCostDeck } from './cost-deck.ts'
import type { carrierOperations } from './carrier-operations.ts'
import type { CarrierState, NumbersOperationsParts } from './parts.ts'

/** Handlers of carriers and their routes. */
export function carrierHandlers(parts: NumbersOperationsParts): Handlers<typeof carrierOperations> {
  const { clock } = parts
  return {
    async listCarriers(_, { transaction }) {
      const items = await transaction(listCarriers)
      const health = await parts.carrierHealth()
      const shown = items.map((one) => ({ ...one, ...stateOf(one.id, health), routes: [...one.routes] }))
      return ok({ items: shown })
    },
    async addCarrier({ body }, { caller, transaction, note }) {
      const id = await transaction((tx) => addCarrier(tx, clock, { ...body, tenantId: caller.tenantId }))
      note({ subjectKind: 'carrier', subjectId: id, after: body })
      return ok({ id })
    },
    async changeCarrier({ params, body }, { transaction, note }) {
      const changed = await transaction((tx) => changeCarrier(tx, { ...body, carrierId: params.id }))
      if (!changed.ok) return changed
      note({ subjectKind: 'carrier', subjectId: params.id, after: body })
      return ok(undefined)
    },
    async setCarrierCredentials({ params, body }, { transaction, note }) {
      const { credentials } = body
      const sealed = credentials && parts.secrets.sealForCarrier(params.id, credentials.password)
      const kept = credentials && sealed ? { user: credentials.user, realm: credentials.realm, sealed } : null
      const set = await transaction((tx) => setCarrierCredentials(tx, { carrierId: params.id, credentials: kept }))
      if (!set.ok) return set
      const after = { authUser: credentials?.user ?? null, authRealm: credentials?.realm ?? null }
      note({ subjectKind: 'carrier', subjectId: params.id, after })
      return ok(undefined)
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

function stateOf(carrierId: string, health: readonly CarrierState[] | undefined) {
  const known = health?.find((one) => one.carrierId === carrierId)
  return {
    state: known?.state ?? ('unknown' as const),
    stateSince: known?.changedAt ?? null,
    lastSign: known?.detail ?? '',
    latencyMs: known?.latencyMs ?? null,
    registrationState: known?.registration ?? null,
    calls: known?.calls ?? 0,
  }
}
