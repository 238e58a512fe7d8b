import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { withTestDatabase } from '../../../test/database.ts'
import { brandOf } from '../../company/tenant/index.ts'
import { answerAtHost, withOffice } from './testing.ts'

/** One white pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

test('the face of a brand', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async ({ office, ask, people, tree }) => {
      const maple = people.get('partner_admin@maple')!
      const acme = people.get('customer_admin@acme')!
      const { tenantId } = tree.maple
      const change = (body: unknown, who = maple) => ask(who, 'PATCH', `/api/v1/brands/${tenantId}`, body)

      await suite.test('F55 what a partner changes stands on his pages at once, and in the audit', async () => {
        const done = await change({ name: 'Maple & Co', colour: '#FFD400', billingEmail: 'money@maple.example' })
        assert.equal(done.status, 200)
        const page = async () => {
          const { text } = await answerAtHost(office.url, 'maple.localhost', { method: 'GET', path: '/sign-in' })
          return text
        }
        for (let tries = 0; tries < 100 && !(await page()).includes('Maple &amp; Co'); tries++) await pause(20)
        assert.match(await page(), /<title>Sign in – Maple &amp; Co/)
        assert.match(await page(), /--accent-solid:#ffd400/)
        const [entry] = await ownerSql<{ before: { name: string }; after: { name: string } }[]>`
          select before, after from audit_entry where action = 'changeBrand' order by sequence desc limit 1`
        assert.deepEqual([entry?.before.name, entry?.after.name], ['Maple Telecom', 'Maple & Co'])
        assert.deepEqual(Object.keys(entry?.after ?? {}).toSorted(), ['billingEmail', 'colour', 'name'])
      })

      await suite.test('a host that is taken, a zone that is none and a colour that is none are refused', async () => {
        assert.equal((await change({ host: 'lake.localhost' })).status, 409)
        assert.equal((await change({ zone: 'Mars/Olympus' })).status, 422)
        for (const colour of ['red', '#12345', '#12345g']) assert.equal((await change({ colour })).status, 400)
        for (const host of ['a', 'a b.example', 'https://x.example', '-x.example', '127.0.0.1']) {
          assert.equal((await change({ host })).status, 400, host)
        }
      })

      await suite.test('only the seller himself and those above him may change it', async () => {
        assert.equal((await change({ name: 'x' }, people.get('partner_admin@lake'))).status, 404)
        assert.equal((await change({ name: 'x' }, acme)).status, 403)
        assert.equal((await change({ phone: '+14165550111' }, people.get('provider_admin@nw'))).status, 200)
      })

      await suite.test('bank details are sealed at rest, shown to who pays there, and that is kept', async () => {
        const rows = [
          { label: 'Institution', value: '003' },
          { label: 'Account', value: '123-456-7' },
        ]
        const path = `/api/v1/brands/${tenantId}/bank-details`
        assert.equal((await ask(maple, 'PUT', path, { rows })).status, 204)
        const [stored] = await ownerSql<{ sealed: string }[]>`select sealed from brand_bank`
        assert.ok(!stored!.sealed.includes('123-456-7'))
        const reveal = (who: typeof acme) => ask(who, 'POST', '/api/v1/brand/bank-details')
        assert.deepEqual(await (await reveal(acme)).json(), { rows })
        assert.deepEqual(await (await reveal(people.get('customer_admin@cedar')!)).json(), { rows: [] })
        assert.equal((await reveal(people.get('ada@acme')!)).status, 403)
        const kept = await ownerSql<{ tenantId: string }[]>`
          select tenant_id as "tenantId" from audit_entry where action = 'revealBankDetails'`
        assert.ok(kept.some((one) => one.tenantId === tree.acme.tenantId))
        const [text] = await ownerSql<{ text: string }[]>`
          select string_agg(audit_entry::text, ' ') as text from audit_entry`
        assert.ok(!text!.text.includes('123-456-7'))
      })

      await suite.test('a logo is a picture, whatever it is called', async () => {
        const path = `/api/v1/brands/${tenantId}/logo`
        const script = Buffer.from('<svg onload="alert(1)"/>').toString('base64')
        assert.equal((await ask(maple, 'PUT', path, { base64: script })).status, 422)
        assert.equal((await ask(maple, 'PUT', path, { base64: png })).status, 200)
        assert.equal((await ask(maple, 'DELETE', path)).status, 204)
      })

      await suite.test('every tenant of a brand reads it in his own scope, and services do', async () => {
        const ofAcme = await db.as({ tenantPath: tree.acme.path }, (tx) => brandOf(tx, tree.acme.tenantId))
        assert.equal(ofAcme?.name, 'Maple & Co')
        assert.equal(ofAcme?.billingEmail, 'money@maple.example')
        assert.deepEqual(ofAcme?.hours, [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }])
        const ofCedar = await db.asService((tx) => brandOf(tx, tree.cedar.tenantId))
        assert.equal(ofCedar?.name, 'Lakeshore IT')
        const ofDirect = await db.asService((tx) => brandOf(tx, tree.direct.tenantId))
        assert.equal(ofDirect?.name, 'Northwind Voice')
      })
    })
  })
})
