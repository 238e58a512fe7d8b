/** What the operations on plans do. */

import { formatDecimal, formatMicros, ok, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { readPage, toPage, type Handlers, type PageRequest } from '../../platform/http/index.ts'
import type { DestinationGroup, VolumeUnit } from '../rating/index.ts'
import { noSuchCustomer, noSuchPlan, noSuchSeller, planInvalid } from './errors.ts'
import { assignPlan, createGroup, createPlan, type NewDiscount, type NewQuota } from './make-plan.ts'
import type { planOperations } from './operations.ts'
import { readDiscounts, readQuotas } from './read-plans.ts'
import { discountOf, quotaOf } from './read-terms.ts'

/** The handlers. */
export function planHandlers(clock: Clock): Handlers<typeof planOperations> {
  return {
    async listPlans({ query }, { transaction }) {
      const page = readPage(query, ['id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => readPlans(tx, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.id]))
    },
    createPlan({ params, body }, { transaction, note }) {
      return transaction(async (tx) => {
        const [seller] = await tx`select id from tenant where id = ${params.id} and kind <> 'customer'`
        if (!seller) return noSuchSeller
        const { name, currency } = body
        if (body.quotas.length + body.discounts.length === 0) return planInvalid('the plan promises nothing')
        const [known] = await tx`select id from plan where tenant_id = ${params.id} and name = ${name}`
        if (known) return planInvalid(`there is a plan "${name}" already`)
        const groupOf = (item: string, group: Pick<DestinationGroup, 'direction' | 'classes' | 'prefixes'>) => {
          const { direction, classes, prefixes } = group
          const of = { tenantId: params.id, name: `${name.slice(0, 45)}: ${item.slice(0, 50)}` }
          return createGroup(tx, clock, { ...of, direction, classes, prefixes })
        }
        const items = [...body.quotas, ...body.discounts]
        if (new Set(items.map((one) => one.name.slice(0, 50))).size < items.length) {
          return planInvalid('two quotas or discounts have one name')
        }
        if (items.some((one) => one.classes.length + one.prefixes.length === 0)) {
          return planInvalid('a quota or discount is for no destination')
        }
        const quotas: NewQuota[] = []
        for (const one of body.quotas) {
          const read = quotaOf(one)
          if (!read.ok) return read
          quotas.push({ ...read.value, groupId: await groupOf(one.name, one) })
        }
        const discounts: NewDiscount[] = []
        for (const one of body.discounts) {
          const read = discountOf(one)
          if (!read.ok) return read
          discounts.push({ ...read.value, groupId: await groupOf(one.name, one) })
        }
        const id = await createPlan(tx, clock, { tenantId: params.id, name, currency, quotas, discounts })
        note({ subjectKind: 'plan', subjectId: id, after: { name, currency } })
        return ok({ id })
      })
    },
    assignPlan({ params, body }, { transaction, note }) {
      return transaction(async (tx) => {
        const [customer] = await tx`select tenant_id from customer where tenant_id = ${params.id}`
        if (!customer) return noSuchCustomer
        const [found] = await tx`select id from plan where id = ${body.planId}`
        if (body.planId !== null && !found) return noSuchPlan
        const { billDay } = body
        await assignPlan(tx, clock, { tenantId: params.id, planId: body.planId ?? undefined, billDay })
        note({ subjectKind: 'customer', subjectId: params.id, after: body })
        return ok(undefined)
      })
    },
  }
}

const textOf = (units: bigint, unit: VolumeUnit): string => (unit === 'money' ? formatMicros(units) : String(units))

/** Plans in the order of their creation, one more than the page holds. */
async function readPlans(tx: Tx, { after, limit }: PageRequest<['id']>) {
  const plans = await tx<{ id: string; name: string; currency: string }[]>`
    select id, name, currency from plan ${after ? tx`where id > ${after[0]}` : tx``} order by id limit ${limit + 1}`
  const ids = plans.map((one) => one.id)
  const [quotas, discounts] = [await readQuotas(tx, ids), await readDiscounts(tx, ids)]
  return plans.map((one) => ({
    ...one,
    quotas: (quotas.get(one.id) ?? []).map(({ id, name, unit, amount, renewal, rollover, priority, ...rest }) => {
      const { atExhaustion, group } = rest
      const terms = { unit, amount: textOf(amount, unit), renewal, rollover, priority, atExhaustion }
      return { id, name, ...terms, destinations: group.name }
    }),
    discounts: (discounts.get(one.id) ?? []).map(({ id, name, unit, renewal, priority, group, tiers }) => ({
      id,
      name,
      unit,
      renewal,
      priority,
      destinations: group.name,
      tiers: tiers.map(({ from, discountPpm }) => ({
        from: textOf(from, unit),
        percent: formatDecimal(BigInt(discountPpm), 4, 0),
      })),
    })),
  }))
}
