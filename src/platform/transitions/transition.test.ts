import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { FailureError, newId, virtualClock } from '../../base/index.ts'
import { faultsOfMachine, historyOf, transition, type Actor, type Guard, type Machine } from './index.ts'

const START = 1_764_000_000_000
const staff: Actor = { id: undefined, role: 'provider_admin', sourceAddress: '192.0.2.7' }
const system: Actor = { id: undefined, role: 'system' }

type OrderState = 'draft' | 'placed' | 'shipped' | 'closed'

const hasLines: Guard = {
  name: 'it has lines',
  refuse: async (tx, rows) => {
    const empty = await tx<{ id: string }[]>`
      select id from test_order where id = any(${rows.map(({ id }) => id)}::uuid[]) and lines = 0`
    return new Map(empty.map(({ id }) => [id, 'an order without lines cannot be placed']))
  },
}

const orders: Machine<OrderState> = {
  entity: 'order',
  table: 'test_order',
  stateColumn: 'status',
  states: ['draft', 'placed', 'shipped', 'closed'],
  initial: ['draft'],
  final: ['closed'],
  moves: [
    { from: ['draft'], to: 'placed', by: ['provider_admin', 'system'], guards: [hasLines] },
    {
      from: ['placed'],
      to: 'shipped',
      by: ['system'],
      effects: [
        {
          name: 'counts the shipment',
          act: async (tx, rows) => {
            await tx`update test_order set lines = lines + 100 where id = any(${rows.map(({ id }) => id)}::uuid[])`
          },
        },
      ],
    },
    { from: ['draft', 'placed', 'shipped'], to: 'closed', by: ['provider_admin', 'system'] },
  ],
}

test('the machine is sound', () => assert.deepEqual(faultsOfMachine(orders), []))

test('transitions', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb }) => {
    const clock = virtualClock(START)
    const [provider, acme, beta] = [newId(clock), newId(clock), newId(clock)]
    for (const [id, parent, kind, path] of [
      [provider, null, 'provider', 'nw/'],
      [acme, provider, 'customer', 'nw/acme/'],
      [beta, provider, 'customer', 'nw/beta/'],
    ] as const) {
      await ownerSql`
        insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
        values (${id}, ${id}, ${parent}, ${kind}, ${path}, ${path}, ${path.split('/').at(-2)!},
                to_timestamp(${START / 1000}))`
    }
    await ownerSql`
      create table test_order (
        id uuid primary key, tenant_id uuid not null references tenant (id), status text not null, lines int not null)`
    await ownerSql`select dialhouse_protect('test_order', services => array['dialhouse_office'])`
    const db = await openDb('office')
    const create = async (count: number, tenantId: string = acme, lines = 1): Promise<string[]> => {
      const ids = Array.from({ length: count }, () => newId(clock))
      await db.asService(
        (tx) =>
          tx`
            insert into test_order
            select id, ${tenantId}, 'draft', ${lines}::int from unnest(${ids}::uuid[]) as new (id)`,
      )
      return ids
    }
    const move = (ids: readonly string[], to: OrderState, actor = staff, tenantPath = 'nw/') =>
      db.as({ tenantPath }, (tx) => transition(tx, clock, { machine: orders, ids, to, actor, reason: 'as asked' }))
    const statesOf = async (ids: readonly string[]): Promise<string[]> => {
      const rows = await db.asService((tx) => tx`select status from test_order where id = any(${ids}::uuid[])`)
      return rows.map((row) => row['status'] as string)
    }

    await suite.test('a move writes state, history, audit and event together', async () => {
      const [id] = (await create(1)) as [string]
      const moved = await move([id], 'placed')
      assert.deepEqual(moved, { ok: true, value: [{ id, tenantId: acme, from: 'draft' }] })
      assert.deepEqual(await statesOf([id]), ['placed'])
      await move([id], 'shipped', system)
      const history = await db.asService((tx) => historyOf(tx, 'order', id))
      assert.deepEqual(
        history.map((entry) => [entry.from, entry.to, entry.actorRole, entry.reason, entry.at]),
        [
          ['draft', 'placed', 'provider_admin', 'as asked', START],
          ['placed', 'shipped', 'system', 'as asked', START],
        ],
      )
      const [audit] = await ownerSql`select * from audit_entry where subject_id = ${id} order by sequence`
      assert.deepEqual(
        [audit?.['tenant_id'], audit?.['action'], audit?.['before'], audit?.['after'], audit?.['source_address']],
        [acme, 'order.placed', { status: 'draft' }, { status: 'placed' }, '192.0.2.7'],
      )
      const events = await ownerSql`select topic, payload from outbox_event order by sequence`
      assert.deepEqual(
        events.map((event) => event['topic']),
        ['order.placed', 'order.shipped'],
      )
      assert.equal(events[0]?.['payload'].id, id)
      const [order] = await ownerSql`select lines from test_order where id = ${id}`
      assert.equal(order?.['lines'], 101, 'the effect was done')
    })

    await suite.test('what may not move is named, and nothing else moves with it', async () => {
      const good = await create(2)
      const empty = await create(1, acme, 0)
      const failed = async (ids: readonly string[], to: OrderState, actor = staff, scope = 'nw/') => {
        const result = await move(ids, to, actor, scope)
        return result.ok ? undefined : result.failure
      }
      const refused = await failed([...good, ...empty], 'placed')
      assert.equal(refused?.code, 'transition.refused')
      assert.equal(refused?.message, 'an order without lines cannot be placed')
      assert.deepEqual(refused?.details?.['ids'], empty)
      assert.equal((await failed(good, 'shipped'))?.code, 'transition.not_allowed')
      assert.equal((await failed(good, 'closed', { id: undefined, role: 'phone_user' }))?.code, 'transition.forbidden')
      assert.equal((await failed([...good, newId(clock)], 'closed'))?.code, 'transition.not_found')
      assert.equal((await failed(good, 'closed', staff, 'nw/beta/'))?.code, 'transition.not_found', 'not his tenant')
      assert.deepEqual(await statesOf([...good, ...empty]), ['draft', 'draft', 'draft'])
      assert.equal((await move([], 'closed')).ok, true, 'nothing to move is no failure')
    })

    await suite.test('an effect that throws undoes the move', async () => {
      const [id] = (await create(1)) as [string]
      const act = async (): Promise<void> => {
        throw new FailureError({ code: 'test.full', message: 'no room' })
      }
      const [place, ...others] = orders.moves
      const machine = { ...orders, moves: [{ ...place!, effects: [{ name: 'fails', act }] }, ...others] }
      await assert.rejects(
        db.asService((tx) => transition(tx, clock, { machine, ids: [id], to: 'placed', actor: system, reason: '' })),
        /no room/,
      )
      assert.deepEqual(await statesOf([id]), ['draft'])
    })

    await suite.test('20,000 rows move in one go, from different states', async () => {
      const ids = await create(20_000, beta)
      await move(ids.slice(0, 10), 'placed')
      const real = performance.now()
      const moved = await move(ids, 'closed', system)
      assert.ok(moved.ok && moved.value.length === 20_000)
      assert.ok(performance.now() - real < 60_000)
      const [written] = await ownerSql`
        select (select count(*)::int from transition_entry where to_state = 'closed') as history,
               (select count(*)::int from audit_entry where action = 'order.closed') as audit,
               (select count(*)::int from outbox_event where topic = 'order.closed') as events`
      assert.deepEqual({ ...written }, { history: 20_000, audit: 20_000, events: 20_000 })
    })

    await db.close()
  })
})
