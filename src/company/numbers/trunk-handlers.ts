/** What the operations of trunks do. */

import { ok, toHex } from '../../base/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { changeTrunk, renewTrunkPassword } from './change-trunk.ts'
import { FIRST_SECRET_VERSION } from './create-device.ts'
import { createTrunk, type TrunkAccess } from './create-trunk.ts'
import { offerTo } from './offers.ts'
import type { Binding, NumbersOperationsParts } from './parts.ts'
import type { trunkOperations } from './trunk-operations.ts'
import { listTrunks, type ListedTrunk } from './trunks.ts'

/** Handlers of SIP trunks. */
export function trunkHandlers(parts: NumbersOperationsParts): Handlers<typeof trunkOperations> {
  const { clock, random, secrets } = parts
  return {
    async listTrunks({ query }, { transaction }) {
      const page = readPage(query, ['id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listTrunks(tx, query, page.value))
      const { items, next } = toPage(rows, page.value.limit, (row) => [row.id])
      const bindings = await parts.bindings()
      return ok({ items: items.map((row) => shown(row, bindings)), next })
    },
    createTrunk: ({ body }, { transaction, note }) =>
      transaction(async (tx) => {
        const { customerId, productCode, address, ...wanted } = body
        const sale = await offerTo(tx, clock, { customerId, kind: 'trunk', productCode })
        if (!sale.ok) return sale
        const secretKeyId = secrets.newestKeyId()
        const sipUser = `trunk.${sale.value.accountCode.toLowerCase()}-${toHex(random(3))}`
        const access: TrunkAccess = address
          ? { mode: 'static', ...address }
          : { mode: 'registering', sipUser, secretKeyId }
        const created = await createTrunk(tx, clock, { ...sale.value.terms, ...wanted, access })
        if (!created.ok) return created
        const { id, subscriptionId } = created.value
        note({ subjectKind: 'trunk', subjectId: id, after: { ...wanted, ...(address ?? { sipUser }) } })
        const secret = { sipUser, secretKeyId, secretVersion: FIRST_SECRET_VERSION }
        const account = address ? null : { sipUser, sipPassword: secrets.passwordOf(secret) }
        return ok({ id, subscriptionId, account })
      }),
    async changeTrunk({ params, body }, { transaction, note }) {
      const changed = await transaction((tx) => changeTrunk(tx, { ...body, trunkId: params.id }))
      if (!changed.ok) return changed
      note({ subjectKind: 'trunk', subjectId: params.id, after: body })
      return ok(undefined)
    },
    async renewTrunkPassword({ params }, { transaction, note }) {
      const secretKeyId = secrets.newestKeyId()
      const renewed = await transaction((tx) => renewTrunkPassword(tx, { trunkId: params.id, secretKeyId }))
      if (!renewed.ok) return renewed
      note({ subjectKind: 'trunk', subjectId: params.id, after: { secretVersion: renewed.value.secretVersion } })
      return ok({ sipUser: renewed.value.sipUser, sipPassword: secrets.passwordOf(renewed.value) })
    },
  }
}

function shown({ host, port, ...row }: ListedTrunk, bindings: readonly Binding[] | undefined) {
  const isRegistered = bindings?.some((one) => one.sipUser === row.sipUser)
  const registering = isRegistered ? ('registered' as const) : ('not_registered' as const)
  const known = bindings ? registering : ('unknown' as const)
  return {
    ...row,
    address: host === null ? null : `${host}:${port}`,
    registration: row.mode === 'static' ? ('static' as const) : known,
  }
}
