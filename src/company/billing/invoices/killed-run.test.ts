/** A billing run that dies at random and goes on: the same invoices, numbers without gaps, nothing posted twice. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { secureRandom, toHex } from '../../../base/index.ts'
import type { Db } from '../../../platform/db/index.ts'
import { checkLedger } from '../../ledger/index.ts'
import { callOf, withBillingStage } from '../test-stage.ts'
import { deliverInvoices } from './deliver-invoices.ts'
import { advanceRun } from './run-billing.ts'

class Killed extends Error {}

/** A door that breaks after some transactions, before or after the last one was committed. */
function mortal(db: Db, lives: number): Db {
  let left = lives
  return {
    ...db,
    async as(scope, act) {
      if (left <= 0) throw new Killed()
      left -= 1
      const done = await db.as(scope, act)
      if (left === 0) throw new Killed()
      return done
    },
  }
}

test('R56 a run that is killed ten times at random goes on exactly where it was', (t) =>
  withTestDatabase((database) =>
    withBillingStage(database, '2026-10-03T12:00:00Z', async (stage) => {
      const seed = Number(`0x${toHex(secureRandom(2))}`)
      t.diagnostic(`seed ${seed}`)
      const customers = []
      for (let at = 0; at < 12; at++) customers.push(await stage.customer(`c${String(at).padStart(2, '0')}`))
      for (const [at, customer] of customers.entries()) {
        await stage.sell(customer, BigInt(10 + at) * 1_000_000n, 5_000_000n, '2026-10-03')
      }
      stage.at('2026-10-20T12:00:00Z')
      const answeredAt = stage.clock.now() - 100_000
      await stage.settle(customers.map((one) => callOf(one, stage.clock, { answeredAt, seconds: 61 })))
      stage.at('2026-11-01T12:00:00Z')
      const seller = await stage.seller()
      let deaths = 0
      let isDone = false
      for (let round = 0; !isDone && round < 200; round++) {
        const isMortal = deaths < 10
        const db = isMortal ? mortal(stage.office, 1 + ((seed + round * 7) % 6)) : stage.office
        const post: typeof stage.parts.post = async (postings) => {
          const posted = await stage.parts.post(postings)
          // Posted, and nobody was told.
          if (isMortal && (seed + round) % 2 === 0) throw new Killed()
          return posted
        }
        try {
          await advanceRun({ ...stage.parts, db, post }, { seller, day: '2026-11-01', kind: 'customer' })
          await deliverInvoices({ ...stage.parts, db, addressOn: () => 'https://nw.example/' }, seller)
          isDone = !isMortal
        } catch (thrown) {
          assert.ok(thrown instanceof Killed, String(thrown))
          deaths += 1
        }
        if (isMortal && deaths >= 10) continue
      }
      assert.equal(isDone, true)
      assert.ok(deaths >= 10, `${deaths} deaths`)
      const rows = await stage.office.as(
        stage.scope,
        (tx) => tx<{ number: string; total: bigint; posted: boolean; documents: number; mails: number }[]>`
          select number, total_micros as total, posted_at is not null as posted,
                 (select count(*)::int from invoice_document where invoice_id = invoice.id) as documents,
                 (select count(*)::int from billing_run) as mails
          from invoice where status <> 'void' order by number`,
      )
      assert.deepEqual(
        rows.map(({ number, posted, documents }) => [number, posted, documents]),
        customers.map((_, at) => [`NW-${String(at + 1).padStart(6, '0')}`, true, 1]),
      )
      const charge = await database.openDb('charge')
      assert.deepEqual(await charge.asService(checkLedger), [])
      const [owed] = await charge.asService(
        (tx) => tx<{ sum: bigint }[]>`
        select sum(balance_micros)::bigint as sum from account_balance`,
      )
      assert.equal(
        owed!.sum,
        rows.reduce((sum, row) => sum + row.total, 0n),
      )
    }),
  ))
