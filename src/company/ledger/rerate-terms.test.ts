/** Reratings under decks with times of day and roundings, beside limits, and those that cannot be finished. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../base/index.ts'
import { deckColumns } from '../catalog/index.ts'
import { plainTariff, type Tariff } from '../rating/index.ts'
import { explainTransaction } from './explain-transaction.ts'
import { chargesOf, withRerateHouse, type RerateHouse } from './test-rerates.ts'
import { callRecord, reserveRequest, testDeck } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const dearer = testDeck.replaceAll(',0.35,', ',0.70,').replaceAll(',0.012,', ',0.030,')

const minuteOf = (epochMs: number): number => {
  const local = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO('America/Toronto')
  return local.hour * 60 + local.minute
}

/** Cheaper from a minute of every day on, for twelve hours; rounded up to whole cents. */
function timedTariff(fromMinute: number): Tariff {
  const window = { weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute, toMinute: (fromMinute + 720) % 1440 }
  const periods = [{ name: 'evening', windows: [window] }]
  return { ...plainTariff, zone: 'America/Toronto', periods, rounding: { mode: 'up', digits: 2 } }
}

const timedDeck = (evening: string): string =>
  [
    [...deckColumns, 'period'].join(','),
    '44,United Kingdom,international,outbound,0,60,0.35,60,0.35,0,0,no,',
    `44,United Kingdom,international,outbound,0,60,${evening},60,${evening},0,0,no,evening`,
    '1,North America,domestic,outbound,0,6,0.0123,6,0.0123,0,0,no,',
  ].join('\n')

async function partsOf({ db }: RerateHouse, cdrId: string): Promise<readonly string[]> {
  const rows = await db.asService(
    (tx) =>
      tx`select kind, seconds, amount_micros::text as micros from cdr_component where cdr_id = ${cdrId} order by line`,
  )
  return rows.map((row) => `${row['kind']} ${row['seconds']} ${row['micros']}`)
}

test('calls over the edge of a time of day, rounded up to cents, are made again to the micro, and back', async () => {
  await withRerateHouse(async (house) => {
    const { chain, ledger, db, office, rerate, version } = house
    // The call begins two minutes and a half before the evening does.
    const boundary = Math.floor(clock.now() / 60_000) * 60_000 - 3_600_000
    const tariff = timedTariff(minuteOf(boundary))
    const versionId = await version(timedDeck('0.07'), { tariff, activate: true })
    await office.as(
      { tenantPath: 'nw/' },
      (tx) => tx`update rate_deck_version set activated_at = ${boundary - 86_400_000} where id = ${versionId}`,
    )
    const day = ['usage 60 350000', 'usage 120 700000']
    const crossing = callRecord(chain.customer, 300, { endedAt: boundary + 150_000 })
    const short = callRecord(chain.customer, 7, { to: '+14165550123', endedAt: boundary + 150_000 })
    await ledger.settle([crossing, short])
    const before = await chargesOf(db)
    const own = await db.asService((tx) => tx`select charge_micros as micros from cdr order by duration_seconds`)
    // 12 s at 0.0123 are 0.00246; three minutes at 0.35 and two at 0.07.
    assert.deepEqual(
      own.map((row) => row['micros']),
      [10_000n, 1_190_000n],
    )
    assert.deepEqual(await partsOf(house, crossing.id), [...day, 'usage 120 140000'])
    assert.equal((await rerate({ deckId: chain.deckId })).differences, 0)
    const other = await version(timedDeck('0.10'), { tariff })
    const changed = await rerate({ deckId: chain.deckId, versionId: other })
    assert.deepEqual([changed.records, changed.differences, changed.withPlan], [2, 1, 0])
    assert.deepEqual(await partsOf(house, crossing.id), [...day, 'usage 120 200000'])
    const explained = await db.asService((tx) => explainTransaction(tx, crossing.id))
    assert.deepEqual(explained?.charges[0]?.differences, [])
    assert.equal(explained.charges[0].chargeMicros, 1_250_000n)
    await rerate({ deckId: chain.deckId })
    assert.deepEqual(await chargesOf(db), before)
    assert.deepEqual(await partsOf(house, crossing.id), [...day, 'usage 120 140000'])
  })
})

test('a charge that is made again counts towards limits at once, and no longer when it is taken back', async () => {
  await withRerateHouse(async ({ chain, ledger, office, rerate, version }) => {
    const { accountId, tenantId } = chain.customer
    await office.as(
      { tenantPath: 'nw/' },
      (tx) => tx`
        insert into account_limit (id, tenant_id, account_id, name, classes, window_hours, amount_micros, zone,
                                   created_at)
        values (${accountId}, ${tenantId}, ${accountId}, 'abroad', array['international'], 24, 1700000,
                'America/Toronto', ${clock.now()})`,
    )
    const granted = async (): Promise<string> => {
      const request = reserveRequest(chain.customer)
      const asked = ledger.reserve(request)
      if (asked.ok) await ledger.settle([callRecord(chain.customer, 0, { id: request.cdrId, answeredAt: undefined })])
      return asked.ok ? String(asked.value.reservedMicros) : asked.failure.code
    }
    for (let tries = 0; (await granted()) !== '1400000'; tries++) {
      assert(tries < 500, 'the limit was never seen')
      await new Promise<void>((resolve) => void clock.after(10, resolve))
    }
    await ledger.settle([callRecord(chain.customer, 120)])
    assert.equal(await granted(), '700000', '1.70 without 0.70')
    const versionId = await version(dearer)
    assert.equal((await rerate({ deckId: chain.deckId, versionId })).differences, 1)
    assert.equal(await granted(), 'ledger.over_limit', '1.70 without the 1.40 that the call costs now')
    await rerate({ deckId: chain.deckId })
    assert.equal(await granted(), '700000')
  })
})

test('what can never be written fails its rerating with the reason; the rest is done, later ones go on', async () => {
  await withRerateHouse(async ({ chain, ledger, db, ownerSql, rerate, rerateTo, version }) => {
    const records = [61, 121, 181].map((seconds) => callRecord(chain.customer, seconds))
    await ledger.settle(records)
    await ownerSql`alter table cdr_revision add constraint never check (new_micros <> 2100000)`
    const versionId = await version(dearer)
    const failed = await rerateTo({ deckId: chain.deckId, versionId })
    assert.equal(failed.state, 'failed')
    assert.match(failed.failure ?? '', /^1 records could not be written: .*never/)
    const charges = await db.asService((tx) => tx`select charge_micros as micros from cdr order by duration_seconds`)
    assert.deepEqual(
      charges.map((row) => row['micros']),
      [1_400_000n, 1_050_000n, 2_800_000n],
    )
    const later = await rerate({ deckId: chain.deckId })
    assert.equal(later.differences, 2, 'those that were made again, back')
    await ownerSql`alter table cdr_revision drop constraint never`
    assert.equal((await rerate({ deckId: chain.deckId, versionId })).differences, 3, 'asked for again')
  })
})
