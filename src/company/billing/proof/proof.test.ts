/** The proof of a month: green when all is well, and red with the one record that was changed or removed. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withTestDatabase, type Sql } from '../../../../test/database.ts'
import { secureRandom, toHex } from '../../../base/index.ts'
import { noteEvidence, readEvidence } from '../../ledger/index.ts'
import { chargeOnce, postCharges } from '../invoices/charge-once.ts'
import { advanceRun } from '../invoices/run-billing.ts'
import { deliverInvoices } from '../invoices/deliver-invoices.ts'
import { canada } from '../tax/canadian-taxes.ts'
import { callOf, withBillingStage, type BillingStage } from '../test-stage.ts'
import { proveMonth, type Proof } from './prove-month.ts'

const destinations = ['+442071838750', '+33142685300', '+14165550123', '+16135550199']

/** October of two customers, billed. */
async function playOctober(stage: BillingStage, folder: string): Promise<void> {
  const customers = [await stage.customer('acme'), await stage.customer('birch', 'America/Vancouver', '604')]
  for (const customer of customers) {
    await stage.sell(customer, 30_000_000n, 25_000_000n, '2026-10-07')
    await stage.sell(customer, 4_990_000n, 0n, '2026-10-07')
  }
  const begin = Temporal.Instant.from('2026-10-08T15:00:00Z').epochMilliseconds
  const calls = Array.from({ length: 40 }, (_, at) => {
    const to = destinations[at % destinations.length]!
    return callOf(customers[at % 2]!, stage.clock, { answeredAt: begin + at * 41_000_000, seconds: 7 * at + 1, to })
  })
  for (const call of calls) {
    stage.clock.setWall(call.endedAt - stage.clock.now())
    await stage.settle([call])
  }
  await noteEvidence(folder, calls)
  const occurredAt = stage.clock.now()
  const fee = { description: 'Work after hours', amountMicros: 125_000_000n, taxCode: 'service' as const, occurredAt }
  await stage.office.as(stage.scope, (tx) =>
    chargeOnce(tx, stage.clock, { ...fee, customerId: customers[0]!.tenantId }),
  )
  await postCharges(stage.parts, stage.scope.tenantPath)
  stage.at('2026-11-01T14:00:00Z')
  const seller = await stage.seller()
  const outcome = await advanceRun(stage.parts, { seller, day: '2026-11-01', kind: 'customer' })
  assert.equal(outcome.state, 'issued')
  await deliverInvoices({ ...stage.parts, addressOn: () => 'https://nw.example/' }, seller)
}

type Target = {
  readonly table: string
  /** How a row is found again, and what the proof calls it. */
  readonly key: readonly string[]
  readonly named: string
  readonly from?: string
  readonly columns: Readonly<Record<string, string>>
}

const targets: readonly Target[] = [
  {
    table: 'cdr',
    key: ['id'],
    named: 'id::text',
    columns: {
      charge_micros: 'charge_micros + 1',
      billed_seconds: 'billed_seconds + 6',
      duration_seconds: 'duration_seconds + 1',
      to_number: `'+442071838759'`,
      from_number: `'+14165550777'`,
      answered_at: `answered_at + interval '1 second'`,
      ended_at: `ended_at + interval '1 second'`,
      destination_name: `'Elsewhere'`,
      prefix: `'999'`,
      class: `'premium'`,
      hangup_cause: `'busy'`,
      assigned_period: `'2026-12-01'`,
      explanation: `'["no"]'::jsonb`,
    },
  },
  {
    table: 'ledger_entry',
    key: ['posting_id', 'line'],
    named: `posting_id || '/' || line`,
    columns: { amount_micros: 'amount_micros + 1', currency: `'USD'` },
  },
  {
    table: 'invoice_line',
    key: ['invoice_id', 'line'],
    named: `(select number from invoice where id = invoice_id) || '/' || line`,
    columns: {
      amount_micros: 'amount_micros + 10000',
      quantity: 'quantity + 1',
      description: `'Something else'`,
      kind: `case when kind = 'monthly' then 'partial' else 'monthly' end`,
      from_day: `'2026-10-02'`,
      tax_code: `'none'`,
    },
  },
]

/** A row is changed behind everybody's back, looked for, and put back. */
async function mutate(sql: Sql, target: Target, draw: (below: number) => number, prove: () => Promise<Proof>) {
  const { table, key, named, columns } = target
  const keys = [...key].join(', ')
  const rows = await sql.unsafe(
    `select to_jsonb(${table})::text as row, ${named} as name from ${table} order by ${keys}`,
  )
  const { row, name } = rows[draw(rows.length)] as unknown as { row: string; name: string }
  const one = `select * from jsonb_populate_record(null::${table}, $1::text::jsonb)`
  const where = `(${keys}) = (select ${keys} from (${one}) as kept)`
  const names = Object.keys(columns)
  const column = draw(4) === 0 ? undefined : names[draw(names.length)]!
  const act = column === undefined ? `delete from ${table}` : `update ${table} set ${column} = ${columns[column]}`
  await sql.unsafe(`${act} where ${where}`, [row])
  const proof = await prove()
  await sql.unsafe(`delete from ${table} where ${where}`, [row])
  await sql.unsafe(`insert into ${table} ${one}`, [row])
  return { proof, name, what: `${table} ${column ?? 'deleted'}: ${row}` }
}

test('F31 the proof is green, and names exactly the record that was changed or removed', (t) =>
  withTestDatabase(async (database) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-evidence-'))
    const seed = Number(`0x${toHex(secureRandom(4))}`)
    t.diagnostic(`seed ${seed}`)
    let state = BigInt(seed) + 1n
    const draw = (below: number): number => {
      state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % (1n << 64n)
      return Number((state >> 33n) % BigInt(below))
    }
    try {
      await withBillingStage(database, '2026-10-07T14:00:00Z', async (stage) => {
        await playOctober(stage, folder)
        const prove = (): Promise<Proof> =>
          proveMonth(
            {
              db: stage.office,
              tenantPath: stage.scope.tenantPath,
              taxes: [canada],
              evidence: (months) => readEvidence(folder, months),
            },
            '2026-10',
          )
        const first = await prove()
        assert.deepEqual(first.findings, [])
        assert.deepEqual([first.calls, first.invoices, first.isGreen], [40, 2, true])
        const sql = database.ownerSql
        for (const { table } of targets) await sql.unsafe(`alter table ${table} disable trigger user`)
        for (let round = 0; round < 45; round++) {
          const target = targets[round % targets.length]!
          const { proof, name, what } = await mutate(sql, target, draw, prove)
          const ids = proof.findings.map(({ id }) => id)
          assert.deepEqual(
            ids,
            [name],
            `seed ${seed}, round ${round}: ${what}\n${JSON.stringify(proof.findings, null, 1)}`,
          )
        }
        assert.equal((await prove()).isGreen, true)
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  }))
