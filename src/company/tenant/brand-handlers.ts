/** What the operations of brands do. */

import { ok } from '../../base/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { setBankDetails } from './bank-details.ts'
import { changeBrand, listBrands, type ListedBrand } from './brand.ts'
import { removeLogo, setLogo } from './brand-logo.ts'
import type { brandOperations } from './brand-operations.ts'
import { noSuchBrand } from './errors.ts'
import type { TenantOperationsParts } from './parts.ts'

type Parts = Pick<TenantOperationsParts, 'clock' | 'bankDetailsOf' | 'secretBox'>

/** Handlers of brands. */
export function brandHandlers({ clock, bankDetailsOf, secretBox }: Parts): Handlers<typeof brandOperations> {
  return {
    async listBrands(_, { transaction }) {
      return ok({ items: (await transaction(listBrands)).map(toWire) })
    },
    changeBrand: ({ params, body }, { transaction, note }) =>
      transaction(async (tx) => {
        const named = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
        const changed = await changeBrand(tx, params.id, named)
        if (!changed.ok) return changed
        const { before, after } = changed.value
        note({ subjectKind: 'brand', subjectId: params.id, ...differing(before, after) })
        return ok(toWire(after))
      }),
    setLogo: ({ params, body }, { transaction, note }) =>
      transaction(async (tx) => {
        const set = await setLogo(tx, clock, params.id, Buffer.from(body.base64, 'base64'))
        if (!set.ok) return set
        note({ subjectKind: 'brand', subjectId: params.id, after: { logoSha256: set.value } })
        return ok({ sha256: set.value })
      }),
    removeLogo: ({ params }, { transaction, note }) =>
      transaction(async (tx) => {
        if (!(await listBrands(tx)).some((one) => one.tenantId === params.id)) return noSuchBrand
        await removeLogo(tx, params.id)
        note({ subjectKind: 'brand', subjectId: params.id, after: { logoSha256: null } })
        return ok(undefined)
      }),
    setBankDetails: ({ params, body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        if (!(await listBrands(tx)).some((one) => one.tenantId === params.id)) return noSuchBrand
        await setBankDetails(tx, clock, secretBox, { tenantId: params.id, rows: body.rows, setBy: subjectOf(caller) })
        // What they are is not in the audit: it is readable for more people than they are.
        note({ subjectKind: 'brand', subjectId: params.id, after: { bankDetails: body.rows.map((row) => row.label) } })
        return ok(undefined)
      }),
    async revealBankDetails(_, { caller, note }) {
      const { tenantId, rows } = await bankDetailsOf(caller.tenantId)
      note({ subjectKind: 'brand', ...(tenantId === undefined ? {} : { subjectId: tenantId }) })
      return ok({ rows: [...rows] })
    },
  }
}

function toWire(brand: ListedBrand) {
  const hours = brand.hours.map((one) => ({ ...one, days: [...one.days] }))
  return { ...brand, hours, holidays: [...brand.holidays] }
}

/** The old and the new of what has changed, for the audit. */
function differing(before: ListedBrand, after: ListedBrand) {
  const names = (Object.keys(after) as (keyof ListedBrand)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  const of = (brand: ListedBrand) => Object.fromEntries(names.map((name) => [name, brand[name]]))
  return { before: of(before), after: of(after) }
}
