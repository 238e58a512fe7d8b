import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, newId, silentLog, systemClock } from '../../base/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { checkLedger } from './check-ledger.ts'
import { openLedger } from './open-ledger.ts'
import { buildTestHouse, reserveRequest } from './testing.ts'

const clock = systemClock({ keepAlive: true })

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 500, 'it never came true')
    await new Promise<void>((resolve) => void clock.after(10, resolve))
  }
}

test('R51 service is restored in the very batch of the payment, calls pass within five seconds, and once', async () => {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const house = await buildTestHouse(office, 10_000_000n)
    const [acme] = house.customers
    assert.ok(acme)
    const db = await database.openDb('charge')
    const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} })
    const refusal = (): string | undefined => {
      const asked = ledger.reserve(reserveRequest(acme))
      return asked.ok ? undefined : asked.failure.code
    }
    const suspend = () => database.ownerSql`update account set status = 'suspended' where id = ${acme.accountId}`
    try {
      await until(() => ledger.notes().length === 0)
      await suspend()
      await until(() => refusal() === 'ledger.account_suspended')
      const money = { accountId: acme.accountId, occurredAt: clock.now(), reason: 'card', createdBy: undefined }
      const paid = { ...money, postingId: newId(clock), amountMicros: 4_000_000n }
      assert.ok((await ledger.post('payment', { ...paid, postingId: newId(clock) })).ok)
      assert.equal(
        refusal(),
        'ledger.account_suspended',
        'a payment that does not pay what is overdue restores nothing',
      )
      assert.ok((await ledger.post('payment', { ...paid, reopensAccount: true })).ok)
      const begun = clock.monotonic()
      const [open] = await database.ownerSql`select status from account where id = ${acme.accountId}`
      assert.equal(open?.['status'], 'open', 'when the payment is answered the account is open')
      await until(() => refusal() === undefined)
      assert.ok(clock.monotonic() - begun < 5000)
      await suspend()
      await until(() => refusal() === 'ledger.account_suspended')
      assert.ok((await ledger.post('payment', { ...paid, reopensAccount: true })).ok)
      const [again] = await database.ownerSql`select status from account where id = ${acme.accountId}`
      assert.equal(again?.['status'], 'suspended', 'the same payment, sent again, restores nothing')
      const back = await ledger.post('return', { ...money, postingId: newId(clock), amountMicros: 8_000_000n })
      assert.deepEqual(back, { ok: true, value: { balanceMicros: 0n } })
      const negative = await ledger.post('return', { ...money, postingId: newId(clock), amountMicros: -1n })
      assert.equal(!negative.ok && negative.failure.code, 'ledger.bad_amount')
      assert.deepEqual(await db.asService(checkLedger), [])
    } finally {
      await ledger.close()
    }
  })
})
