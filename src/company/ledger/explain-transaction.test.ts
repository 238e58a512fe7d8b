/** Why a call was charged what it was: computed again, compared, and told to each reader as far as he may see. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '../../base/index.ts'
import { ask, clock, withStage, type Asker, type Stage } from './test-stage.ts'
import { callRecord } from './testing.ts'

type Shown = {
  matches: boolean
  differences: string[]
  sentences: string[]
  charges: { level: number; payer: string; chargeMicros: string; postedMicros: string; computed: object | null }[]
  cost: { carrierName: string; costMicros: string | null } | null
}

async function explain(stage: Stage, asker: Asker, id: string): Promise<Shown | string | undefined> {
  const answer = await ask(stage, 'explainTransaction', asker, { params: { id } })
  return answer.ok ? (answer.value as Shown) : answer.failure?.code
}

test('a charge is explained as data and as sentences, and computed again', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const record = callRecord(acme, 61)
    const free = callRecord(acme, 30, { class: 'onnet', direction: 'internal', to: '203' })
    const missed = callRecord(acme, 30, { answeredAt: undefined })
    assert.equal((await stage.ledger.settle([record, free, missed])).length, 3)
    const shown = await explain(stage, { tenantPath: acme.path }, record.id)
    assert(typeof shown === 'object')
    assert.equal(shown.matches, true, shown.differences.join())
    assert.deepEqual(
      shown.charges.map(({ level, payer, chargeMicros, postedMicros, computed }) => [
        level,
        payer,
        chargeMicros,
        postedMicros,
        computed,
      ]),
      [[0, 'acme', '700000', '700000', { chargeMicros: '700000', billedSeconds: 120, reason: 'rated' }]],
    )
    const text = shown.sentences.join('\n')
    assert.match(text, /acme pays by the price list "Standard", version 1, in force since .+ \(America\/Toronto\)\./)
    assert.match(text, /The longest prefix in it that \+442071838750 begins with is 44: United Kingdom\./)
    assert.match(text, /61 s, billed in a first block of 60 s and then blocks of 60 s: 120 s\./)
    assert.match(text, /acme was charged 0\.7\d* CAD; the ledger took 0\.7\d* CAD from the account\./)
    assert.match(text, /Computed again now, everything comes out the same\./)
    for (const { id } of [free, missed]) {
      const other = await explain(stage, { tenantPath: acme.path }, id)
      assert(typeof other === 'object')
      assert.equal(other.matches, true, other.differences.join())
      assert.equal(other.charges[0]?.chargeMicros, '0')
    }
    assert.equal(await explain(stage, { tenantPath: birch.path }, record.id), 'ledger.no_such_call')
    const phoneUser = { tenantPath: acme.path, role: 'phone_user', personId: newId(clock) } as const
    assert.equal(await explain(stage, phoneUser, record.id), 'ledger.no_such_call', "a colleague's call")
  })
})

test('what does not come out the same is named: a changed row, an entry that is not the charge', async () => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const record = callRecord(acme, 61)
    await stage.ledger.settle([record])
    await stage.ownerSql`alter table cdr disable trigger append_only`
    await stage.ownerSql`update cdr set charge_micros = charge_micros + 1 where id = ${record.id}`
    const shown = await explain(stage, { tenantPath: acme.path }, record.id)
    assert(typeof shown === 'object')
    assert.equal(shown.matches, false)
    assert.deepEqual(shown.differences, [
      'acme: charge in micros: stored 700001, computed 700000',
      'acme: posted in the ledger: stored 700000, computed 700001',
    ])
    await stage.ownerSql`update cdr set charge_micros = charge_micros - 1 where id = ${record.id}`
    await stage.ownerSql`alter table cdr enable trigger append_only`
  })
})

test('every charge of random calls is explained by what it was computed from', async (context) => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const seed = fc.sample(fc.nat(), 1)[0]!
    context.diagnostic(`seed ${seed}`)
    const calls = fc.sample(
      fc.record({
        seconds: fc.nat({ max: 5000 }),
        to: fc.constantFrom('+14165550199', '+442071838750', '+19005550100', '+18005550100'),
      }),
      { seed, numRuns: 40 },
    )
    const records = calls.map(({ seconds, to }) => callRecord(acme, seconds, { to }))
    await stage.ledger.settle(records)
    for (const { id } of records) {
      const shown = await explain(stage, { tenantPath: acme.path }, id)
      assert(typeof shown === 'object')
      assert.deepEqual(shown.differences, [])
    }
  })
})
