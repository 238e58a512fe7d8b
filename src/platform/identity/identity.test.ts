import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { newId, silentLog, virtualClock } from '../../base/index.ts'
import { createWorker, handling } from '../jobs/index.ts'
import {
  callerOfApiKey,
  callerOfSession,
  createApiKey,
  createLogin,
  createPasswordHasher,
  createPending,
  createThrottle,
  issueRecoveryLink,
  issueSignInLink,
  listApiKeys,
  listSessions,
  loginOfRecoveryLink,
  mayGrant,
  recoveryJob,
  requestRecovery,
  resetPassword,
  revokeApiKey,
  revokeSession,
  signIn,
  signInByLink,
  signOut,
  type IdentityParts,
} from './index.ts'

const START = 1_764_000_000_000
const minute = 60_000
const hour = 60 * minute
const password = 'correct horse battery'
const cheap = { memoryKib: 64, passes: 1, parallelism: 1 }

/** Northwind Voice with its partner Maple Telecom, a customer of each, and a login at every level. */
async function house({ ownerSql, openDb }: TestDatabase) {
  const clock = virtualClock(START)
  const db = await openDb('office', { clock })
  const hasher = createPasswordHasher({ cost: cheap })
  const waiting = {
    halves: createPending<{ loginId: string; replaces: string | undefined }>(clock),
    challenges: createPending<true>(clock),
  }
  const parts: IdentityParts = { db, clock, log: silentLog, hasher, throttle: createThrottle(clock), ...waiting }
  const hash = await hasher.hash(password)
  assert.ok(hash.ok)
  const ids = new Map<string, string>()
  for (const [path, kind, parent] of [
    ['nw/', 'provider', undefined],
    ['nw/maple/', 'partner', 'nw/'],
    ['nw/acme/', 'customer', 'nw/'],
    ['nw/maple/beta/', 'customer', 'nw/maple/'],
  ] as const) {
    const id = newId(clock)
    ids.set(path, id)
    await ownerSql`
      insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
      values (${id}, ${id}, ${parent ? ids.get(parent)! : null}, ${kind}, ${path}, ${path}, ${path.split('/').at(-2)!},
              ${START})`
  }
  const loginIds = new Map<string, string>()
  for (const [login, path, role] of [
    ['boss', 'nw/', 'provider_admin'],
    ['ann@acme.example', 'nw/acme/', 'customer_admin'],
    ['bea@beta.example', 'nw/maple/beta/', 'customer_admin'],
  ] as const) {
    const email = login.includes('@') ? login : `${login}@nw.example`
    const of = { tenantId: ids.get(path)!, login, email, name: login, role, zone: 'America/Toronto' }
    const id = await db.asService((tx) => createLogin(tx, clock, { ...of, passwordHash: hash.value }))
    loginIds.set(login, id)
  }
  const attempt = (login: string, with_: { password?: string; source?: string; within?: string } = {}) =>
    signIn(parts, {
      login,
      password: with_.password ?? password,
      source: with_.source ?? '192.0.2.10',
      userAgent: 'test',
      replaces: undefined,
      ...(with_.within === undefined ? {} : { within: with_.within }),
    })
  const tokenOf = async (login: string): Promise<string> => {
    const signedIn = await attempt(login)
    assert.ok(signedIn.ok, JSON.stringify(signedIn))
    return signedIn.value.token
  }
  return { ...parts, clock, parts, ids, loginIds, attempt, tokenOf, ownerSql }
}

test('sign-in: whatever is wrong gets one answer, and what is right a caller', async () => {
  await withTestDatabase(async (database) => {
    const { attempt, ownerSql, loginIds } = await house(database)
    const right = await attempt('  ANN@acme.example ')
    assert.ok(right.ok)
    assert.deepEqual(
      [right.value.caller.tenantPath, right.value.caller.role, right.value.caller.zone],
      ['nw/acme/', 'customer_admin', 'America/Toronto'],
    )
    await ownerSql`update login set status = 'locked' where id = ${loginIds.get('bea@beta.example')!}`
    const answers = [
      await attempt('nobody'),
      await attempt('ann@acme.example', { password: 'wrong' }),
      await attempt('bea@beta.example'),
      await attempt('ann@acme.example', { within: 'nw/maple/' }),
      await attempt('boss', { within: 'nw/maple/' }),
      await attempt(''),
      await attempt('x'.repeat(10_000)),
    ]
    assert.deepEqual(new Set(answers.map((one) => JSON.stringify(one))).size, 1)
    assert.equal(!answers[0]!.ok && answers[0]!.failure.code, 'identity.wrong_login')
    assert.ok((await attempt('ann@acme.example', { within: 'nw/' })).ok)
    const audit = await ownerSql`select action, source_address from audit_entry`
    assert.deepEqual(
      audit.map((entry) => [entry['action'], entry['source_address']]),
      [
        ['identity.signIn', '192.0.2.10'],
        ['identity.signIn', '192.0.2.10'],
      ],
    )
  })
})

