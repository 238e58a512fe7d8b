import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { enqueue, jobKind } from '../../platform/jobs/index.ts'
import { fillCompany } from './test-company.ts'
import { withOffice } from './testing.ts'

type Json = Readonly<Record<string, unknown>>

test('what people set up through the API', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      const { ask, people, tree, clock, live } = bench
      await fillCompany({ db, clock, ownerSql }, bench)
      const as = (login: string) => async (method: string, path: string, body?: unknown) => {
        const answer = await ask(people.get(login), method, `/api/v1${path}`, body)
        const text = await answer.text()
        return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Json }
      }
      const acme = as('customer_admin@acme')
      const noc = as('provider_noc@nw')
      const admin = as('provider_admin@nw')

      await suite.test('a customer’s admin adds a person, an extension and a phone, and can register it', async () => {
        const person = await acme('POST', '/people', { name: 'Carla', email: 'carla@acme.example' })
        const added = { number: '305', name: 'Carla', personId: person.body['id'] }
        const extension = await acme('POST', '/extensions', added)
        assert.equal(extension.status, 200)
        assert.equal((await acme('POST', '/extensions', added)).body['code'], 'numbers.extension_taken')
        const phone = { extensionId: extension.body['id'], label: 'Desk' }
        const [first, second] = [await acme('POST', '/devices', phone), await acme('POST', '/devices', phone)]
        assert.equal(first.body['sipUser'], 'nv-acme-305')
        assert.match(String(second.body['sipUser']), /^nv-acme-305-[0-9a-f]{6}$/)
        assert.match(String(first.body['sipPassword']), /^[\w-]{24}$/)
        const ids = [extension, first, second].map((one) => String(one.body['subscriptionId']))
        const subscriptions = await ownerSql`select from subscription where id = any(${ids}::uuid[])`
        assert.equal(subscriptions.length, 3)

        const binding = {
          contact: 'sip:x',
          protocol: 'udp',
          source: '192.0.2.1:5060',
          userAgent: 'baresip',
          expiresAt: clock.now(),
        }
        live.bindings = [{ sipUser: 'nv-acme-305', ...binding }]
        const { body } = await acme('GET', '/devices?search=nv-acme-305')
        const shown = (body['items'] as Json[]).map((one) => [one['sipUser'], one['registration'], one['userAgent']])
        assert.deepEqual(shown[0], ['nv-acme-305', 'registered', 'baresip'])
        assert.equal(shown[1]?.[1], 'not_registered')

        const renewed = await acme('POST', `/devices/${String(first.body['id'])}/password`)
        assert.equal(renewed.body['sipUser'], 'nv-acme-305')
        assert.notEqual(renewed.body['sipPassword'], first.body['sipPassword'])
        const audits = await ownerSql<{ text: string }[]>`select (audit_entry.*)::text as text from audit_entry`
        assert.ok(!audits.some(({ text }) => text.includes(String(first.body['sipPassword']))), 'audit holds no secret')
      })

      await suite.test('an emergency address is submitted by the customer and put in force by staff', async () => {
        const { body } = await acme('GET', '/numbers')
        const [number] = body['items'] as Json[]
        const place = {
          callerName: 'Acme',
          street: '1 King',
          unit: '',
          city: 'Toronto',
          region: 'ON',
          postalCode: 'M5H 1A1',
        }
        const wanted = { phoneNumberId: number!['id'], ...place, country: 'CA' }
        const submitted = await acme('POST', '/emergency-addresses', wanted)
        const activate = `/emergency-addresses/${String(submitted.body['id'])}/activate`
        assert.equal((await acme('POST', activate, { reason: 'I say so' })).status, 403)
        assert.equal((await noc('POST', activate, { reason: 'checked by phone' })).status, 204)
        assert.equal(
          (await noc('POST', activate, { reason: 'checked by phone' })).body['code'],
          'transition.not_allowed',
        )
        const after = await acme('GET', '/numbers')
        assert.equal((after.body['items'] as Json[])[0]!['emergency'], 'active')
      })

      await suite.test('a partner suspends and resumes his own customer', async () => {
        const partner = as('partner_admin@maple')
        const status = (id: string, to: string) =>
          partner('POST', `/customers/${id}/status`, { to, reason: 'two open invoices' })
        assert.equal((await status(tree.acme.tenantId, 'suspended')).body['status'], 'suspended')
        assert.equal((await status(tree.acme.tenantId, 'suspended')).status, 409)
        assert.equal((await status(tree.acme.tenantId, 'active')).body['status'], 'active')
        assert.equal((await status(tree.cedar.tenantId, 'suspended')).status, 404)
      })

      await suite.test('a job that was given up is seen and revived', async () => {
        const kind = jobKind<Json>('test.hopeless')
        const jobId = await db.asService((tx) =>
          enqueue(tx, clock, kind, { tenantId: tree.provider.tenantId, payload: {} }),
        )
        await ownerSql`update job set state = 'dead', finished_at = created_at, last_error = 'no' where id = ${jobId!}`
        const { body } = await admin('GET', '/jobs')
        assert.equal((body['dead'] as Json[])[0]!['id'], jobId)
        assert.deepEqual((await admin('POST', '/jobs/revive', { ids: [jobId] })).body, { revived: 1 })
        assert.deepEqual((await admin('GET', '/jobs')).body['dead'], [])
      })

      await suite.test('what was done is in the audit, with who and from where', async () => {
        const { body } = await admin('GET', '/audit?action=customer.suspended')
        const [entry] = body['items'] as Json[]
        assert.deepEqual(
          [entry!['actorName'], entry!['reason'], entry!['after']],
          ['partner_admin@maple', 'two open invoices', { status: 'suspended' }],
        )
        assert.match(String(entry!['sourceAddress']), /127\.0\.0\.1/)
      })
    })
  })
})
