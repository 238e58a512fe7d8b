import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { FailureError, newId, silentLog, virtualClock } from '../../base/index.ts'
import { openAdministrator } from './administrator.ts'
import { isUniqueViolation, openDb, type Db, type Tx } from './index.ts'
import { plantSmallHouse } from './testing.ts'

const START = 1_764_000_000_000

/** The code of the failure, the SQLSTATE or the message with which something rejects. */
async function rejectionOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing'
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure.code
    return (thrown as { code?: string }).code ?? (thrown as Error).message
  }
}

async function withHouse(act: (house: TestDatabase & { db: Db; acme: string; beta: string }) => Promise<void>) {
  await withTestDatabase(async (database) => {
    const { acme, beta } = await plantSmallHouse(database.ownerSql)
    const db = await database.openDb('office', { clock: virtualClock(START), max: 3 })
    await act({ ...database, db, acme, beta })
  })
}

const namesOf = (tx: Tx) => tx<{ path: string }[]>`select path from tenant order by path`

test('a scope sees and writes its own subtree, and nothing beside or above it', async () => {
  await withHouse(async ({ db, acme, beta }) => {
    const paths = async (tenantPath: string): Promise<string[]> =>
      (await db.as({ tenantPath }, namesOf)).map(({ path }) => path)
    assert.deepEqual(await paths('nw/'), ['nw/', 'nw/acme/', 'nw/beta/'])
    assert.deepEqual(await paths('nw/acme/'), ['nw/acme/'])
    assert.deepEqual(await paths('nw/acme/site/'), [])
    assert.deepEqual(await paths('nw/a/'), [], 'a path is not a prefix of letters')
    const insert = (tenantPath: string, tenantId: string) =>
      db.as(
        { tenantPath },
        (tx) => tx`
          insert into person (id, tenant_id, name, email, status, created_at)
          values (${newId(virtualClock(START))}, ${tenantId}, 'Eve', 'eve@x.example', 'active', ${START})`,
      )
    await insert('nw/acme/', acme)
    assert.equal(await rejectionOf(insert('nw/acme/', beta)), '42501')
    const stolen = await db.as(
      { tenantPath: 'nw/beta/' },
      (tx) => tx`update person set tenant_id = ${beta} returning id`,
    )
    assert.equal(stolen.length, 0)
    const moved = db.as({ tenantPath: 'nw/acme/' }, (tx) => tx`update person set tenant_id = ${beta}`)
    assert.match(await rejectionOf(moved), /42501|23503/)
    for (const bad of ['', 'nw', '/', 'nw//', "nw/' or true", 'NW/', '../']) {
      assert.match(await rejectionOf(db.as({ tenantPath: bad }, namesOf)), /a scope is the path of a tenant/)
    }
  })
})

test('a service sees what is listed for it, and forgets its role with its transaction', async () => {
  await withHouse(async ({ db, openDb: open }) => {
    const counted = await db.asService((tx) => tx`select count(*)::int as n from login`)
    assert.equal(counted[0]?.['n'], 1)
    assert.equal(await rejectionOf(db.asService((tx) => tx`select * from rate_row`)), '42501')
    assert.equal((await db.as({ tenantPath: 'nw/beta/' }, (tx) => tx`select * from login`)).length, 0)
    const charge = await open('charge')
    assert.equal(await rejectionOf(charge.asService((tx) => tx`select * from login`)), '42501')
    assert.match(await rejectionOf(charge.as({ tenantPath: 'nw/' }, namesOf)), /charge has no tenant scopes/)
    const signal = await open('signal')
    assert.equal((await signal.asService((tx) => tx`select number from extension`)).length, 1)
    assert.equal(await rejectionOf(signal.asService((tx) => tx`update extension set name = 'x'`)), '42501')
  })
})

test('whatever throws undoes everything, a savepoint only its own part', async () => {
  await withHouse(async ({ db, acme }) => {
    const scope = { tenantPath: 'nw/acme/' }
    const rename = (tx: Tx, name: string) => tx`update tenant set name = ${name} where id = ${acme}`
    const failing = db.as(scope, async (tx) => {
      await rename(tx, 'half done')
      throw new FailureError({ code: 'test.no', message: 'no' })
    })
    assert.equal(await rejectionOf(failing), 'test.no')
    await db.as(scope, async (tx) => {
      await rename(tx, 'kept')
      await assert.rejects(
        tx.savepoint(async (inner) => {
          await rename(inner, 'undone')
          await inner`select 1 / 0`
        }),
      )
    })
    assert.equal((await db.as(scope, (tx) => tx`select name from tenant`))[0]?.['name'], 'kept')
    const swallowed = db.as(scope, async (tx) => {
      await tx`select 1 / 0`.catch(() => {})
    })
    assert.equal(await rejectionOf(swallowed), 'db.rolled_back')
  })
})

test('a statement that is awaited after its transaction is refused, whoever has the connection by then', async () => {
  await withHouse(async ({ db }) => {
    let late: (() => PromiseLike<unknown>) | undefined
    await db.as({ tenantPath: 'nw/' }, async (tx) => {
      const query = namesOf(tx)
      late = () => query
    })
    assert.match(await rejectionOf(Promise.resolve(late!())), /after its transaction/)
    let kept: Tx | undefined
    await db.as({ tenantPath: 'nw/' }, async (tx) => void (kept = tx))
    assert.match(await rejectionOf(namesOf(kept!)), /after its transaction/)
  })
})

