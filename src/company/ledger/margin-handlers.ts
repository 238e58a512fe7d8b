/** What the operations of margins do. */

import { formatMicros, ok, type Failure, type Result } from '../../base/index.ts'
import type { CallerContext, Handlers } from '../../platform/http/index.ts'
import { isStaff } from '../../platform/identity/index.ts'
import { noBrand } from './errors.ts'
import {
  readBelowCost,
  readBelowCostPolicy,
  readMargin,
  totalMargin,
  type MarginBy,
  type MarginFilter,
  type MarginRow,
} from './margin.ts'
import type { marginOperations } from './margin-operations.ts'
import { readRange } from './range.ts'

/** More destinations, customers or carriers than any report of a range has. */
const ROWS_MAX = 100_000
const ROWS_SHOWN = 500

type Asked = {
  readonly from: string
  readonly to: string
  readonly by?: MarginBy | undefined
  readonly customerId?: string | undefined
}

function filterOf(asked: Asked, { caller, at }: CallerContext): Result<MarginFilter, Failure<'ledger.bad_range'>> {
  const range = readRange(asked, caller.zone)
  if (!range.ok) return range
  const { by = 'customer', customerId } = asked
  const partnerId = isStaff(caller.role) ? undefined : caller.tenantId
  return ok({ ...range.value, by, customerId, partnerId, storedBy: at, limit: ROWS_MAX })
}

/** Handlers of margins. */
export function marginHandlers(): Handlers<typeof marginOperations> {
  return {
    async readMargin({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return filter
      const rows = await context.transaction((tx) => readMargin(tx, filter.value))
      const items = rows.slice(0, ROWS_SHOWN)
      const { zone } = context.caller
      return ok({ items, isCut: rows.length > items.length, totals: [...totalMargin(rows)], zone })
    },
    async downloadMargin({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return filter
      const rows = await context.transaction((tx) => readMargin(tx, filter.value))
      const fileName = `margin-by-${filter.value.by}-${query.from}-${query.to}.csv`
      return ok({ fileName, rows: marginLines(rows, filter.value.by), numbers: marginNumbers })
    },
    listBelowCost: (_, { caller, transaction }) =>
      transaction(async (tx) => {
        const policy = (await readBelowCostPolicy(tx, caller.tenantId)) ?? 'refuse'
        return ok({ policy, items: [...(await readBelowCost(tx))] })
      }),
    setBelowCostPolicy: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const before = await readBelowCostPolicy(tx, caller.tenantId)
        if (!before) return noBrand
        await tx`update brand set below_cost = ${body.belowCost} where tenant_id = ${caller.tenantId}`
        note({ subjectKind: 'brand', subjectId: caller.tenantId, before: { belowCost: before }, after: body })
        return ok({})
      }),
  }
}

const heads: Readonly<Record<MarginBy, string>> = {
  customer: 'Customer',
  destination: 'Destination',
  carrier: 'Carrier',
}

/** The columns that are computed with. */
const marginNumbers = ['Calls', 'Billed seconds', 'Charge', 'Cost', 'Margin', 'Calls without known cost']

async function* marginLines(rows: readonly MarginRow[], by: MarginBy): AsyncGenerator<readonly string[]> {
  yield [
    heads[by],
    'Calls',
    'Billed seconds',
    'Charge',
    'Currency',
    'Cost',
    'Cost currency',
    'Margin',
    'Calls without known cost',
  ]
  const money = (
    row: Pick<MarginRow, 'chargeMicros' | 'currency' | 'costMicros' | 'costCurrency' | 'marginMicros'>,
  ) => [
    formatMicros(row.chargeMicros),
    row.currency,
    formatMicros(row.costMicros),
    row.costCurrency,
    row.marginMicros === null ? '' : formatMicros(row.marginMicros),
  ]
  for (const row of rows) {
    yield [row.name, String(row.calls), String(row.billedSeconds), ...money(row), String(row.callsWithoutCost)]
  }
  for (const total of totalMargin(rows)) {
    yield ['Total', String(total.calls), '', ...money(total), String(total.callsWithoutCost)]
  }
}