test('guessing gets slower, its owner still gets in from where he was before', async () => {
  await withTestDatabase(async (database) => {
    const { attempt, clock } = await house(database)
    assert.ok((await attempt('boss', { source: '198.51.100.1' })).ok)
    let refused = 0
    for (let guess = 0; guess < 30; guess++) {
      const answer = await attempt('boss', { password: `guess ${guess}`, source: `203.0.${guess}.1` })
      if (!answer.ok && answer.failure.code === 'identity.too_many_attempts') refused++
    }
    assert.equal(refused, 25)
    assert.ok((await attempt('boss', { source: '198.51.100.77' })).ok, 'the same network')
    const elsewhere = await attempt('boss', { source: '203.0.113.9' })
    assert.equal(!elsewhere.ok && elsewhere.failure.code, 'identity.too_many_attempts')
    assert.ok(!elsewhere.ok && Number(elsewhere.failure.details?.['retryAfterSeconds']) >= 1)
    clock.advance(2 * minute)
    assert.ok((await attempt('boss', { source: '203.0.113.9' })).ok)
  })
})

test('a session ends by sign-out, by being idle, by age, by revocation and by another sign-in', async () => {
  await withTestDatabase(async (database) => {
    const { parts, db, clock, tokenOf, loginIds, ownerSql } = await house(database)
    const callerOf = (token: string) => callerOfSession(db, clock, token)
    const first = await tokenOf('ann@acme.example')
    const stored = await ownerSql`select token_hash from session`
    assert.ok(!stored.some((row) => row['token_hash'].toString('utf8').includes(first)), 'only its hash is stored')
    const caller = await callerOf(first)
    assert.ok(caller)
    await db.as(caller, (tx) => signOut(tx, clock.now(), caller))
    assert.equal(await callerOf(first), undefined)

    const used = await tokenOf('ann@acme.example')
    for (let hours = 0; hours < 30; hours++) {
      clock.advance(10 * hour)
      assert.ok(await callerOf(used), `in use after ${10 * hours} hours`)
    }
    clock.advance(12 * hour)
    assert.equal(await callerOf(used), undefined, 'idle for too long')
    const staff = await tokenOf('boss')
    clock.advance(31 * minute)
    assert.equal(await callerOf(staff), undefined, 'staff is idle sooner')
    const old = await tokenOf('boss')
    for (let quarters = 0; quarters < 47; quarters++) {
      clock.advance(15 * minute)
      assert.ok(await callerOf(old))
    }
    clock.advance(15 * minute)
    assert.equal(await callerOf(old), undefined, 'too old, though in use')

    const [one, two] = [await tokenOf('ann@acme.example'), await tokenOf('ann@acme.example')]
    const ann = loginIds.get('ann@acme.example')!
    const mine = { tenantPath: 'nw/acme/' }
    const open = await db.as(mine, (tx) => listSessions(tx, clock.now(), ann))
    assert.equal(open.length, 2)
    const id = (await callerOf(one))!.sessionId!
    const boss = loginIds.get('boss')!
    assert.equal(await db.as({ tenantPath: 'nw/' }, (tx) => revokeSession(tx, clock.now(), boss, id)), false)
    assert.equal(await db.as(mine, (tx) => revokeSession(tx, clock.now(), ann, id)), true)
    assert.equal(await callerOf(one), undefined)
    const again = await signIn(parts, {
      login: 'ann@acme.example',
      password,
      source: '192.0.2.10',
      userAgent: '',
      replaces: two,
    })
    assert.ok(again.ok)
    assert.equal(await callerOf(two), undefined, 'replaced')
    for (const nonsense of ['', 'x', 'x'.repeat(43), "' or true --"]) assert.equal(await callerOf(nonsense), undefined)
  })
})

