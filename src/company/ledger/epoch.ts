/**
 * Fencing: whoever opens the ledger counts its epoch up, and a batch of an older epoch is refused in its own
 * transaction. So a process that was believed dead and is not can write nothing.
 */

import { isoInstant, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { GroupIsOver } from './group-commit.ts'

/** The only one so far: customers are not divided among processes. */
const SHARD = 0

/** Takes the ledger over; undefined when there is no provider yet, and so nothing to write. */
export async function takeEpoch(tx: Tx, clock: Clock): Promise<bigint | undefined> {
  const [row] = await tx<{ epoch: bigint }[]>`
    insert into ledger_shard (tenant_id, shard, epoch, taken_at)
    select id, ${SHARD}::smallint, 1, ${isoInstant(clock.now())}::timestamptz
    from (select id from tenant where kind = 'provider' order by created_at limit 1) as provider
    on conflict (tenant_id, shard) do update set epoch = ledger_shard.epoch + 1, taken_at = excluded.taken_at
    returning epoch`
  return row?.epoch
}

/**
 * Locks the shard for this batch. Throws `GroupIsOver` when somebody opened the ledger after us: what waits is for the
 * successor, to whom it will be sent again.
 */
export async function lockEpoch(tx: Tx, epoch: bigint | undefined): Promise<void> {
  const [row] = await tx<{ epoch: bigint }[]>`select epoch from ledger_shard where shard = ${SHARD} for update`
  if (row && row.epoch !== epoch) throw new GroupIsOver('another process has opened the ledger')
}