test('values arrive as what they are: instants to the microsecond, amounts beyond 2^53, json, bytes', async () => {
  await withHouse(async ({ db }) => {
    const big = 9_223_372_036_854_775_807n
    const at = START + 0.125
    const [row] = await db.asService(
      (tx) => tx`
        select ${big}::int8 as big, ${at}::timestamptz as at, ${tx.json({ a: [1, 'ü'] })}::jsonb as json,
               ${Buffer.from([0, 255])}::bytea as bytes, '2026-10-01'::date as day, array[1, 2]::int8[] as list,
               'infinity'::timestamptz as never`,
    )
    assert.deepEqual(
      { ...row },
      {
        big,
        at,
        json: { a: [1, 'ü'] },
        bytes: Buffer.from([0, 255]),
        day: '2026-10-01',
        list: [1n, 2n],
        never: Infinity,
      },
    )
    const composed = await db.as({ tenantPath: 'nw/acme/' }, (tx) =>
      db
        .kysely(tx)
        .selectFrom('extension')
        .innerJoin('subscription', 'subscription.id', 'extension.subscription_id')
        .select(['extension.number', 'subscription.monthly_micros', 'subscription.created_at'])
        .where('extension.status', '=', 'active')
        .execute(),
    )
    assert.deepEqual(composed, [{ number: '201', monthly_micros: 19_990_000n, created_at: START }])
  })
})

test('a broken connection undoes its transaction, says so, and the next one gets a new connection', async () => {
  await withHouse(async ({ db, url }) => {
    const admin = async (statement: string): Promise<void> => {
      const session = await openAdministrator(url)
      assert.ok(session.ok)
      await session.value.sql.unsafe(statement)
      await session.value.close()
    }
    const cut = db.asService(async (tx) => {
      const [own] = await tx`select pg_backend_pid() as pid`
      await admin(`select pg_terminate_backend(${own?.['pid']})`)
      await tx`select 1`
    })
    assert.equal(await rejectionOf(cut), 'db.connection_lost')
    assert.equal((await db.asService((tx) => tx`select 1 as n`))[0]?.['n'], 1)
    const heard: string[] = []
    await db.listen('test_news', (payload) => heard.push(payload))
    await db.asService((tx) => tx`select pg_notify('test_news', 'hello')`)
    for (let tries = 0; tries < 100 && heard.length === 0; tries++) await new Promise((done) => setTimeout(done, 10))
    assert.deepEqual(heard, ['hello'])
  })
})

test('more transactions than connections wait their turn, and not for ever', async () => {
  await withHouse(async ({ openDb: open }) => {
    const db = await open('office', { max: 2, patienceMs: 300 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => db.asService((tx) => tx`select ${n}::int as n`)),
    )
    assert.deepEqual(
      answers.map(([row]) => row?.['n']),
      Array.from({ length: 20 }, (_, n) => n),
    )
    const { promise: free, resolve } = Promise.withResolvers<void>()
    const holding = [db.asService(() => free), db.asService(() => free)]
    assert.equal(await rejectionOf(db.asService((tx) => tx`select 1`)), 'db.busy')
    resolve()
    await Promise.all(holding)
    const slow = await open('office', { statementTimeoutMs: 50 })
    assert.equal(await rejectionOf(slow.asService((tx) => tx`select pg_sleep(5)`)), 'db.statement_timeout')
  })
})

test('a server that is away is named; a process may begin without it', async () => {
  const away = { role: 'office', clock: virtualClock(START), log: silentLog, patienceMs: 100 } as const
  const url = 'postgres://postgres@%2Fnowhere:5432/dialhouse'
  const now = await openDb({ ...away, url })
  assert.equal(!now.ok && now.failure.code, 'db.unavailable')
  const later = await openDb({ ...away, url, connect: 'later' })
  assert.ok(later.ok)
  assert.equal(await rejectionOf(later.value.asService((tx) => tx`select 1`)), 'db.unavailable')
  await later.value.close()
  for (const bad of ['', 'mysql://x/y', 'postgres://host', 'postgres://u:secret@h/d?sslmode=maybe']) {
    const refused = await openDb({ ...away, url: bad })
    assert.ok(!refused.ok && refused.failure.code === 'db.bad_url' && !refused.failure.message.includes('secret'), bad)
  }
})

test('a row that is there already is told from other failures', async () => {
  await withHouse(async ({ db, acme }) => {
    const again = db.as(
      { tenantPath: 'nw/acme/' },
      (tx) => tx`
        insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
        values (${acme}, 'NV-300', 'CA', '', 'UTC', 'active', ${START})`,
    )
    const thrown: unknown = await again.then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.equal(isUniqueViolation(thrown), true)
    assert.equal(isUniqueViolation(thrown, 'customer_pkey'), true)
    assert.equal(isUniqueViolation(thrown, 'customer_account_code_key'), false)
    assert.equal(isUniqueViolation(new Error('other')), false)
  })
})
