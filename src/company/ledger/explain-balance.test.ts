/** How a balance comes about: the parts sum to it, and it moves while a call runs. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../base/index.ts'
import { ask, clock, withStage, type Stage } from './test-stage.ts'
import { callRecord, reserveRequest, type TestCustomer } from './testing.ts'

const DAY_MS = 86_400_000
type Parts = Record<
  'earlierMicros' | 'chargesMicros' | 'paymentsMicros' | 'adjustmentsMicros' | 'balanceMicros',
  string
>
type Balance = Parts & { running: { calls: number; chargeMicros: string; reservedMicros: string } }

async function balanceOf(stage: Stage, { path, accountId }: TestCustomer): Promise<Balance> {
  const answer = await ask(stage, 'explainBalance', { tenantPath: path }, { params: { id: accountId } })
  assert(answer.ok, JSON.stringify(answer.failure))
  return answer.value as Balance
}

test('the parts of a balance are what was left, charges of this month, payments and corrections', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const before = callRecord(acme, 60, { endedAt: clock.now() - 40 * DAY_MS })
    const now = [callRecord(acme, 60), callRecord(acme, 120)]
    await stage.ledger.settle([before, ...now])
    const money = { accountId: acme.accountId, occurredAt: clock.now(), reason: 'a test', createdBy: undefined }
    await stage.ledger.post('payment', { ...money, postingId: newId(clock), amountMicros: 500_000n })
    await stage.ledger.post('adjustment', { ...money, postingId: newId(clock), amountMicros: -100_000n })
    await new Promise<void>((resolve) => void clock.after(20, resolve))
    const balance = await balanceOf(stage, acme)
    assert.deepEqual(
      [balance.earlierMicros, balance.chargesMicros, balance.paymentsMicros, balance.adjustmentsMicros],
      ['350000', '1050000', '500000', '-100000'],
    )
    assert.equal(balance.balanceMicros, '800000')
    const other = await ask(stage, 'explainBalance', { tenantPath: birch.path }, { params: { id: acme.accountId } })
    assert.equal(other.failure?.code, 'ledger.no_such_account')
  })
})

test('R44 F20 the balance moves while a call runs', async () => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const request = reserveRequest(acme)
    assert(stage.ledger.reserve(request).ok)
    const ringing = await balanceOf(stage, acme)
    assert.deepEqual(ringing.running, { calls: 1, chargeMicros: '0', reservedMicros: '1750000' })
    assert((await stage.ledger.confirm(request.cdrId, clock.now() - 61_000)).ok)
    const talking = await balanceOf(stage, acme)
    assert.equal(talking.running.chargeMicros, '700000', 'two begun minutes')
    assert.equal(talking.balanceMicros, '0', 'nothing is owed before it has ended')
    await stage.ledger.settle([callRecord(acme, 62, { id: request.cdrId })])
    const ended = await balanceOf(stage, acme)
    assert.deepEqual(ended.running, { calls: 0, chargeMicros: '0', reservedMicros: '0' })
    assert.equal(ended.balanceMicros, '700000')
  })
})
