/** Charges made again: previewed, applied, undone; on every level; adjusted where the period is closed. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { checkLedger } from './check-ledger.ts'
import { chargesOf, withRerateHouse } from './test-rerates.ts'
import { callRecord, testDeck } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const DAY_MS = 86_400_000

const dearer = testDeck.replaceAll(',0.35,', ',0.70,').replaceAll(',0.012,', ',0.030,')

test('an unchanged deck gives no difference; a preview posts nothing', async () => {
  await withRerateHouse(async ({ chain, ledger, db, rerate, version }) => {
    const records = [3, 61, 130].map((seconds) => callRecord(chain.customer, seconds))
    await ledger.settle([...records, callRecord(chain.customer, 70, { to: '+14165550123' })])
    const before = await chargesOf(db)
    const same = await rerate({})
    assert.deepEqual([same.records, same.charges, same.differences, same.withPlan], [4, 12, 0, 0])
    const other = await rerate({ versionId: await version(dearer) }, false)
    assert.equal(other.differences, 4)
    assert.equal(other.totals.find((one) => one.level === 0)?.newMicros, '4236000')
    assert.equal(other.largest[0]?.cdrId, records[2]?.id)
    assert.deepEqual(await chargesOf(db), before)
    const [count] = await db.asService((tx) => tx`select count(*)::int as n from posting where kind <> 'usage'`)
    assert.equal(count?.['n'], 0)
  })
})

test('reversal and new charge are one posting, on the record is the new charge, and its history stays', async () => {
  await withRerateHouse(async ({ chain, ledger, db, rerate, version }) => {
    const record = callRecord(chain.customer, 61)
    await ledger.settle([record])
    const result = await rerate({ deckId: chain.deckId, versionId: await version(dearer) })
    assert.deepEqual([result.differences, result.charges, result.closed], [1, 1, 0])
    const [row] = await db.asService((tx) => tx`select charge_micros from cdr where id = ${record.id}`)
    assert.equal(row?.['charge_micros'], 1_400_000n)
    const entries = await db.asService(
      (tx) => tx`
        select line, amount_micros from ledger_entry join posting on posting.id = posting_id
        where kind = 'rerate' and cdr_id = ${record.id} order by line`,
    )
    const amounts = entries.map((entry) => entry['amount_micros'] as bigint)
    assert.deepEqual(amounts, [-700_000n, 700_000n, 1_400_000n, -1_400_000n])
    const [revision] = await db.asService(
      (tx) => tx`select old_micros, new_micros, adjusted, old_line ->> 'versionId' as version from cdr_revision`,
    )
    assert.deepEqual(
      { ...revision },
      {
        old_micros: 700_000n,
        new_micros: 1_400_000n,
        adjusted: false,
        version: chain.versionId,
      },
    )
    assert.deepEqual(await ledger.settle([record]), [record.id], 'a duplicate changes nothing')
    const [again] = await db.asService((tx) => tx`select charge_micros from cdr where id = ${record.id}`)
    assert.equal(again?.['charge_micros'], 1_400_000n)
  })
})

test('in a closed period the record stands and the difference is an adjustment with reference', async () => {
  await withRerateHouse(async ({ chain, ledger, db, rerate, version }) => {
    const record = callRecord(chain.customer, 61, { endedAt: clock.now() - 75 * DAY_MS })
    await ledger.settle([record])
    const [late] = await db.asService((tx) => tx`select assigned_period from cdr`)
    assert.notEqual(late?.['assigned_period'], null, 'a late record carries the period that it is assigned to')
    const versionId = await version(dearer)
    const result = await rerate({ deckId: chain.deckId, versionId })
    assert.deepEqual([result.differences, result.closed], [1, 1])
    const [row] = await db.asService((tx) => tx`select charge_micros from cdr where id = ${record.id}`)
    assert.equal(row?.['charge_micros'], 700_000n)
    const [posting] = await db.asService(
      (tx) => tx`
        select cdr_id, reason, amount_micros from posting join ledger_entry on posting_id = posting.id and line = 1
        where kind = 'adjustment'`,
    )
    assert.deepEqual([posting?.['cdr_id'], posting?.['amount_micros']], [record.id, 700_000n])
    assert.match(String(posting?.['reason']), new RegExp(record.id))
    assert.equal((await rerate({ deckId: chain.deckId, versionId })).differences, 0, 'what was adjusted stays so')
  })
})

test('after any sequence of rerates the books are right, and rerating back restores every charge', async () => {
  await withRerateHouse(async ({ chain, ledger, db, rerate, version }) => {
    const days = [0, 0, 1, 80]
    const numbers = ['+442071838750', '+14165550123', '+19005550100']
    const calls = Array.from({ length: 40 }, (_, at) => {
      const endedAt = clock.now() - days[at % days.length]! * DAY_MS
      return callRecord(chain.customer, 1 + at * 7, { to: numbers[at % numbers.length]!, endedAt })
    })
    await ledger.settle(calls)
    const before = await chargesOf(db)
    const versions = [chain.versionId, await version(dearer), await version(testDeck.replaceAll(',60,', ',1,'))]
    const [owed] = await chargedTotals(db)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(versions.length - 1), { minLength: 1, maxLength: 4 }), async (steps) => {
        for (const step of steps) await rerate({ versionId: versions[step]! })
        assert.deepEqual(await db.asService(checkLedger), [])
        await rerate({})
        assert.deepEqual(await chargesOf(db), before)
        assert.deepEqual((await chargedTotals(db))[0], owed)
      }),
      { numRuns: 6 },
    )
  })
})

function chargedTotals(db: Db): Promise<readonly string[]> {
  return db.asService(async (tx) => {
    const rows = await tx`select account_id, balance_micros::text as owed from account_balance order by account_id`
    return [rows.map((row) => `${row['account_id']} ${row['owed']}`).join('\n')]
  })
}

test('the true record of a call that was closed by an estimate corrects it by the difference, once', async () => {
  await withRerateHouse(async ({ chain, ledger, db }) => {
    const closed = callRecord(chain.customer, 61, { estimated: true, hangupCause: 'signal_restart' })
    await ledger.settle([closed])
    const endedAt = closed.answeredAt! + 130_000
    const real = { ...closed, endedAt, estimated: false, hangupCause: 'normal' }
    for (const record of [real, real, closed]) assert.deepEqual(await ledger.settle([record]), [record.id])
    const rows = await db.asService(
      (tx) => tx`select charge_micros, duration_seconds, estimated, hangup_cause from cdr`,
    )
    const truth = { charge_micros: 1_050_000n, duration_seconds: 130, estimated: false, hangup_cause: 'normal' }
    assert.deepEqual(
      [...rows].map((row) => ({ ...row })),
      [truth],
    )
    const postings = await db.asService((tx) => tx`select kind from posting order by kind`)
    assert.deepEqual(
      postings.map((one) => one['kind']),
      ['rerate', 'usage'],
    )
    const [levels] = await db.asService((tx) => tx`select count(*)::int as n from cdr_revision`)
    assert.equal(levels?.['n'], 3)
  })
})
