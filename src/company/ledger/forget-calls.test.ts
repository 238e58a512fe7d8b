/** Old calls lose who called whom, after their invoice and not before; the books stay as they are. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { secureRandom, silentLog, virtualClock } from '../../base/index.ts'
import { createWorker } from '../../platform/jobs/index.ts'
import { checkLedger } from './check-ledger.ts'
import { forgetCallsHandling, forgetCallsSchedule } from './forget-calls.ts'
import { forgottenBefore } from './kept-until.ts'
import { ask, clock as realClock, withStage, type Stage } from './test-stage.ts'
import { callRecord, type TestCustomer } from './testing.ts'

const DAY_MS = 86_400_000
const staff = { tenantPath: 'nw/', role: 'provider_admin' } as const

test('nothing of this month or the one before is ever due, whatever was asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      fc.constantFrom('America/Toronto', 'Pacific/Auckland', 'UTC', 'America/St_Johns'),
      fc.integer({ min: 0, max: 3660 }),
      (at, zone, callDays) => {
        const before = forgottenBefore({ at, zone, callDays })
        const monthOf = (ms: number) => {
          const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
          return local.year * 12 + local.month
        }
        assert(monthOf(before - 1) < monthOf(at) - 1, 'the newest call that is due')
        assert(before <= at - callDays * DAY_MS)
      },
    ),
  )
})

async function addCustomers({ ownerSql, house }: Stage): Promise<void> {
  for (const [at, { tenantId }] of house.customers.entries()) {
    await ownerSql`
      insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
      values (${tenantId}, ${`NV-10${at}`}, 'CA', '416', 'America/Toronto', 'active', ${realClock.now()})`
  }
}

async function runJob({ office, house }: Stage, days = 1): Promise<void> {
  const clock = virtualClock(realClock.now())
  const parts = { db: office, clock, log: silentLog }
  const handlings = [forgetCallsHandling(parts)]
  const schedules = [forgetCallsSchedule(house.providerId)]
  const worker = createWorker({ ...parts, random: secureRandom, name: 'office', handlings, schedules })
  await worker.runDue()
  clock.advance(days * DAY_MS)
  await worker.runDue()
  await worker.stop()
}

const old = (customer: TestCustomer, days: number, over = {}) =>
  callRecord(customer, 60, { endedAt: realClock.now() - days * DAY_MS, ...over })

test('old calls are anonymised or removed, audited, and the ledger is what it was', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    await addCustomers(stage)
    const free = { class: 'onnet', direction: 'internal', to: '203' } as const
    const paid = old(acme, 200)
    const gone = old(acme, 200, free)
    const recent = old(acme, 80)
    const held = old(birch, 200)
    await stage.ledger.settle([paid, gone, recent, held])
    const entries = () => stage.ownerSql`select * from ledger_entry order by posting_id, line`
    const before = [...(await entries())]
    assert((await ask(stage, 'setRetention', staff, { body: { callDays: 100, ladderDays: 5 } })).ok)
    assert((await ask(stage, 'holdCalls', staff, { params: { id: birch.tenantId }, body: { reason: 'A dispute' } })).ok)
    await runJob(stage)
    const rows = await stage.ownerSql<{ id: string; from: string; to: string; charge: bigint; at: number | null }[]>`
      select id, from_name as "from", to_number as "to", charge_micros as charge, anonymised_at as at from cdr`
    const row = (id: string) => rows.find((one) => one.id === id)
    assert.equal(row(gone.id), undefined, 'nobody paid for it')
    assert.deepEqual([row(paid.id)?.from, row(paid.id)?.to, row(paid.id)?.charge], ['', '', 350_000n])
    assert(row(paid.id)?.at)
    assert.equal(row(recent.id)?.from, 'Front desk')
    assert.equal(row(held.id)?.from, 'Front desk', 'a hold keeps it')
    assert.deepEqual([...(await entries())], before)
    assert.deepEqual(await stage.db.asService(checkLedger), [])
    const explained = await ask(stage, 'explainTransaction', staff, { params: { id: paid.id } })
    assert(explained.ok && (explained.value as { matches: boolean }).matches, JSON.stringify(explained.value))
    const audit = await stage.ownerSql`select tenant_id, after from audit_entry where action = 'ledger.forget_calls'`
    assert.equal(audit.length, 1)
    const { removed, anonymised } = audit[0]!['after'] as { removed: number; anonymised: number }
    assert.deepEqual([audit[0]!['tenant_id'], removed, anonymised], [acme.tenantId, 1, 1])

    assert((await ask(stage, 'releaseCalls', staff, { params: { id: birch.tenantId } })).ok)
    await runJob(stage, 3)
    const [later] = await stage.ownerSql`select from_name from cdr where id = ${held.id}`
    assert.equal(later?.['from_name'], '')
  })
})

test('no process changes a stored call by itself, and the house refuses to forget an open period', async () => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const record = old(acme, 1)
    await stage.ledger.settle([record])
    await assert.rejects(
      stage.db.asService((tx) => tx`update cdr set from_name = ''`),
      /permission denied/,
    )
    await assert.rejects(
      stage.office.as({ tenantPath: 'nw/' }, (tx) => tx`delete from cdr`),
      /permission denied/,
    )
    await assert.rejects(stage.ownerSql`update cdr set charge_micros = 1`, /never changed or removed/)
    await assert.rejects(
      stage.office.asService(
        (tx) => tx`select * from dialhouse_forget_calls(${acme.tenantId}, ${0}, ${realClock.now()}, 10)`,
      ),
      /calls of an open period are kept/,
    )
    const other = await ask(
      stage,
      'holdCalls',
      { tenantPath: acme.path },
      {
        params: { id: stage.house.customers[1]!.tenantId },
        body: { reason: 'not mine' },
      },
    )
    assert.equal(other.failure?.code, 'ledger.no_such_customer')
  })
})
