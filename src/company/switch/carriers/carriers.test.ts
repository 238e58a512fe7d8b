import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, virtualClock } from '../../../base/index.ts'
import { createCarrierHealth } from './carrier-health.ts'
import { orderByCost, rankRoutes, type CarrierState } from './carrier-order.ts'
import { buildDirectory, type Carrier, type CarrierRoute, type DirectoryRows } from '../directory/directory.ts'
import { findTargets } from '../routing/find-targets.ts'
import { openBench, type Bench, type Peer } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

const [north, cascade] = sampleRows.carriers as [Carrier, Carrier, Carrier]
const free: CarrierState = { isDown: () => false, isFull: () => false }
const route = (carrierId: string, prefix: string, priority: number): CarrierRoute => ({
  carrierId,
  prefix,
  priority,
  kind: 'normal',
})
const cost = (carrierId: string, costNanosPerMinute: bigint) => ({ carrierId, costNanosPerMinute })

function ordered(routes: readonly CarrierRoute[], state = free, costs: ReturnType<typeof cost>[] = []): string[] {
  const ranked = rankRoutes(routes, state)
  const groups = ranked.map(({ carrierId }) => [{ kind: 'carrier', carrierId, user: '+1' } as const])
  const allowed = costs.length > 0 ? costs : ranked.map(({ carrierId }) => cost(carrierId, 0n))
  return orderByCost(groups, ranked, allowed).map((group) => (group[0]?.kind === 'carrier' ? group[0].carrierId : ''))
}

test('F14 carriers are tried by prefix, then priority, then cost; unknown costs come after known ones', () => {
  const routes = [route('a', '1416', 1), route('b', '1', 1), route('c', '1', 1), route('d', '1', 1), route('e', '1', 2)]
  const costs = [cost('a', 90n), cost('b', 30n), cost('c', 0n), cost('d', 20n), cost('e', 1n)]
  assert.deepEqual(ordered(routes, free, costs), ['a', 'd', 'b', 'c', 'e'])
  assert.deepEqual(ordered(routes, free, [cost('b', 3n), cost('a', 9n)]), ['a', 'b'], 'only those that are allowed')
})

test('a carrier that is down comes last, a full one not at all', () => {
  const routes = [route('a', '1416', 1), route('b', '1', 1), route('c', '1', 1)]
  const isDown = (id: string): boolean => id === 'a' || id === 'b'
  assert.deepEqual(ordered(routes, { ...free, isDown }), ['c', 'a', 'b'])
  const costs = [cost('a', 5n), cost('b', 1n), cost('c', 9n)]
  assert.deepEqual(ordered(routes, { ...free, isDown }, costs), ['c', 'a', 'b'], 'cheapness does not bring it back')
  assert.deepEqual(ordered(routes, { ...free, isFull: (id) => id === 'c' }), ['a', 'b'])
})

test('a carrier is down after three failures in a row, and up after two answers', () => {
  const changes: string[] = []
  const health = createCarrierHealth({
    directory: () => buildDirectory(sampleRows),
    clock: virtualClock(0),
    metrics: createMetrics(),
    callsOf: () => 0,
    onChange: ({ state }) => void changes.push(state),
  })
  const see = (...signs: readonly boolean[]): void => {
    for (const isAlive of signs) health.note({ carrierId: 'cascade', isAlive, detail: 'x' })
  }
  see(true, false, false, true, false, false)
  assert.deepEqual(changes, ['up'])
  see(false)
  assert.deepEqual([changes.at(-1), health.isDown('cascade')], ['down', true])
  see(true, false, true)
  assert.ok(health.isDown('cascade'))
  see(true)
  assert.deepEqual([changes.at(-1), health.isDown('cascade')], ['up', false])
})

const CALLER = '203.0.113.20'

async function withCarriers(
  rows: Partial<DirectoryRows>,
  act: (bench: Bench, dial: () => Promise<{ status: number | undefined; leg: string }>, peers: Peer[]) => Promise<void>,
): Promise<void> {
  const bench = await openBench({ ...sampleRows, ...rows }, { pings: true })
  const peers = [
    await bench.peer({ address: '127.0.0.1', port: 7001 }),
    await bench.peer({ address: '127.0.0.1', port: 7002 }),
  ]
  const phone = await bench.phone('acme201', CALLER)
  await phone.register()
  const dial = async () => {
    const leg = phone.dial('+12125550100')
    await bench.pass(21_000)
    const status = phone.ends.get(leg)?.status
    phone.sip.hangup(leg)
    await bench.pass(200)
    return { status, leg }
  }
  await act(bench, dial, peers)
  await bench.crash()
}
const invites = (peer: Peer | undefined): number => peer?.diary.filter((line) => line === 'invite').length ?? 0

