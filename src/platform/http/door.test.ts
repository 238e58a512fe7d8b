import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { isId, newId, parseCsv, virtualClock } from '../../base/index.ts'
import { permissionsOf, type Caller, type Role } from '../identity/index.ts'
import { createClient, openApi } from './index.ts'
import { testDoor, testOperations } from './testing.ts'

const START = 1_764_000_000_000
const session = 's'.repeat(43)

function callerOf(tenantId: string, role: Role, loginId: string): Caller {
  return {
    tenantPath: 'nw/',
    tenantId,
    role,
    loginId,
    apiKeyId: undefined,
    sessionId: undefined,
    personId: undefined,
    name: 'Ann',
    zone: 'UTC',
    locale: 'en-CA',
    permissions: permissionsOf(role),
  }
}

test('the door', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb }) => {
    const clock = virtualClock(START)
    const db = await openDb('office', { clock })
    const [tenantId, thing] = [newId(clock), newId(clock)]
    await ownerSql`
      insert into tenant (id, tenant_id, kind, path, name, slug, created_at)
      values (${tenantId}, ${tenantId}, 'provider', 'nw/', 'Northwind Voice', 'nw', ${START})`
    const admin = callerOf(tenantId, 'provider_admin', newId(clock))
    const callers = new Map([
      ['key-admin', admin],
      ['key-other', callerOf(tenantId, 'provider_admin', newId(clock))],
      ['key-noc', callerOf(tenantId, 'provider_noc', newId(clock))],
      [session, admin],
    ])
    const { door, operations, paid } = testDoor({ db, clock, callers })
    const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
      door.fetch(new Request(`http://nw.example${path}`, init))
    const codeOf = async (answer: Response): Promise<string> => {
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      const problem = (await answer.json()) as { code: string; status: number; type: string }
      assert.equal(problem.status, answer.status)
      assert.equal(problem.type, `urn:dialhouse:problem:${problem.code}`)
      return problem.code
    }
    const pay = (body: unknown, headers: Record<string, string> = {}, key = 'key-admin') =>
      ask(`/api/v1/things/${thing}/payments`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    const good = { amount: '1500000', at: '2026-10-01T00:00:00-04:00' }

    await suite.test('values travel as digits and instants, and a write leaves its audit entry', async () => {
      const answer = await pay(good)
      assert.deepEqual(await answer.json(), { id: thing, total: '3000000', at: '2026-10-01T04:00:00.000Z' })
      const [entry] = await ownerSql`select action, actor_id, subject_id, after from audit_entry`
      assert.deepEqual(
        [entry?.['action'], entry?.['actor_id'], entry?.['subject_id'], entry?.['after']],
        ['pay', admin.loginId, thing, { amount: '1500000' }],
      )
    })

    await suite.test('what is wrong with a request is named, and nothing was done', async () => {
      const before = paid.count
      for (const [body, code] of [
        [{ ...good, amount: 1.5 }, 'http.bad_input'],
        [{ ...good, amount: '12.5' }, 'http.bad_input'],
        [{ ...good, at: 'yesterday' }, 'http.bad_input'],
        [{ ...good, more: 1 }, 'http.bad_input'],
        [{ amount: '1' }, 'http.bad_input'],
        ['{"amount":', 'http.bad_json'],
        [`${'['.repeat(40)}${']'.repeat(40)}`, 'http.bad_json'],
        ['{"amount":"1\\u0000"}', 'http.bad_json'],
        ['', 'http.bad_input'],
      ] as const) {
        assert.equal(await codeOf(await pay(body)), code, JSON.stringify(body))
      }
      assert.equal(await codeOf(await pay('x'.repeat(1_048_577))), 'http.too_large')
      assert.equal(await codeOf(await pay('a=b', { 'content-type': 'text/plain' })), 'http.not_json')
      assert.equal(paid.count, before)
      for (const query of [
        '?loud=maybe',
        '?times=0',
        '?times=10',
        '?quiet=true',
        '?loud=true&loud=false',
        '?times=%00',
      ]) {
        assert.equal(await codeOf(await ask(`/api/v1/hello${query}`)), 'http.bad_input', query)
      }
      const faults = (await (await pay({ amount: 'x' })).json()) as { details: { faults: unknown[] } }
      assert.equal(faults.details.faults.length, 2, 'all faults at once')
    })

    await suite.test('a stranger, a wrong role and an unknown address are told so', async () => {
      const hello = await ask('/api/v1/hello?loud=true')
      assert.deepEqual(await hello.json(), { text: 'HELLO', host: 'nw.example' })
      const stranger = await pay(good, { authorization: 'Bearer key-nobody' })
      assert.equal(stranger.headers.get('www-authenticate'), 'Bearer')
      assert.equal(await codeOf(stranger), 'http.not_signed_in')
      assert.equal(await codeOf(await pay(good, {}, 'key-noc')), 'http.not_allowed')
      assert.equal(await codeOf(await ask('/api/v1/nothing')), 'http.not_found')
      assert.equal(await codeOf(await ask('/api/v1/things/1/payments', { method: 'PUT' })), 'http.not_found')
    })

    await suite.test('a declared failure undoes the write; an undeclared one is ours to mend', async () => {
      const [{ n: before }] = (await ownerSql`select count(*)::int as n from audit_entry`) as unknown as [{ n: number }]
      const refused = await pay({ ...good, reason: 'refuse' })
      assert.equal(refused.status, 409)
      assert.equal(await codeOf(refused), 'test.refused')
      const surprise = await ask(`/api/v1/things/${thing}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer key-admin' },
      })
      assert.equal(surprise.status, 500)
      const [{ n: after }] = (await ownerSql`select count(*)::int as n from audit_entry`) as unknown as [{ n: number }]
      assert.equal(after, before)
    })

    await suite.test('a key does a write once, for its own caller and its own request', async () => {
      const before = paid.count
      const keyed = (body: unknown, caller?: string) => pay(body, { 'idempotency-key': 'once' }, caller)
      const both = await Promise.all([keyed(good), keyed(good)])
      assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([200]))
      assert.equal(new Set(await Promise.all(both.map((one) => one.text()))).size, 1)
      assert.equal(both.filter((one) => one.headers.get('idempotency-replayed') === 'true').length, 1)
      assert.equal(paid.count, before + 1)
      assert.equal(await codeOf(await keyed({ ...good, amount: '2' })), 'http.idempotency_key_reused')
      assert.equal((await keyed(good, 'key-other')).status, 200, "another caller's key is another key")
      assert.equal(paid.count, before + 2)
      const failing = { ...good, reason: 'refuse' }
      await pay(failing, { 'idempotency-key': 'twice' })
      await pay(failing, { 'idempotency-key': 'twice' })
      assert.equal(paid.count, before + 4, 'a failure is not kept')
      const [first, second, other] = [paid.repeatIds.at(-1), paid.repeatIds.at(-2), paid.repeatIds.at(-3)]
      assert.ok(first !== undefined && isId(first))
      assert.equal(first, second, 'what a lost attempt began elsewhere goes on under the same id')
      assert.notEqual(first, other)
      assert.equal(await codeOf(await pay(good, { 'idempotency-key': 'no spaces' })), 'http.bad_input')
      clock.advance(25 * 3_600_000)
      await keyed({ ...good, amount: '2' })
      assert.equal(paid.count, before + 5, 'forgotten after a day')
    })

    await suite.test('another site cannot use the cookie, and a foreign host gets nothing', async () => {
      const cookie = `session-80=${session}`
      const withCookie = (headers: Record<string, string>) => {
        const request = new Request(`http://nw.example/api/v1/things/${thing}/payments`, {
          method: 'POST',
          body: JSON.stringify(good),
          headers: { 'content-type': 'application/json', host: 'nw.example', cookie, ...headers },
        })
        return door.fetch(request)
      }
      assert.equal((await withCookie({ 'sec-fetch-site': 'same-origin' })).status, 200)
      assert.equal((await withCookie({ origin: 'http://nw.example' })).status, 200)
      for (const headers of [
        {},
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { origin: 'http://nw.example:81' },
      ] as Record<string, string>[]) {
        assert.equal(await codeOf(await withCookie(headers)), 'http.cross_site', JSON.stringify(headers))
      }
      for (const host of ['evil.example', '169.254.1.1', 'nw.example.evil', 'a b', '']) {
        const answer = await door.fetch(new Request('http://nw.example/api/v1/hello', { headers: { host } }))
        assert.equal(answer.status, 421, host)
      }
    })

    await suite.test('every answer carries the headers that keep a page to itself', async () => {
      for (const path of ['/api/v1/hello', '/api/v1/nothing', '/no/such/page']) {
        const { headers } = await ask(path)
        assert.equal(headers.get('x-content-type-options'), 'nosniff')
        assert.match(
          headers.get('content-security-policy') ?? '',
          /default-src 'self'; connect-src 'self' wss:\/\/nw\.example:8443; .*frame-ancestors 'none'/,
        )
        assert.equal(headers.get('cache-control'), 'no-store')
        assert.equal(headers.get('strict-transport-security'), null, 'plain loopback')
      }
    })

    await suite.test('a table is streamed, and no cell of it runs in a spreadsheet', async () => {
      const answer = await ask('/api/v1/rows.csv', { headers: { authorization: 'Bearer key-admin' } })
      assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="rows-of-Ann-.csv"$/)
      const rows = parseCsv(await answer.text())
      assert.ok(rows.ok)
      assert.equal(rows.value.length, 5003)
      assert.deepEqual(rows.value[1], [`'=HYPERLINK("http://evil.example")`, '-5.25'])
      assert.deepEqual(rows.value[2], [`'+14165550142`, '1'])
    })

    await suite.test('events come as they happen, with their values as digits', async () => {
      const answer = await ask('/api/v1/live', { headers: { authorization: 'Bearer key-admin' } })
      assert.equal(answer.headers.get('content-type'), 'text/event-stream')
      const text = await answer.text()
      assert.equal(
        text,
        'retry: 2000\n\nevent: number\ndata: {"amount":"1"}\n\nevent: number\ndata: {"amount":"2"}\n\n',
      )
    })

    await suite.test('the client speaks what the operations say', async () => {
      const given: typeof fetch = async (url, init) => {
        const headers = { ...(init?.headers as Record<string, string>), authorization: 'Bearer key-admin' }
        return door.fetch(new Request(`http://nw.example${url as string}`, { ...init, headers }))
      }
      const api = createClient<typeof testOperations>({ fetch: given })
      const greeted = await api.get('/api/v1/hello', { query: { times: '2' } })
      assert.deepEqual(greeted, { ok: true, value: { text: 'hellohello', host: 'nw.example' } })
      const paidNow = await api.post('/api/v1/things/{id}/payments', { params: { id: thing }, body: good, key: 'c1' })
      assert.ok(paidNow.ok && paidNow.value.total === '3000000')
      const refused = await api.post('/api/v1/things/{id}/payments', {
        params: { id: thing },
        body: { ...good, reason: 'refuse' },
      })
      assert.equal(!refused.ok && refused.failure.code, 'test.refused')
      const away = createClient<typeof testOperations>({ fetch: () => Promise.reject(new Error('no')) })
      const unreachable = await away.get('/api/v1/hello')
      assert.equal(!unreachable.ok && unreachable.failure.code, 'http.unreachable')
    })

    await suite.test('the OpenAPI document says the same, for 3.1', () => {
      const document = openApi(operations, '1.2.3') as unknown as {
        openapi: string
        paths: Record<string, Record<string, OpenApiOperation>>
      }
      assert.equal(document.openapi, '3.1.0')
      const described = document.paths['/api/v1/things/{id}/payments']!['post']!
      assert.deepEqual(
        described.parameters.map(({ name, in: where, required }) => [name, where, required]),
        [
          ['id', 'path', true],
          ['Idempotency-Key', 'header', undefined],
        ],
      )
      const { schema } = described.requestBody.content['application/json']!
      assert.deepEqual(schema.required, ['amount', 'at'])
      assert.equal(schema.properties['amount']!.type, 'string', 'the wire side')
      assert.deepEqual(Object.keys(described.responses).toSorted(byText), ['200', '400', '401', '403', '409'])
      assert.deepEqual(document.paths['/api/v1/hello']!['get']!.security, [])
      const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId))
      assert.equal(new Set(ids).size, operations.length)
    })
  })
})

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

type OpenApiOperation = {
  operationId: string
  security: unknown[]
  parameters: { name: string; in: string; required?: boolean }[]
  requestBody: {
    content: Record<string, { schema: { required: string[]; properties: Record<string, { type: string }> } }>
  }
  responses: Record<string, unknown>
}
