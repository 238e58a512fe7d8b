/** Reads plans and their counters into memory: of all customers, of some, or those of a day long past. */

import type { Tx } from '../../platform/db/index.ts'
import { assignedPlans, readCounters } from '../catalog/index.ts'
import { KEPT_MS, type Pools } from './pools.ts'

/** Loads what was in force lately; counters that memory knows are left as they are. */
export async function loadPlans(tx: Tx, pools: Pools, now: number, tenantIds?: readonly string[]): Promise<void> {
  await read(tx, pools, now - KEPT_MS, tenantIds, () => pools.clear(tenantIds ?? []))
}

/** Loads what a customer had at an instant, for a record that comes days late. */
export async function loadOldPlans(tx: Tx, pools: Pools, tenantId: string, at: number): Promise<void> {
  await read(tx, pools, at, [tenantId], () => {})
}

async function read(
  tx: Tx,
  pools: Pools,
  since: number,
  tenantIds: readonly string[] | undefined,
  before: () => void,
): Promise<void> {
  const plans = await assignedPlans(tx, { since, ...(tenantIds ? { tenantIds } : {}) })
  const assignmentIds = plans.map((one) => one.assignmentId)
  const counters = plans.length > 0 ? await readCounters(tx, { since, assignmentIds }) : new Map()
  before()
  pools.put(plans, counters)
}
