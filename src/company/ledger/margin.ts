/** What was earned: charges beside what carriers ask, by customer, destination or carrier, in the reader's scope. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { NO_CURRENCY } from './rate-record.ts'
import type { Range } from './range.ts'

export type MarginBy = 'customer' | 'destination' | 'carrier'

export type MarginRow = {
  /** Id of the customer or carrier, name of the destination; empty for calls that no carrier carried. */
  readonly key: string
  readonly name: string
  readonly calls: number
  readonly billedSeconds: number
  readonly currency: string
  readonly chargeMicros: Micros
  /** Calls by a carrier whose cost is not known: their charge is not set against a cost. */
  readonly callsWithoutCost: number
  readonly costMicros: Micros
  readonly costCurrency: string
  /** Null where charge and cost are in two currencies: nothing is exchanged here. */
  readonly marginMicros: Micros | null
}

export type MarginFilter = Range & {
  readonly by: MarginBy
  readonly customerId?: string | undefined
  /** Whose margin: a partner's, whose cost is what he pays himself; else the provider's, whose cost are carriers. */
  readonly partnerId?: string | undefined
  /** Only what was stored by then. */
  readonly storedBy: number
  readonly limit: number
}

type Grouped = Omit<MarginRow, 'name' | 'marginMicros' | 'calls' | 'billedSeconds' | 'callsWithoutCost'> & {
  readonly name: string | null
  readonly calls: bigint
  readonly billedSeconds: bigint
  readonly callsWithoutCost: bigint
}

const keys: Readonly<Record<MarginBy, string>> = {
  customer: 'tenant_id::text',
  destination: `coalesce(destination_name, '')`,
  carrier: `coalesce(carrier_id::text, '')`,
}

const names: Readonly<Record<MarginBy, string>> = {
  customer: '(select name from tenant where tenant.id::text = key)',
  destination: 'key',
  carrier: '(select name from carrier where carrier.id::text = key)',
}

const ofRange = (tx: Tx, { from, to, customerId, storedBy }: MarginFilter, table: 'cdr' | 'own') => tx`
  ${tx.unsafe(table)}.occurred_at >= ${from} and ${tx.unsafe(table)}.occurred_at < ${to}
  and cdr.stored_at <= ${storedBy}
  ${customerId === undefined ? tx`` : tx`and cdr.tenant_id = ${customerId}::uuid`}`

/** What the highest level, or the customer himself, pays the provider; what the carrier asks. */
function soldByProvider(tx: Tx, filter: MarginFilter) {
  return tx`
    select cdr.tenant_id, cdr.destination_name, cdr.carrier_id, cdr.billed_seconds,
           coalesce(top.charge_micros, cdr.charge_micros) as charge_micros,
           coalesce(top.currency, cdr.currency) as currency, cdr.cost_micros, cdr.cost_currency
    from cdr
    left join lateral (
      select charge_micros, currency from cdr_charge where cdr_id = cdr.id order by level desc limit 1) as top on true
    where ${ofRange(tx, filter, 'cdr')}`
}

/** What the level below a partner pays him, and what he pays himself; carriers are none of his. */
function soldByPartner(tx: Tx, filter: MarginFilter) {
  return tx`
    select cdr.tenant_id, cdr.destination_name, null::uuid as carrier_id, cdr.billed_seconds,
           coalesce(below.charge_micros, cdr.charge_micros) as charge_micros,
           coalesce(below.currency, cdr.currency) as currency, own.charge_micros as cost_micros,
           own.currency as cost_currency
    from cdr_charge as own
    join cdr on cdr.id = own.cdr_id
    left join cdr_charge as below on below.cdr_id = own.cdr_id and below.level = own.level - 1
    where own.tenant_id = ${filter.partnerId!}::uuid and ${ofRange(tx, filter, 'own')}`
}

