import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { checkLedger } from '../../ledger/index.ts'
import { callOf, withBillingStage } from '../test-stage.ts'
import { setProfile } from '../billing-profile.ts'
import { deliverInvoices } from './deliver-invoices.ts'
import { readDocument, readInvoice, type WholeInvoice } from './read-invoices.ts'
import { advanceRun } from './run-billing.ts'
import type { BillingStage } from '../test-stage.ts'

async function invoicesOf({ office, scope }: BillingStage, tenantId: string): Promise<readonly WholeInvoice[]> {
  return office.as(scope, async (tx) => {
    const ids = await tx<{ id: string }[]>`select id from invoice where tenant_id = ${tenantId} order by period_to`
    const all = []
    for (const { id } of ids) all.push((await readInvoice(tx, id, true))!)
    return all
  })
}

const linesOf = ({ lines }: WholeInvoice) =>
  lines.map(({ kind, fromDay, toDay, amountMicros }) => [kind, fromDay, toDay, Number(amountMicros) / 1e6])

test('R53 R54 R55 the first invoice is activation, partial month and the month ahead; the second is simpler', () =>
  withTestDatabase((database) =>
    withBillingStage(database, '2026-06-11T14:00:00Z', async (stage) => {
      const acme = await stage.customer('acme')
      await stage.sell(acme, 30_000_000n, 25_000_000n, '2026-06-11')
      const run = async (day: string) => {
        const outcome = await advanceRun(stage.parts, { seller: await stage.seller(), day, kind: 'customer' })
        assert.deepEqual([outcome.state, outcome.waiting, outcome.unposted], ['issued', 0, 0])
      }
      stage.at('2026-07-01T10:00:00Z')
      await run('2026-07-01')
      await run('2026-07-01')
      stage.at('2026-08-01T10:00:00Z')
      await run('2026-08-01')
      const [first, second, ...others] = await invoicesOf(stage, acme.tenantId)
      assert.deepEqual(others, [])
      assert.deepEqual(linesOf(first!), [
        ['activation', '2026-06-11', null, 25],
        ['partial', '2026-06-11', '2026-07-01', 20],
        ['monthly', '2026-07-01', '2026-08-01', 30],
      ])
      assert.deepEqual([first!.netMicros, first!.taxMicros, first!.totalMicros], [75_000_000n, 9_750_000n, 84_750_000n])
      assert.deepEqual(linesOf(second!), [['monthly', '2026-08-01', '2026-09-01', 30]])
      assert.deepEqual([first!.number, second!.number], ['NW-000001', 'NW-000002'])
      const faults = await stage.ledger.postBilling([])
      assert.deepEqual(faults, [])
      const charge = await database.openDb('charge')
      assert.deepEqual(await charge.asService(checkLedger), [])
      const [balance] = await stage.office.as(
        stage.scope,
        (tx) => tx`select balance_micros from account_balance where account_id = ${acme.accountId}`,
      )
      assert.equal(balance?.['balance_micros'], first!.totalMicros + second!.totalMicros)
    }),
  ))

test('R47 a call at 23:59:59 and one at midnight land on two invoices; one open across is billed once', () =>
  withTestDatabase((database) =>
    withBillingStage(database, '2026-10-01T14:00:00Z', async (stage) => {
      const acme = await stage.customer('acme')
      // Toronto is four hours behind UTC until 1 November 2026, 02:00.
      const midnight = Temporal.Instant.from('2026-11-01T04:00:00Z').epochMilliseconds
      stage.at('2026-11-01T04:30:00Z')
      await stage.settle([
        callOf(acme, stage.clock, { answeredAt: midnight - 1000, seconds: 61 }),
        callOf(acme, stage.clock, { answeredAt: midnight, seconds: 30 }),
      ])
      stage.at('2026-11-01T11:00:00Z')
      await advanceRun(stage.parts, { seller: await stage.seller(), day: '2026-11-01', kind: 'customer' })
      // Its record comes when its period is drafted: it goes to the next one.
      await stage.settle([callOf(acme, stage.clock, { answeredAt: midnight - 3_600_000, seconds: 10 })])
      stage.at('2026-12-01T11:00:00Z')
      await advanceRun(stage.parts, { seller: await stage.seller(), day: '2026-12-01', kind: 'customer' })
      const [october, november] = await invoicesOf(stage, acme.tenantId)
      assert.deepEqual([october!.callCount, october!.usageMicros], [1, 700_000n])
      assert.deepEqual([november!.callCount, november!.usageMicros], [2, 700_000n])
      assert.deepEqual([october!.netMicros, october!.totalMicros], [700_000n, 790_000n])
    }),
  ))

test('R38 R56 an issued invoice is mailed once, and its document is stored with its hash for ever', () =>
  withTestDatabase((database) =>
    withBillingStage(database, '2026-10-05T14:00:00Z', async (stage) => {
      const acme = await stage.customer('acme')
      await stage.sell(acme, 30_000_000n, 0n, '2026-10-05')
      await stage.office.as(stage.scope, (tx) =>
        setProfile(tx, stage.clock, acme.tenantId, {
          region: 'QC',
          country: 'CA',
          postalAddress: '4 Rue Cr\u00e9mazie\nMontr\u00e9al QC H2P 1B4',
          email: 'accounts@acme.example',
          billDay: 1,
          taxExempt: null,
        }),
      )
      stage.at('2026-11-01T11:00:00Z')
      const seller = await stage.seller()
      await advanceRun(stage.parts, { seller, day: '2026-11-01', kind: 'customer' })
      const parts = { ...stage.parts, addressOn: (_: string, path: string) => `https://nw.example${path}` }
      assert.equal(await deliverInvoices(parts, seller), 1)
      assert.equal(await deliverInvoices(parts, seller), 0)
      const [invoice] = await invoicesOf(stage, acme.tenantId)
      // 26.13 + 30.00; 5 % and 9.975 % of it, both on the net amount.
      assert.deepEqual(
        invoice!.taxes.map(({ name, amountMicros }) => [name, Number(amountMicros) / 1e6]),
        [
          ['GST', 2.81],
          ['QST', 5.6],
        ],
      )
      const document = await stage.office.as(stage.scope, (tx) => readDocument(tx, invoice!.id))
      assert.equal(createHash('sha256').update(document!.content).digest('hex'), invoice!.documentSha256)
      assert.match(document!.content.toString('latin1'), /^%PDF-1\.7/)
      const mails = await stage.office.as(
        stage.scope,
        (tx) => tx`select to_address, subject, text_body, html_body from mail_message`,
      )
      assert.deepEqual(
        mails.map(({ to_address, subject }) => [to_address, subject]),
        [['accounts@acme.example', 'Invoice NW-000001']],
      )
      assert.match(mails[0]!['text_body'] as string, /Amount to pay: CAD 64\.54/)
      const change = stage.office.as(
        stage.scope,
        (tx) => tx`update invoice_line set amount_micros = 1 where invoice_id = ${invoice!.id}`,
      )
      await assert.rejects(change, /never changed/)
    }),
  ))
