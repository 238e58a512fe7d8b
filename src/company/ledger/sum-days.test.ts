/** Totals of long ranges: the same whether days were summed or are counted, late and forgotten calls too. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Tx } from '../../platform/db/index.ts'
import { totalsOf, type CallFilter } from './read-calls.ts'
import { sumNextDay } from './sum-days.ts'
import { clock, withStage, type Stage } from './test-stage.ts'
import { callRecord } from './testing.ts'

const DAY_MS = 86_400_000

/** What the totals are without any sums. */
async function counted(tx: Tx, { from, to, customerId, storedBy }: CallFilter): Promise<unknown> {
  const rows = await tx<{ currency: string; count: bigint; seconds: bigint; charge: bigint }[]>`
    select currency, count(*) as count, sum(duration_seconds)::bigint as seconds, sum(charge_micros)::bigint as charge
    from cdr where occurred_at >= ${from} and occurred_at < ${to} and stored_at <= ${storedBy}
      ${customerId === undefined ? tx`` : tx`and tenant_id = ${customerId}`}
    group by currency order by currency`
  return {
    count: rows.reduce((sum, row) => sum + Number(row.count), 0),
    durationSeconds: rows.reduce((sum, row) => sum + Number(row.seconds), 0),
    charges: rows.map((row) => ({ currency: row.currency, chargeMicros: row.charge })),
  }
}

/** Stores calls that ended so long ago: now, so that those of more than two days ago are late. */
async function addCalls({ house, ledger }: Stage, ages: readonly number[]): Promise<void> {
  const records = ages.map((age, at) =>
    callRecord(house.customers[at % 2]!, 1 + (at % 300), { endedAt: clock.now() - age, estimated: at % 3 === 0 }),
  )
  await ledger.settle(records)
}

/** Two of three calls as if they had been stored when they ended: stored anew, so that the triggers see it. */
async function storeInTime({ ownerSql }: Stage): Promise<void> {
  await ownerSql`alter table cdr disable trigger append_only`
  await ownerSql`create temporary table kept as select * from cdr where not estimated`
  await ownerSql`delete from cdr where not estimated`
  await ownerSql`
    insert into cdr select (jsonb_populate_record(null::cdr, to_jsonb(kept) || jsonb_build_object(
      'stored_at', kept.ended_at))).* from kept`
  await ownerSql`alter table cdr enable trigger append_only`
}

test('totals are the same before and after days were summed, for every range and customer', async (context) => {
  await withStage(async (stage) => {
    const seed = fc.sample(fc.nat(), 1)[0]!
    context.diagnostic(`seed ${seed}`)
    const ages = fc.sample(fc.integer({ min: 0, max: 30 * DAY_MS }), { seed, numRuns: 400 })
    await addCalls(stage, ages.slice(0, 300))
    await storeInTime(stage)
    const ranges = fc.sample(
      fc.tuple(fc.integer({ min: 0, max: 32 * DAY_MS }), fc.integer({ min: 0, max: 32 * DAY_MS }), fc.boolean()),
      { seed, numRuns: 60 },
    )
    const compare = () =>
      stage.office.as({ tenantPath: 'nw/' }, async (tx) => {
        for (const [one, other, isOne] of ranges) {
          const filter: CallFilter = {
            from: clock.now() - Math.max(one, other),
            to: clock.now() - Math.min(one, other),
            personId: null,
            storedBy: clock.now() + 1000,
            ...(isOne ? { customerId: stage.house.customers[0]!.tenantId } : {}),
          }
          assert.deepEqual(await totalsOf(tx, filter), await counted(tx, filter))
        }
      })
    await compare()
    let days = 0
    while (await sumNextDay(stage.office)) days++
    assert(days > 20, `${days} days`)
    await compare()
    // What comes after a day was summed is added to it, once.
    await addCalls(
      stage,
      ages.slice(300).map((age) => age + 4 * DAY_MS),
    )
    await compare()
    const [sums] = await stage.ownerSql`select sum(calls)::int as calls from cdr_day`
    assert(Number(sums?.['calls']) > 200)
  })
})
