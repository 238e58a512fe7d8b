import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { newId, silentLog, virtualClock } from '../../base/index.ts'
import { recordAudit, sealAudit, startAuditSealer, verifyAudit } from './index.ts'

const START = 1_764_000_000_000

async function house({ ownerSql, openDb }: TestDatabase, entries: number) {
  const clock = virtualClock(START)
  const tenantId = newId(clock)
  await ownerSql`
    insert into tenant (id, tenant_id, kind, path, name, slug, created_at)
    values (${tenantId}, ${tenantId}, 'provider', 'nw/', 'Northwind Voice', 'nw', ${START})`
  const db = await openDb('office', { clock })
  const write = (action: string): Promise<void> =>
    db.asService((tx) =>
      recordAudit(tx, clock, {
        tenantId,
        actorId: undefined,
        actorRole: 'system',
        source: '192.0.2.1',
        action,
        subjectKind: 'test',
        subjectId: undefined,
        after: { amount: 5n, text: 'Ünï' },
      }),
    )
  for (let at = 0; at < entries; at++) await write(`test.${at}`)
  return { db, clock, write, verify: () => db.asService(verifyAudit) }
}

/** Changes rows as somebody could who owns the database. */
async function tamper({ ownerSql }: TestDatabase, statement: string): Promise<void> {
  await ownerSql.unsafe(
    `alter table audit_entry disable trigger user; ${statement}; alter table audit_entry enable trigger user`,
  )
}

test('the trail is sealed every second, and verifies', async () => {
  await withTestDatabase(async (database) => {
    const { db, clock, write, verify } = await house(database, 3)
    assert.deepEqual(await verify(), { sealed: 0, unsealed: 3, fault: undefined })
    const sealer = startAuditSealer({ db, clock, log: silentLog })
    clock.advance(1000)
    await sealer.close()
    assert.deepEqual(await verify(), { sealed: 3, unsealed: 0, fault: undefined })
    await write('test.more')
    assert.equal(await db.asService(sealAudit), 1)
    assert.equal(await db.asService(sealAudit), 0)
    assert.deepEqual(await verify(), { sealed: 4, unsealed: 0, fault: undefined })
  })
})

test('an entry that commits after a later one is sealed in its turn', async () => {
  await withTestDatabase(async (database) => {
    const { db, write, verify } = await house(database, 1)
    const { promise: maySeal, resolve } = Promise.withResolvers<void>()
    const slow = db.asService(async (tx) => {
      await tx`
        insert into audit_entry (id, tenant_id, recorded_at, actor_role, action, subject_kind)
        select ${newId(virtualClock(START))}, id, ${START}, 'system', 'test.slow', 'test' from tenant`
      await maySeal
    })
    await write('test.fast')
    await db.asService(sealAudit)
    resolve()
    await slow
    await db.asService(sealAudit)
    assert.deepEqual(await verify(), { sealed: 3, unsealed: 0, fault: undefined })
  })
})

for (const [what, statement, reason] of [
  ['changed', `update audit_entry set reason = 'nothing happened' where action = 'test.2'`, 'was changed'],
  [
    'given to another time',
    `update audit_entry set recorded_at = recorded_at - interval '1 s' where action = 'test.2'`,
    'was changed',
  ],
  ['taken out', `delete from audit_entry where action = 'test.2'`, 'the entry before it is missing'],
  ['taken from the end', `delete from audit_entry where action = 'test.4'`, 'the last entries are missing'],
] as const) {
  test(`an entry that was ${what} is found`, async () => {
    await withTestDatabase(async (database) => {
      const { db, verify } = await house(database, 5)
      await db.asService(sealAudit)
      await tamper(database, statement)
      assert.equal((await verify()).fault?.reason, reason)
    })
  })
}
