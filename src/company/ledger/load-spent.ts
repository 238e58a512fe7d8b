/** Limits of accounts and what was spent on them lately, as `charge` reads them at its start. */

import type { Tx } from '../../platform/db/index.ts'
import type { RateClass } from '../rating/index.ts'
import type { Limit, Spent } from './spending.ts'

/** A limit as the query of accounts brings it. */
export type StoredLimit = {
  readonly id: string
  readonly name: string
  readonly classes: readonly RateClass[]
  readonly windowHours: number | null
  readonly amount: string
  readonly zone: string
}

/** The limit as it is decided by. */
export function limitOf({ amount, windowHours, ...rest }: StoredLimit): Limit {
  return { ...rest, windowHours: windowHours ?? undefined, amountMicros: BigInt(amount) }
}

const DAY_HOURS = 26

/** What each of some accounts spent within its longest window, by quarter hour and class. */
export async function loadSpent(
  tx: Tx,
  now: number,
  accounts: readonly {
    readonly id: string
    readonly tenantId: string
    readonly limits: readonly StoredLimit[] | null
  }[],
): Promise<Map<string, Spent[]>> {
  const hours = accounts.map(({ limits }) => Math.max(...(limits ?? []).map((one) => one.windowHours ?? DAY_HOURS)) + 1)
  const rows = await tx<{ accountId: string; slot: number; class: RateClass; micros: bigint }[]>`
    select wanted.account_id as "accountId", floor(extract(epoch from charge.occurred_at) / 900)::int as slot,
           charge.class, sum(charge.charge_micros)::bigint as micros
    from unnest(${accounts.map((one) => one.id)}::uuid[], ${accounts.map((one) => one.tenantId)}::uuid[],
                ${hours.map((h) => now - h * 3_600_000)}::timestamptz[]) as wanted (account_id, tenant_id, since)
    cross join lateral (
      select occurred_at, class, charge_micros from cdr
      where cdr.tenant_id = wanted.tenant_id and cdr.account_id = wanted.account_id
        and cdr.occurred_at >= wanted.since and charge_micros > 0
      union all
      select line.occurred_at, cdr.class, line.charge_micros from cdr_charge as line join cdr on cdr.id = line.cdr_id
      where line.tenant_id = wanted.tenant_id and line.account_id = wanted.account_id
        and line.occurred_at >= wanted.since and line.charge_micros > 0
    ) as charge
    group by 1, 2, 3`
  const spent = new Map<string, Spent[]>()
  for (const { accountId, ...one } of rows) spent.set(accountId, [...(spent.get(accountId) ?? []), one])
  return spent
}
