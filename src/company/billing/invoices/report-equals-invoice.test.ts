/** The seed: "use the date range from the 1st of the previous month (00:00:00) to the 1st of the current month". */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { isoInstant } from '../../../base/index.ts'
import { callOf, withBillingStage, type BilledCustomer } from '../test-stage.ts'
import { advanceRun } from './run-billing.ts'

const zones = ['America/Toronto', 'America/Vancouver', 'America/St_Johns', 'Europe/London', 'Pacific/Auckland']
/** A month with a clock change, and one without, in every zone of the list. */
const months = ['2026-10', '2026-11', '2026-12', '2027-03', '2027-04']

test('R34 the sum of the calls between two local midnights is the usage of the invoice, in every zone and month', () =>
  withTestDatabase((database) =>
    withBillingStage(database, '2026-09-15T12:00:00Z', async (stage) => {
      const customers: BilledCustomer[] = []
      for (const [at, zone] of zones.entries()) customers.push(await stage.customer(`c${at}`, zone))
      let step = 0
      for (const month of months) {
        const first = Temporal.PlainDate.from(`${month}-01`)
        const next = first.add({ months: 1 })
        for (const customer of customers) {
          const begin = first.toZonedDateTime(customer.zone).epochMilliseconds
          const end = next.toZonedDateTime(customer.zone).epochMilliseconds
          const instants = [begin, begin + 1, end - 1, (begin + end) / 2, end - 3_600_000, begin + 93_600_000]
          const calls = instants.map((answeredAt) =>
            callOf(customer, stage.clock, { answeredAt, seconds: 11 + (step++ % 50), to: '+33142685300' }),
          )
          stage.clock.setWall(end + 60_000 - stage.clock.now())
          for (const call of calls) {
            stage.clock.setWall(call.endedAt - stage.clock.now())
            await stage.settle([call])
          }
        }
        stage.at(`${next.toString()}T20:00:00Z`)
        await advanceRun(stage.parts, { seller: await stage.seller(), day: next.toString(), kind: 'customer' })
      }
      const rows = await stage.office.as(
        stage.scope,
        (tx) => tx<
          { tenantId: string; periodFrom: string; periodTo: string; usage: bigint; from: number; to: number }[]
        >`
          select tenant_id as "tenantId", period_from as "periodFrom", period_to as "periodTo",
                 usage_micros as usage, window_from as "from", window_to as "to"
          from invoice where usage_micros > 0`,
      )
      assert.equal(rows.length, zones.length * months.length)
      for (const row of rows.filter(({ periodFrom }) => months.includes(periodFrom.slice(0, 7)))) {
        const customer = customers.find(({ tenantId }) => tenantId === row.tenantId)!
        const midnight = (day: string): number =>
          Temporal.PlainDate.from(day).toZonedDateTime(customer.zone).epochMilliseconds
        assert.equal(row.to, midnight(row.periodTo))
        const [report] = await stage.office.as(
          stage.scope,
          (tx) => tx<{ sum: bigint }[]>`
            select coalesce(sum(charge_micros), 0)::bigint as sum from cdr
            where tenant_id = ${row.tenantId} and occurred_at >= ${isoInstant(midnight(row.periodFrom))}::timestamptz
              and occurred_at < ${isoInstant(midnight(row.periodTo))}::timestamptz`,
        )
        if (row.from === midnight(row.periodFrom)) assert.equal(report!.sum, row.usage, JSON.stringify(customer))
      }
    }),
  ))
