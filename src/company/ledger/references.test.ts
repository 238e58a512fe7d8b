/** What batches refer to is looked up once a statement: a broken reference is refused as a foreign key would. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, isoInstant, newId, silentLog, systemClock } from '../../base/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { openLedger } from './open-ledger.ts'
import { buildTestHouse, callRecord, reserveRequest } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const tables = [
  'cdr',
  'posting',
  'ledger_entry',
  'account_balance',
  'reservation',
  'reservation_level',
  'cdr_charge',
  'cdr_component',
] as const

test('a row of a batch that refers to what is not there is refused, by every table, to every writer', async () => {
  await withTestDatabase(async ({ ownerSql, openDb }) => {
    const office = await openDb('office')
    const db = await openDb('charge')
    const [acme, birch] = (await buildTestHouse(office)).customers
    assert(acme && birch)
    const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
    try {
      while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      const held = reserveRequest(acme)
      assert(ledger.reserve(held).ok && (await ledger.confirm(held.cdrId, held.at)).ok)
      const record = callRecord(acme, 61)
      await ledger.settle([record])
      const [stranger, id, second] = [newId(clock), newId(clock), newId(clock)]
      const share = { account_id: birch.accountId, version_id: id, prefix: '44' }
      const copied: Readonly<Record<(typeof tables)[number], readonly object[]>> = {
        cdr: [{ tenant_id: stranger, id }],
        posting: [{ tenant_id: stranger, id, kind: 'payment' }],
        ledger_entry: [
          { posting_id: stranger, line: 1 },
          { line: 9, account_id: stranger },
          { line: 9, tenant_id: birch.tenantId },
        ],
        account_balance: [{ account_id: stranger }, { account_id: birch.accountId }],
        reservation: [{ cdr_id: id, account_id: stranger }],
        reservation_level: [{ cdr_id: id, level: 1, tenant_id: acme.tenantId, ...share, reserved_micros: 1 }],
        cdr_charge: [{ cdr_id: record.id, level: 1, account_id: stranger }],
        cdr_component: [{ cdr_id: id, line: 1, tenant_id: acme.tenantId }],
      }
      const part = { kind: 'usage', from_second: 0, seconds: 1, amount_micros: 1 }
      const line = { tenant_id: acme.tenantId, occurred_at: isoInstant(clock.now()), charge_micros: 1, currency: 'CAD' }
      const charge = { ...line, charge_reason: 'rated', billed_seconds: 1, explanation: [] }
      const whole: Partial<Record<(typeof tables)[number], object>> = { cdr_charge: charge, cdr_component: part }
      for (const table of tables) {
        for (const changes of copied[table]) {
          const json = ownerSql.json({ ...whole[table], ...changes })
          const isMade = table === 'reservation_level' || whole[table] !== undefined
          const source = isMade ? ownerSql`'{}'::jsonb` : ownerSql`to_jsonb(good)`
          const from = isMade
            ? ownerSql`(select 1) as good`
            : ownerSql`(select * from ${ownerSql(table)} limit 1) as good`
          const insert = ownerSql`
            insert into ${ownerSql(table)}
            select (jsonb_populate_record(null::${ownerSql(table)}, ${source} || ${json}::jsonb)).* from ${from}`
          await assert.rejects(insert, { code: '23503' }, `${table} ${JSON.stringify(changes)}`)
        }
      }
      const used = ownerSql`delete from account where id = ${acme.accountId}`
      await assert.rejects(used, { code: '23503' })
      const moved = ownerSql`update account set id = ${second} where id = ${acme.accountId}`
      await assert.rejects(moved, { code: '23503' })
      await ownerSql`delete from account where id = ${birch.accountId}`
      await assert.rejects(ownerSql`delete from tenant where id = ${acme.tenantId}`, { code: '23503' })
    } finally {
      await ledger.close()
    }
  })
})
