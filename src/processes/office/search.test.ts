/** The search finds what its reader may see by name, number in any form, and id; views are kept, shared and deleted. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { fillCompany, markOf } from './test-company.ts'
import { withOffice, type TestOffice } from './testing.ts'

type Item = { readonly kind: string; readonly title: string; readonly note: string }

const searchAs =
  ({ ask, people }: TestOffice) =>
  async (login: string, q: string): Promise<readonly Item[]> => {
    const answer = await ask(people.get(login), 'GET', `/api/v1/search?${new URLSearchParams({ q }).toString()}`)
    assert.equal(answer.status, 200, await answer.clone().text())
    return ((await answer.json()) as { items: Item[] }).items
  }

test('the palette finds things by name, number and id, each within its scope', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      await fillCompany({ db, clock: bench.clock, ownerSql }, bench)
      const search = searchAs(bench)
      const [number] = await ownerSql<{ number: string }[]>`
        select number from phone_number where tenant_id = ${bench.tree.acme.tenantId} order by number limit 1`
      const [call] = await ownerSql<{ sipCallId: string; to: string }[]>`
        select sip_call_id as "sipCallId", to_number as to from cdr
        where tenant_id = ${bench.tree.acme.tenantId} limit 1`
      await suite.test('a number in any of its forms is found first', async () => {
        const digits = number!.number.slice(2)
        const forms = [
          number!.number,
          digits,
          `1${digits}`,
          `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`,
          `+1 ${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}`,
        ]
        for (const form of forms) {
          const [first] = await search('customer_admin@acme', form)
          assert.equal(first?.kind, 'number', form)
        }
      })
      await suite.test('names, calls by number and by Call-ID', async () => {
        const kinds = new Set((await search('provider_admin@nw', markOf('acme'))).map(({ kind }) => kind))
        for (const kind of ['person', 'extension', 'phone']) assert.ok(kinds.has(kind), kind)
        assert.ok((await search('provider_admin@nw', call!.to)).some(({ kind }) => kind === 'call'))
        if (call!.sipCallId) {
          const byId = await search('provider_noc@nw', call!.sipCallId)
          assert.ok(
            byId.some(({ kind }) => kind === 'call'),
            call!.sipCallId,
          )
        }
      })
      await suite.test('nothing of anybody else, and nothing that a role does not read', async () => {
        assert.deepEqual(await search('customer_admin@birch', markOf('acme')), [])
        const billing = (await search('customer_billing@acme', markOf('acme'))).map(({ kind }) => kind)
        assert.ok(!billing.includes('person') && !billing.includes('phone'), billing.join())
      })
      await suite.test('a view is kept, shared within its company, and deleted by its owner alone', () =>
        keepsViews(bench),
      )
    })
  })
})

async function keepsViews({ ask, people }: TestOffice): Promise<void> {
  const admin = people.get('customer_admin@acme')
  const colleague = people.get('customer_billing@acme')
  const viewsOf = async (who: typeof admin): Promise<{ id: string; name: string; isOwn: boolean }[]> => {
    const answer = await ask(who, 'GET', '/api/v1/saved-views?list=transactions')
    return ((await answer.json()) as { items: { id: string; name: string; isOwn: boolean }[] }).items
  }
  const save = (name: string, isShared: boolean) =>
    ask(admin, 'POST', '/api/v1/saved-views', { list: 'transactions', name, query: 'direction=inbound', isShared })
  await save('Mine', false)
  await save('Ours', true)
  assert.equal((await save('Ours', true)).status, 200, 'saved again under its name')
  assert.deepEqual(
    (await viewsOf(admin)).map(({ name }) => name),
    ['Mine', 'Ours'],
  )
  const [shared, ...others] = await viewsOf(colleague)
  assert.deepEqual([shared?.name, shared?.isOwn, others.length], ['Ours', false, 0])
  assert.deepEqual(await viewsOf(people.get('customer_admin@birch')), [])
  assert.equal((await ask(colleague, 'DELETE', `/api/v1/saved-views/${shared!.id}`)).status, 404)
  assert.equal((await ask(admin, 'DELETE', `/api/v1/saved-views/${shared!.id}`)).status, 204)
  assert.deepEqual(
    (await viewsOf(admin)).map(({ name }) => name),
    ['Mine'],
  )
}
