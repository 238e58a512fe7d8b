/** What plans had a part in: counters, and the parts of a charge, of the records that a batch has stored. */

import { isoInstant } from '../../base/index.ts'
import { insertRows, type Columns, type Tx } from '../../platform/db/index.ts'
import type { ChargeComponent, Counter } from '../rating/index.ts'
import type { WrittenCounter } from './pools.ts'
import type { Settlement } from './price-levels.ts'

type Use = {
  readonly tenantId: string
  readonly assignmentId: string
  readonly counter: Counter
  readonly units: bigint
}

/**
 * Counts records that are new, in the transaction that stores them: a record that was there already counts nothing.
 * Gives what every counter of the batch holds now, also of records that were there.
 */
export async function writePlanned(
  tx: Tx,
  at: number,
  settlements: readonly Settlement[],
  stored: ReadonlySet<string>,
): Promise<readonly WrittenCounter[]> {
  const isNew = ({ rated }: Settlement): boolean => stored.has(rated.record.id)
  const uses = settlements.flatMap(usesOf)
  const fresh = settlements.filter(isNew)
  await Promise.all([addUses(tx, at, fresh.flatMap(usesOf)), insertComponents(tx, fresh)])
  return uses.length === 0 ? [] : readUses(tx, uses)
}

function usesOf({ rated: { record, planned } }: Settlement): Use[] {
  if (!planned) return []
  const { plan, counters, changes } = planned
  return changes.flatMap(({ itemId, periodFrom, units }): Use[] => {
    const counter = counters.find((one) => one.itemId === itemId && one.periodFrom === periodFrom)
    return counter ? [{ tenantId: record.tenantId, assignmentId: plan.assignmentId, counter, units }] : []
  })
}

const keyOf = ({ assignmentId, counter }: Use): string => `${assignmentId} ${counter.itemId} ${counter.periodFrom}`

async function addUses(tx: Tx, at: number, uses: readonly Use[]): Promise<void> {
  const sums = new Map<string, Use>()
  for (const use of uses) {
    const before = sums.get(keyOf(use))?.units ?? 0n
    sums.set(keyOf(use), { ...use, units: before + use.units })
  }
  if (sums.size === 0) return
  const updatedAt = isoInstant(at)
  const columns: Columns<Use> = {
    tenant_id: ['uuid', (one) => one.tenantId],
    assignment_id: ['uuid', (one) => one.assignmentId],
    item_id: ['uuid', ({ counter }) => counter.itemId],
    period_from: ['timestamptz', ({ counter }) => isoInstant(counter.periodFrom)],
    period_to: ['timestamptz', ({ counter }) => isoInstant(counter.periodTo)],
    expires_at: ['timestamptz', ({ counter }) => isoInstant(counter.expiresAt)],
    granted_units: ['bigint', ({ counter }) => String(counter.grantedUnits)],
    used_units: ['bigint', (one) => String(one.units)],
    updated_at: ['timestamptz', () => updatedAt],
  }
  const suffix = `on conflict (assignment_id, item_id, period_from) do update
    set used_units = counter.used_units + excluded.used_units, updated_at = excluded.updated_at`
  await insertRows(tx, 'counter', columns, [...sums.values()], suffix)
}

async function readUses(tx: Tx, uses: readonly Use[]): Promise<readonly WrittenCounter[]> {
  return tx<WrittenCounter[]>`
    select assignment_id as "assignmentId", item_id as "itemId", period_from as "periodFrom", used_units as units
    from counter
    where (assignment_id, item_id, period_from) in (
      select * from unnest(${uses.map((one) => one.assignmentId)}::uuid[],
                           ${uses.map((one) => one.counter.itemId)}::uuid[],
                           ${uses.map((one) => one.counter.periodFrom)}::timestamptz[]))`
}

type Part = ChargeComponent & { readonly cdrId: string; readonly tenantId: string; readonly line: number }

/** Parts of charges that have more than one. */
async function insertComponents(tx: Tx, settlements: readonly Settlement[]): Promise<void> {
  const parts = settlements.flatMap(({ rated: { record, components } }): Part[] =>
    components.length < 2
      ? []
      : components.map((one, at) => ({ ...one, cdrId: record.id, tenantId: record.tenantId, line: at + 1 })),
  )
  if (parts.length === 0) return
  const columns: Columns<Part> = {
    cdr_id: ['uuid', (one) => one.cdrId],
    line: ['smallint', (one) => String(one.line)],
    tenant_id: ['uuid', (one) => one.tenantId],
    kind: ['text', (one) => one.kind],
    from_second: ['int', (one) => String(one.fromSecond)],
    seconds: ['int', (one) => String(one.seconds)],
    amount_micros: ['bigint', (one) => String(one.amountMicros)],
    price_nanos: ['bigint', (one) => one.priceNanos?.toString() ?? null],
    discount_ppm: ['int', (one) => one.discountPpm?.toString() ?? null],
    prefix: ['text', (one) => one.prefix ?? null],
    period: ['text', (one) => one.period ?? null],
    item_id: ['uuid', (one) => one.itemId ?? null],
    units: ['bigint', (one) => one.units?.toString() ?? null],
  }
  await insertRows(tx, 'cdr_component', columns, parts, 'on conflict (cdr_id, line) do nothing')
}