/** Rows by what was charged, the most first. Only calls that cost somebody something are counted. */
export async function readMargin(tx: Tx, filter: MarginFilter): Promise<readonly MarginRow[]> {
  const { by, limit } = filter
  const rows = await tx<Grouped[]>`
    with sold as (${filter.partnerId === undefined ? soldByProvider(tx, filter) : soldByPartner(tx, filter)}),
    summed as (
      select ${tx.unsafe(keys[by])} as key, currency, coalesce(cost_currency, currency) as "costCurrency",
             count(*) as calls, sum(billed_seconds)::bigint as "billedSeconds",
             sum(charge_micros)::bigint as "chargeMicros", coalesce(sum(cost_micros), 0)::bigint as "costMicros",
             count(*) filter (where carrier_id is not null and cost_micros is null) as "callsWithoutCost"
      from sold where charge_micros > 0 or cost_micros > 0
      group by 1, 2, 3)
    select summed.*, ${tx.unsafe(names[by])} as name from summed
    order by "chargeMicros" desc, "costMicros" desc, key collate "C", currency, "costCurrency" limit ${limit}`
  return rows.map((row) => {
    const charged = row.currency === NO_CURRENCY ? row.costCurrency : row.currency
    return {
      ...row,
      currency: charged,
      name: row.name ?? '',
      calls: Number(row.calls),
      billedSeconds: Number(row.billedSeconds),
      callsWithoutCost: Number(row.callsWithoutCost),
      marginMicros: charged === row.costCurrency ? row.chargeMicros - row.costMicros : null,
    }
  })
}

export type MarginTotal = Pick<
  MarginRow,
  'calls' | 'currency' | 'chargeMicros' | 'costMicros' | 'costCurrency' | 'marginMicros' | 'callsWithoutCost'
>

/** Sums of rows, one for each pair of currencies; of all rows of a range when none was cut off. */
export function totalMargin(rows: readonly MarginRow[]): readonly MarginTotal[] {
  const totals = new Map<string, MarginTotal>()
  for (const row of rows) {
    const { calls, currency, chargeMicros, costMicros, costCurrency, marginMicros, callsWithoutCost } = row
    const known = totals.get(`${currency} ${costCurrency}`)
    totals.set(`${currency} ${costCurrency}`, {
      calls: calls + (known?.calls ?? 0),
      currency,
      costCurrency,
      chargeMicros: chargeMicros + (known?.chargeMicros ?? 0n),
      costMicros: costMicros + (known?.costMicros ?? 0n),
      callsWithoutCost: callsWithoutCost + (known?.callsWithoutCost ?? 0),
      marginMicros: marginMicros === null ? null : marginMicros + (known?.marginMicros ?? 0n),
    })
  }
  return [...totals.values()].toSorted((a, b) => (a.currency + a.costCurrency < b.currency + b.costCurrency ? -1 : 1))
}

export type BelowCostRoute = {
  readonly id: string
  readonly carrierId: string
  readonly carrierName: string
  readonly destination: string
  readonly prefix: string
  readonly currency: string
  readonly priceNanosPerMinute: bigint
  readonly costNanosPerMinute: bigint
  readonly refused: boolean
  readonly calls: number
  readonly firstSeenAt: number
  readonly lastSeenAt: number
}

/** Routes that sold below cost, the latest first. */
export async function readBelowCost(tx: Tx): Promise<readonly BelowCostRoute[]> {
  const rows = await tx<(Omit<BelowCostRoute, 'calls'> & { calls: bigint })[]>`
    select route.id, carrier_id as "carrierId", carrier.name as "carrierName", destination_name as destination, prefix,
           route.currency, price_nanos as "priceNanosPerMinute", cost_nanos as "costNanosPerMinute", refused, calls,
           first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt"
    from below_cost_route as route join carrier on carrier.id = route.carrier_id
    order by last_seen_at desc, route.id desc limit 200`
  return rows.map((row) => ({ ...row, calls: Number(row.calls) }))
}

export type BelowCostPolicy = 'refuse' | 'allow'

/** What a provider's brand says about such routes; undefined without a brand. */
export async function readBelowCostPolicy(tx: Tx, tenantId: string): Promise<BelowCostPolicy | undefined> {
  const [row] = await tx<{ policy: BelowCostPolicy }[]>`
    select below_cost as policy from brand where tenant_id = ${tenantId}`
  return row?.policy
}
