/** What is told of a call that several levels pay for: to each reader his own levels, and his own margin. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, withStage, type Asker, type Stage } from './test-stage.ts'
import { buildTestChain, callRecord, type TestChain } from './testing.ts'

const plenty = { customer: 100_000_000n, sub: 100_000_000n, partner: 100_000_000n }
const range = { from: '2000-01-01', to: '2100-01-01' }

type Explained = { matches: boolean; differences: string[]; charges: { payer: string; chargeMicros: string }[] }
type Margin = { items: { name: string; chargeMicros: string; costMicros: string; marginMicros: string }[] }

async function explainedTo(stage: Stage, asker: Asker, id: string): Promise<(readonly [string, string])[]> {
  const answer = await ask(stage, 'explainTransaction', asker, { params: { id } })
  assert(answer.ok, JSON.stringify(answer.failure))
  const { matches, differences, charges } = answer.value as Explained
  assert.equal(matches, true, differences.join())
  return charges.map(({ payer, chargeMicros }) => [payer, chargeMicros])
}

test('each level is told what it pays and what those below it pay, and its own margin', async () => {
  let chain: TestChain | undefined
  await withStage(
    async (stage) => {
      const { customer, levels } = chain!
      const record = callRecord(customer, 61)
      assert.deepEqual(await stage.ledger.settle([record]), [record.id])
      const [sub, partner] = levels
      const asPartner = (path: string, tenantId: string): Asker => ({
        tenantPath: path,
        tenantId,
        role: 'partner_admin',
      })
      // 61 s: two minutes at 0.35, two at 0.18, and 61 seconds of 0.09 a minute.
      const [own, subs, partners] = [
        ['cedar', '700000'],
        ['lake', '360000'],
        ['maple', '91500'],
      ] as const
      assert.deepEqual(await explainedTo(stage, { tenantPath: customer.path }, record.id), [own])
      assert.deepEqual(await explainedTo(stage, asPartner(sub!.path, sub!.tenantId), record.id), [own, subs])
      const all = [own, subs, partners]
      assert.deepEqual(await explainedTo(stage, asPartner(partner!.path, partner!.tenantId), record.id), all)
      assert.deepEqual(await explainedTo(stage, { tenantPath: 'nw/', role: 'provider_admin' }, record.id), all)

      const marginOf = async (asker: Asker): Promise<unknown[]> => {
        const answer = await ask(stage, 'readMargin', asker, { query: { ...range, by: 'destination' } })
        assert(answer.ok, JSON.stringify(answer.failure))
        return (answer.value as Margin).items.map((row) => [row.chargeMicros, row.costMicros, row.marginMicros])
      }
      assert.deepEqual(await marginOf(asPartner(sub!.path, sub!.tenantId)), [['700000', '360000', '340000']])
      assert.deepEqual(await marginOf(asPartner(partner!.path, partner!.tenantId)), [['360000', '91500', '268500']])
      const provider = { tenantPath: 'nw/', role: 'provider_admin' } as const
      assert.deepEqual(await marginOf(provider), [['91500', '0', '91500']])
    },
    async (office) => (chain = await buildTestChain(office, plenty)),
  )
})