test('F14 the next carrier is tried when one fails, not when the person called refuses', () =>
  withCarriers({}, async (_, dial, [first, second]) => {
    first!.behaviour = 'fail'
    await dial()
    assert.deepEqual([invites(first), invites(second)], [1, 1])
    first!.behaviour = 'busy'
    assert.equal((await dial()).status, 486)
    assert.deepEqual([invites(first), invites(second)], [2, 1])
    first!.behaviour = 'unknown'
    assert.equal((await dial()).status, 404)
    assert.deepEqual([invites(first), invites(second)], [3, 1])
    first!.behaviour = 'silent'
    assert.equal((await dial()).status, undefined)
    assert.deepEqual(invites(second), 2)
  }))

test('the cheapest of equal carriers gets the call, and its id is in the record', () =>
  withCarriers(
    { routes: [route('northvoice', '1', 1), route('cascade', '1', 1)] },
    async (bench, dial, [first, second]) => {
      bench.charging.carriers = [cost('northvoice', 12_000_000n), cost('cascade', 9_000_000n)]
      await dial()
      assert.deepEqual([invites(first), invites(second)], [0, 1])
      assert.deepEqual(bench.charging.asked.at(-1)?.carrierIds, ['northvoice', 'cascade'])
      assert.equal(bench.cdrs().at(-1)?.carrierId, 'cascade')
    },
  ))

test('a carrier that answers no ping is avoided, and back when it answers again', () =>
  withCarriers({}, async (bench, dial, [first, second]) => {
    first!.behaviour = 'silent'
    await bench.pass(90_000)
    assert.deepEqual(
      bench
        .house()
        .carrierHealth()
        .map(({ carrierId, state }) => [carrierId, state]),
      [
        ['northvoice', 'down'],
        ['cascade', 'up'],
        ['psap', 'down'],
      ],
    )
    await dial()
    assert.deepEqual([invites(first), invites(second)], [0, 1])
    first!.behaviour = 'answer'
    await bench.pass(40_000)
    await dial()
    assert.deepEqual([invites(first), invites(second)], [1, 1])
  }))

test('a full carrier is passed over; when all are full the caller hears it', () =>
  withCarriers(
    {
      carriers: [
        { ...north, channelsMax: 1 },
        { ...cascade, channelsMax: 1 },
      ],
    },
    async (bench, dial, peers) => {
      const others = await Promise.all(['beta201', 'acme202'].map((user, i) => bench.phone(user, `203.0.113.3${i}`)))
      for (const other of others) other.dial('+12125550199')
      await bench.pass(1000)
      assert.deepEqual(peers.map(invites), [1, 1])
      assert.equal((await dial()).status, 503)
      assert.deepEqual(peers.map(invites), [1, 1])
      assert.equal(bench.cdrs().at(-1)?.hangupCause, 'no_channel')
    },
  ))

test('a carrier that no connection reaches is a clean end for the caller', () =>
  withCarriers(
    { carriers: [{ ...north, protocol: 'tcp', port: 7999 }], routes: [route('northvoice', '1', 1)] },
    async (bench, dial) => {
      assert.equal((await dial()).status, 503)
      assert.equal(bench.cdrs().at(-1)?.hangupCause, 'carrier_failed')
      assert.equal(bench.house().liveCalls().length, 0)
    },
  ))

test('each carrier is a target once', () => {
  const routes = [route('a', '1416', 1), route('b', '1', 1), route('a', '1', 2)]
  const directory = buildDirectory({ ...sampleRows, routes })
  const number = directory.number('+14165550101')!
  const wanted = { kind: 'carrier', destination: '+14165550199', callerNumber: number } as const
  const targets = findTargets(
    { directory, bindings: () => [] },
    {
      ...wanted,
      routes: rankRoutes(directory.routesFor('+14165550199'), free),
    },
  )
  assert.equal(targets.length, 2)
})