test('Password Recovery: one answer for everybody, a link once and for half an hour, every session ends', async () => {
  await withTestDatabase(async (database) => {
    const { parts, db, clock, attempt, tokenOf, ownerSql } = await house(database)
    const tokens: string[] = []
    const worker = createWorker({
      db,
      clock,
      log: silentLog,
      name: 'office',
      handlings: [
        handling(recoveryJob, async (request) => {
          const link = await db.asService((tx) => issueRecoveryLink(tx, clock, request))
          if (link) tokens.push(link.token)
        }),
      ],
    })
    const request = (login: string, source = '192.0.2.1') => requestRecovery(parts, { login, source })
    const answers = [await request('nobody'), await request('Ann@Acme.example'), await request('x'.repeat(5000))]
    assert.deepEqual(
      answers,
      answers.map(() => ({ ok: true, value: true })),
    )
    await worker.runDue()
    assert.equal(tokens.length, 1)
    await request('ann@acme.example')
    await worker.runDue()
    assert.equal(tokens.length, 2)
    const reset = (token: string, chosen = 'another good one') =>
      resetPassword(parts, { token, password: chosen, source: '192.0.2.1' }, async () => {})
    const codeOf = async (token: string, chosen?: string): Promise<string> => {
      const done = await reset(token, chosen)
      return done.ok ? 'done' : done.failure.code
    }
    assert.equal(await codeOf(tokens[0]!), 'identity.link_invalid', 'the second link replaced it')
    assert.equal((await loginOfRecoveryLink(parts, tokens[1]!))?.login, 'ann@acme.example')
    assert.equal(await codeOf(tokens[1]!, 'short'), 'identity.weak_password')
    assert.equal(await codeOf(tokens[1]!, 'ann@acme.example'), 'identity.weak_password')
    const session = await tokenOf('ann@acme.example')
    const both = await Promise.all([codeOf(tokens[1]!), codeOf(tokens[1]!)])
    assert.deepEqual(new Set(both), new Set(['done', 'identity.link_invalid']), 'one of two uses at once')
    assert.equal(await callerOfSession(db, clock, session), undefined)
    assert.equal((await attempt('ann@acme.example')).ok, false)
    assert.ok((await attempt('ann@acme.example', { password: 'another good one' })).ok)
    await request('ann@acme.example')
    await worker.runDue()
    clock.advance(30 * minute)
    assert.equal(await codeOf(tokens[2]!), 'identity.link_invalid', 'half an hour')
    assert.equal(await codeOf('x'.repeat(43)), 'identity.link_invalid')
    for (let asked = 0; asked < 6; asked++) assert.ok((await request('ann@acme.example')).ok)
    await worker.runDue()
    assert.equal(tokens.length, 5, 'asked for too often: answered as ever, and no mail')
    let waits = 0
    for (let asked = 0; asked < 30; asked++) if (!(await request(`who${asked}`, '203.0.113.5')).ok) waits++
    assert.ok(waits >= 15, `${waits} of 30 from one source had to wait`)
    const stored = JSON.stringify(await ownerSql`select * from recovery_token`)
    assert.ok(tokens.every((token) => !stored.includes(token)))
  })
})

test('a sign-in link lets in once, and not after its time', async () => {
  await withTestDatabase(async (database) => {
    const { parts, clock } = await house(database)
    const from = { source: '127.0.0.1', userAgent: '', replaces: undefined }
    assert.equal(await issueSignInLink(parts, 'nobody'), undefined)
    const link = (await issueSignInLink(parts, 'boss'))!
    const [first, second] = await Promise.all([signInByLink(parts, link, from), signInByLink(parts, link, from)])
    assert.equal(Number(first.ok) + Number(second.ok), 1)
    const late = (await issueSignInLink(parts, 'boss'))!
    clock.advance(12 * hour)
    assert.equal((await signInByLink(parts, late, from)).ok, false)
  })
})

test('an API key acts for its tenant until it is revoked or expires, and grants no more than its maker', async () => {
  await withTestDatabase(async (database) => {
    const { db, clock, ids, tokenOf } = await house(database)
    const tenantId = ids.get('nw/acme/')!
    const scope = { tenantPath: 'nw/acme/' }
    const create = (expiresAt?: number) =>
      db.as(scope, (tx) =>
        createApiKey(tx, clock, {
          tenantId,
          name: 'books',
          role: 'customer_billing',
          zone: 'UTC',
          ...(expiresAt === undefined ? {} : { expiresAt }),
        }),
      )
    const key = await create()
    const caller = await callerOfApiKey(db, clock, key.text)
    assert.deepEqual([caller?.tenantPath, caller?.role, caller?.apiKeyId], ['nw/acme/', 'customer_billing', key.id])
    const wrong = `${key.text.slice(0, -1)}${key.text.endsWith('A') ? 'B' : 'A'}`
    for (const text of [wrong, key.prefix, '', `${key.prefix}.`, key.text.toUpperCase()]) {
      assert.equal(await callerOfApiKey(db, clock, text), undefined)
    }
    const brief = await create(clock.now() + hour)
    assert.equal((await db.as(scope, (tx) => listApiKeys(tx, clock.now()))).length, 2)
    clock.advance(hour)
    assert.equal(await callerOfApiKey(db, clock, brief.text), undefined)
    assert.equal(await db.as({ tenantPath: 'nw/maple/' }, (tx) => revokeApiKey(tx, clock.now(), key.id)), false)
    assert.equal(await db.as(scope, (tx) => revokeApiKey(tx, clock.now(), key.id)), true)
    assert.equal(await callerOfApiKey(db, clock, key.text), undefined)
    const admin = (await callerOfSession(db, clock, await tokenOf('ann@acme.example')))!
    assert.equal(mayGrant(admin, 'customer_billing'), true)
    assert.equal(mayGrant(admin, 'provider_noc'), false)
  })
})
