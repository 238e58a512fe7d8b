/** The charge process as its peers see it: over the bus, with and without a database. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, FailureError, readConfig, secureRandom, silentLog, systemClock } from '../../base/index.ts'
import { createLocalBusNetwork, type Bus } from '../../platform/bus/index.ts'
import { roleUrl } from '../../platform/db/index.ts'
import { buildTestHouse, callRecord, reserveRequest } from '../../company/ledger/testing.ts'
import {
  callRated,
  confirmReservation,
  extendReservation,
  ledgerFaults,
  reserve,
  settleCalls,
  type CallRated,
} from '../../company/ledger/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import type { RunningProcess } from '../parts.ts'
import { runCharge } from './run.ts'

const clock = systemClock({ keepAlive: true })

async function withCharge(databaseUrl: string, act: (signal: Bus, charge: RunningProcess) => Promise<void>) {
  const config = readConfig({})
  assert(config.ok)
  const network = createLocalBusNetwork()
  const bus = await network.join({ name: 'charge', clock, log: silentLog })
  const signal = await network.join({ name: 'signal', clock, log: silentLog })
  const common = { config: config.value, clock, log: silentLog, metrics: createMetrics(), random: secureRandom }
  const running = await runCharge({ ...common, databaseUrl, bus })
  if (!running.ok) throw new FailureError(running.failure)
  try {
    await act(signal, running.value)
  } finally {
    await running.value.close()
    await Promise.all([bus.close(), signal.close()])
  }
}

test('a call is reserved, confirmed, extended and settled over the bus, and its charge is told', async () => {
  await withTestDatabase(async (database) => {
    const [acme] = (await buildTestHouse(await database.openDb('office'))).customers
    const url = roleUrl(database.url, 'charge')
    assert(acme && url.ok)
    await withCharge(url.value, async (signal, charge) => {
      const rated: CallRated[] = []
      signal.subscribe('charge', callRated, (one) => void rated.push(one))
      while (charge.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      const request = reserveRequest(acme)
      const { cdrId } = request
      const granted = await signal.request('charge', reserve, request)
      assert(granted.ok && granted.value.ok && granted.value.value.grantedSeconds === 299)
      const confirmed = await signal.request('charge', confirmReservation, { cdrId, answeredAt: request.at })
      assert(confirmed.ok && confirmed.value.ok)
      const extended = await signal.request('charge', extendReservation, { cdrId, elapsedSeconds: 279 })
      assert(extended.ok && extended.value.ok && extended.value.value.grantedSeconds === 599)
      const records = [callRecord(acme, 301, { id: cdrId })]
      const settled = await signal.request('charge', settleCalls, { records })
      assert(settled.ok)
      assert.deepEqual(settled.value.stored, [cdrId])
      while (rated.length === 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      assert.deepEqual(rated[0], {
        cdrId,
        tenantId: acme.tenantId,
        personId: undefined,
        chargeMicros: 2_100_000n,
        currency: 'CAD',
      })
      const faults = await signal.request('charge', ledgerFaults, {})
      assert(faults.ok)
      assert.deepEqual(faults.value, [])
    })
  })
})

test('without a database it starts, says so, refuses paid calls and leaves records with their sender', async () => {
  await withCharge('postgres://nobody@127.0.0.1:1/none', async (signal, charge) => {
    const nobody = { tenantId: 't', accountId: 'a', path: 'nw/' }
    const refused = await signal.request('charge', reserve, reserveRequest(nobody))
    assert(refused.ok && !refused.value.ok && refused.value.failure.code === 'ledger.unavailable')
    const settled = await signal.request('charge', settleCalls, { records: [callRecord(nobody, 1)] })
    assert(settled.ok)
    assert.deepEqual(settled.value.stored, [])
    assert.match(charge.notes().join(), /not loaded yet/)
  })
})
