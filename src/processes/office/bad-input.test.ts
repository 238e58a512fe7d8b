import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { withTestDatabase } from '../../../test/database.ts'
import { fillCompany } from './test-company.ts'
import { statusAtHost, withOffice } from './testing.ts'

const cursorOf = (key: readonly unknown[]): string => Buffer.from(JSON.stringify(key)).toString('base64url')

const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { code: string }).code

test('what comes in from outside', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      const { ask, people, office, operations, clock } = bench
      await fillCompany({ db, clock, ownerSql }, bench)
      const admin = people.get('provider_admin@nw')!
      const customer = {
        name: 'New',
        slug: 'new',
        creditLimitMicros: '5000000',
        accountCode: 'NV-NEW',
        country: 'CA',
        areaCode: '416',
        zone: 'America/Toronto',
      }

      await suite.test('an unknown field is refused, in a body and in a query', async () => {
        const body = await ask(admin, 'POST', '/api/v1/customers', { ...customer, isAdmin: true })
        assert.equal(body.status, 400)
        assert.equal(await codeOf(body), 'http.bad_input')
        const query = await ask(admin, 'GET', '/api/v1/customers?everything=true')
        assert.equal(query.status, 400)
      })

      await suite.test('what is too large, not JSON, or nested too deep is refused', async () => {
        const send = (text: string) => ask(admin, 'POST', '/api/v1/customers', text)
        assert.equal((await send(JSON.stringify({ ...customer, name: 'x'.repeat(1_100_000) }))).status, 413)
        const stranger = { login: 'x', password: 'x'.repeat(20_000) }
        assert.equal((await ask(undefined, 'POST', '/api/v1/session', stranger)).status, 413)
        assert.equal(await codeOf(await send('{"name":')), 'http.bad_json')
        assert.equal(await codeOf(await send('['.repeat(1000) + ']'.repeat(1000))), 'http.bad_json')
        const form = await ask(admin, 'POST', '/api/v1/customers', 'a=b', { 'content-type': 'text/plain' })
        assert.equal(form.status, 415)
      })

      await suite.test(
        'half a character, a limit beyond every column, and an extension that would hide 911',
        async () => {
          const send = (path: string, body: unknown) => ask(admin, 'POST', path, body)
          assert.equal(await codeOf(await send('/api/v1/customers', '{"name":"\\ud800"}')), 'http.bad_json')
          for (const creditLimitMicros of ['9999999999999999999', '1000000000000001', '-1']) {
            assert.equal((await send('/api/v1/customers', { ...customer, creditLimitMicros })).status, 400)
          }
          for (const number of ['911', '933', '988', '9911']) {
            assert.equal((await send('/api/v1/extensions', { number, name: 'Desk' })).status, 400)
          }
        },
      )

      await suite.test('a tenant has a hundred API keys at most', async () => {
        const owner = people.get('customer_admin@acme')!
        const make = () => ask(owner, 'POST', '/api/v1/api-keys', { name: 'one more', role: 'customer_billing' })
        let made = 0
        let last = await make()
        for (; last.status === 200; last = await make()) {
          made++
          await last.body?.cancel()
        }
        assert.ok(made > 90 && made <= 100, `${made} keys`)
        assert.equal(await codeOf(last), 'identity.too_many_keys')
      })

      await suite.test('whatever is typed as a cursor, an id or a search, nothing breaks', async () => {
        const lists = operations.filter(
          ({ operation: one }) => one.method === 'GET' && one.query && 'cursor' in one.query.shape,
        )
        assert.ok(lists.length >= 6)
        const needed: Readonly<Record<string, string>> = { listTransactions: '?from=2020-01-01&to=2099-01-01&' }
        const seen = new Set<number>()
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom(...lists.map((one) => one.operation.path + (needed[one.name] ?? '?'))),
            fc.oneof(
              fc.string({ maxLength: 60 }),
              fc.json().map((text) => Buffer.from(text).toString('base64url')),
              fc.array(fc.oneof(fc.string(), fc.uuid()), { minLength: 1, maxLength: 2 }).map(cursorOf),
              fc.integer({ min: 0 }).map((number) => cursorOf([number])),
              fc.array(fc.oneof(fc.string(), fc.double(), fc.integer()), { maxLength: 3 }).map(cursorOf),
            ),
            async (path, cursor) => {
              const answer = await ask(admin, 'GET', `${path}cursor=${encodeURIComponent(cursor)}`)
              seen.add(answer.status)
              await answer.body?.cancel()
              assert.ok(answer.status < 500, `${path} ${answer.status}`)
            },
          ),
          { numRuns: 150 },
        )
        for (const one of lists) {
          for (const bad of [
            'search=%00',
            `cursor=${cursorOf(['\0'])}`,
            `cursor=${cursorOf(['\0', '\0'])}`,
            'limit=0',
          ]) {
            const answer = await ask(admin, 'GET', `${one.operation.path}${needed[one.name] ?? '?'}${bad}`)
            await answer.body?.cancel()
            assert.equal(answer.status, 400, `${one.name} ${bad}`)
          }
        }
        assert.ok(seen.has(200) && seen.has(400), `only ${[...seen].join(', ')}`)
      })

      await suite.test('a host that is not ours is turned away, ours and the brands’ are not', async () => {
        const { port } = new URL(office.url)
        const brand = { method: 'GET', path: '/api/v1/brand' }
        assert.equal(await statusAtHost(office.url, 'evil.example', brand), 421)
        assert.equal(await statusAtHost(office.url, `maple.localhost:${port}`, brand), 200)
        assert.equal(await statusAtHost(office.url, `127.0.0.1:${port}`, brand), 200)
      })

      await suite.test('a form of another site is refused', async () => {
        const foreign = await ask(admin, 'POST', '/api/v1/customers', customer, { origin: 'https://evil.example' })
        assert.equal(await codeOf(foreign), 'http.cross_site')
      })

      await suite.test('the same key of a write is done once', async () => {
        const send = () => ask(admin, 'POST', '/api/v1/customers', customer, { 'idempotency-key': 'once' })
        const [first, second] = [await send(), await send()]
        assert.deepEqual([first.status, second.status], [200, 200])
        assert.equal(second.headers.get('idempotency-replayed'), 'true')
        const created = (await first.json()) as { id: string }
        assert.deepEqual(created, await second.json())
        const accounts = await ask(admin, 'GET', '/api/v1/accounts?limit=500')
        const { items } = (await accounts.json()) as { items: { tenantId: string; creditLimitMicros: string }[] }
        assert.equal(items.find((one) => one.tenantId === created.id)?.creditLimitMicros, '5000000')
      })

      await suite.test('every answer says what a browser may do with it', async () => {
        const answer = await ask(admin, 'GET', '/api/v1/me')
        assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'self'/)
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
        assert.equal(answer.headers.get('cache-control'), 'no-store')
      })

      await suite.test('the OpenAPI document has every operation, each name and route once', async () => {
        const answer = await ask(undefined, 'GET', '/api/v1/openapi.json')
        const document = (await answer.json()) as {
          openapi: string
          paths: Record<string, Record<string, { operationId: string }>>
        }
        assert.equal(document.openapi, '3.1.0')
        const described = Object.entries(document.paths).flatMap(([path, methods]) =>
          Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
        )
        const mounted = operations.map(({ name, operation }) => `${name} ${operation.method} ${operation.path}`)
        assert.deepEqual(described.toSorted(), mounted.toSorted())
        assert.equal(new Set(operations.map(({ name }) => name)).size, operations.length)
      })

      await suite.test('what is not there is not there, for everybody alike', async () => {
        const [known, unknown] = [
          await ask(admin, 'GET', '/api/v1/nothing'),
          await ask(undefined, 'GET', '/api/v1/nothing'),
        ]
        assert.deepEqual([known.status, await known.json()], [404, await unknown.json()])
      })
    })
  })
})
