import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { createDevice, createExtension, removeService } from '../../numbers/index.ts'
import { valueOf, withBillingStage } from '../test-stage.ts'
import { advanceRun } from './run-billing.ts'

test('billing stops with the service: an extension goes with its phones, and unused days are given back', () =>
  withTestDatabase((database) =>
    withBillingStage(database, '2026-10-03T12:00:00Z', async (stage) => {
      const { tenantId } = await stage.customer('acme')
      const terms = { tenantId, productId: stage.productId, startedOn: '2026-10-03', currency: 'CAD' }
      const subscriptionId = await stage.office.as(stage.scope, async (tx) => {
        const seat = { ...terms, monthlyMicros: 30_000_000n, number: '201', name: 'Front desk' }
        const extension = valueOf(await createExtension(tx, stage.clock, seat))
        const phone = { ...terms, monthlyMicros: 6_000_000n, extensionId: extension.id, label: 'Desk' }
        valueOf(await createDevice(tx, stage.clock, { ...phone, sipUser: 'acme-201', secretKeyId: 1 }))
        return extension.subscriptionId
      })
      const bill = async (day: string): Promise<void> => {
        stage.at(`${day}T12:00:00Z`)
        await advanceRun(stage.parts, { seller: await stage.seller(), day, kind: 'customer' })
      }
      await bill('2026-11-01')
      stage.at('2026-11-11T12:00:00Z')
      const ended = await stage.office.as(stage.scope, (tx) => removeService(tx, subscriptionId, '2026-11-11'))
      assert.equal(ended.length, 2)
      await bill('2026-12-01')
      const lines = await stage.office.as(
        stage.scope,
        (tx) => tx<{ kind: string; amount: bigint }[]>`
          select line.kind, amount_micros as amount from invoice_line as line
          join invoice on invoice.id = invoice_id where period_to = '2026-12-01' order by amount_micros`,
      )
      // Twenty of thirty days.
      assert.deepEqual(
        lines.map(({ kind, amount }) => [kind, Number(amount) / 1e6]),
        [
          ['credit', -20],
          ['credit', -4],
        ],
      )
      const [left] = await stage.office.as(
        stage.scope,
        (tx) => tx`select count(*)::int as n from device where status = 'active'`,
      )
      assert.equal(left?.['n'], 0)
    }),
  ))
