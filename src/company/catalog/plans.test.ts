/** Plans are kept as they were made, and a customer has one at a time. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../base/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { createDeck, importDeck } from './import-deck.ts'
import { assignPlan, createGroup, createPlan } from './make-plan.ts'
import { assignedPlans, readCounters } from './read-plans.ts'
import { testCall } from './test-call.ts'
import { addTenant, scope } from './testing.ts'

test('a plan is read as it was made, for the time in which a customer has it', async () => {
  const clock = virtualClock(1_780_000_000_000)
  await withTestDatabase(async ({ openDb }) => {
    const office = await openDb('office')
    const tenantId = await office.as(scope, async (tx) => {
      const providerId = await addTenant(tx, clock, { path: 'nw/', parentId: null, kind: 'provider' })
      const customerId = await addTenant(tx, clock, { path: 'nw/acme/', parentId: providerId, kind: 'customer' })
      const group = {
        name: 'Canada and USA',
        direction: 'outbound',
        classes: ['domestic'],
        prefixes: ['1907'],
      } as const
      const groupId = await createGroup(tx, clock, { tenantId: providerId, ...group })
      const planId = await createPlan(tx, clock, {
        tenantId: providerId,
        name: 'Hundred minutes',
        currency: 'CAD',
        quotas: [
          {
            name: '100 minutes',
            groupId,
            unit: 'seconds',
            amount: 6000n,
            firstSeconds: 60,
            nextSeconds: 60,
            renewal: 'monthly',
            rollover: 1,
            prorateFirst: true,
            atExhaustion: 'bill',
            priority: 1,
            waivesConnect: true,
          },
        ],
        discounts: [
          {
            name: 'Volume',
            groupId,
            unit: 'money',
            renewal: 'billing_period',
            priority: 2,
            tiers: [{ from: 10_000_000n, discountPpm: 100_000 }],
          },
        ],
      })
      await assignPlan(tx, clock, { tenantId: customerId, planId, billDay: 15 })
      return customerId
    })
    const charge = await openDb('charge')
    const plans = await charge.asService((tx) => assignedPlans(tx, { since: clock.now(), tenantIds: [tenantId] }))
    assert.equal(plans.length, 1)
    const { terms, assignmentId } = plans[0]!
    assert.deepEqual([terms.zone, terms.billDay, terms.startedAt], ['America/Toronto', 15, clock.now()])
    assert.equal(terms.quotas[0]?.amount, 6000n)
    assert.deepEqual(terms.quotas[0].group.prefixes, ['1907'])
    assert.deepEqual(terms.discounts[0]?.tiers, [{ from: 10_000_000n, discountPpm: 100_000 }])
    const counters = await charge.asService((tx) => readCounters(tx, { since: 0, assignmentIds: [assignmentId] }))
    assert.equal(counters.size, 0)
    clock.advance(60_000)
    await office.as(scope, (tx) => assignPlan(tx, clock, { tenantId, planId: undefined, billDay: 1 }))
    const later = { since: clock.now() + 1, tenantIds: [tenantId] }
    assert.deepEqual(await charge.asService((tx) => assignedPlans(tx, later)), [])
  })
})

test('a call can be tested by the deck in force and what is left of a customer’s plan', async () => {
  const clock = virtualClock(1_780_000_000_000)
  await withTestDatabase(async ({ openDb }) => {
    const office = await openDb('office')
    await office.as(scope, async (tx) => {
      const tenantId = await addTenant(tx, clock, { path: 'nw/', parentId: null, kind: 'provider' })
      const customerId = await addTenant(tx, clock, { path: 'nw/acme/', parentId: tenantId, kind: 'customer' })
      const deckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
      const call = { direction: 'outbound', to: '+442071838750', durationMs: 480_000 } as const
      const missing = await testCall(tx, deckId, { ...call, splitAt: [] }, clock.now())
      assert.equal(missing.ok ? '' : missing.failure.code, 'catalog.no_such_version')
      const head = 'prefix,destination,class,first_seconds,first_price,next_seconds,next_price'
      const csv = `${head}\n44,UK,international,60,0.1,60,0.1\n`
      assert((await importDeck(tx, clock, { tenantId, deckId, csv, activate: true })).ok)
      const group = { name: 'UK', direction: 'outbound', classes: [], prefixes: ['44'] } as const
      const groupId = await createGroup(tx, clock, { tenantId, ...group })
      const unit = { unit: 'seconds', amount: 120n, firstSeconds: 60, nextSeconds: 60, renewal: 'daily' } as const
      const rest = { rollover: 0, prorateFirst: false, atExhaustion: 'bill', priority: 1, waivesConnect: true } as const
      const quotas = [{ name: 'two minutes', groupId, ...unit, ...rest }]
      const plan = { tenantId, name: 'Small', currency: 'CAD', quotas, discounts: [] }
      const planId = await createPlan(tx, clock, plan)
      await assignPlan(tx, clock, { tenantId: customerId, planId, billDay: 1 })
      const plain = await testCall(tx, deckId, { ...call, splitAt: [] }, clock.now())
      assert.equal(plain.ok && plain.value.call.chargeMicros, 800_000n)
      const planned = await testCall(tx, deckId, { ...call, splitAt: [], customerId }, clock.now())
      assert(planned.ok)
      assert.deepEqual([planned.value.call.quotaSeconds, planned.value.call.chargeMicros], [120, 600_000n])
    })
  })
})
