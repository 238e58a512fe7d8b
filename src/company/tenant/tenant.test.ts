import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { withTestDatabase } from '../../../test/database.ts'
import { virtualClock } from '../../base/index.ts'
import { faultsOfMachine, transition } from '../../platform/transitions/index.ts'
import { listCustomers } from './customers.ts'
import { createCustomer, createPartner, createPerson, customerMachine, isPersonOf, readCustomer } from './index.ts'
import { listPeople } from './people.ts'
import { plantTree } from './testing.ts'

const clock = virtualClock(1_764_000_000_000)
const provider = { tenantPath: 'nw/' }
const page = { after: undefined, limit: 50 }
const terms = { country: 'CA', areaCode: '416', zone: 'America/Toronto' }

test("the customer's machine is sound", () => assert.deepEqual(faultsOfMachine(customerMachine), []))

test('the tree of tenants', async (suite) => {
  await withTestDatabase(async ({ openDb }) => {
    const db = await openDb('office', { clock })
    const tree = await plantTree(db, clock)

    await suite.test('a path is the path of the parent and the slug', () => {
      assert.equal(tree.provider.path, 'nw/')
      assert.equal(tree.maple.path, 'nw/maple/')
      assert.equal(tree.acme.path, 'nw/maple/acme/')
    })

    await suite.test('a taken slug, host or account ID is refused and nothing is written', async () => {
      const brand = {
        host: 'maple.localhost',
        colour: '#123456',
        supportEmail: 'a@b.example',
        phone: '',
        postalAddress: '',
      }
      const parentId = tree.provider.tenantId
      const seen = await db.as(provider, async (tx) => {
        const slug = await createPartner(tx, clock, { parentId, slug: 'maple', name: 'X', brand })
        const host = await createPartner(tx, clock, { parentId, slug: 'other', name: 'X', brand })
        const wanted = { parentId, slug: 'dup', name: 'X', accountCode: 'NV-ACME', ...terms }
        const code = await createCustomer(tx, clock, wanted)
        const zone = await createCustomer(tx, clock, { ...wanted, accountCode: 'NV-NEW', zone: 'Mars/Olympus' })
        const under = await createCustomer(tx, clock, {
          ...wanted,
          accountCode: 'NV-NEW',
          parentId: tree.acme.tenantId,
        })
        const [{ count } = { count: -1 }] = await tx<{ count: number }[]>`
          select count(*)::int as count from tenant where slug in ('other', 'dup')`
        return { codes: [slug, host, code, zone, under].map((one) => (one.ok ? 'ok' : one.failure.code)), count }
      })
      assert.deepEqual(seen.codes, [
        'tenant.slug_taken',
        'tenant.host_taken',
        'tenant.account_code_taken',
        'tenant.bad_zone',
        'tenant.no_such_parent',
      ])
      assert.equal(seen.count, 0)
    })

    await suite.test("a partner cannot put a customer under somebody else's branch", async () => {
      const created = await db.as({ tenantPath: 'nw/lake/' }, (tx) =>
        createCustomer(tx, clock, {
          parentId: tree.maple.tenantId,
          slug: 'poached',
          name: 'Poached',
          accountCode: 'NV-POACHED',
          ...terms,
        }),
      )
      assert.equal(!created.ok && created.failure.code, 'tenant.no_such_parent')
    })

    await suite.test('everybody sees the customers below him, page by page', async () => {
      const names = async (tenantPath: string) =>
        (await db.as({ tenantPath }, (tx) => listCustomers(tx, {}, page))).map((one) => one.name)
      assert.deepEqual(await names('nw/'), ['Customer acme', 'Customer birch', 'Customer cedar', 'Customer direct'])
      assert.deepEqual(await names('nw/maple/'), ['Customer acme', 'Customer birch'])
      assert.deepEqual(await names('nw/lake/cedar/'), ['Customer cedar'])
      const next = await db.as(provider, (tx) =>
        listCustomers(tx, {}, { after: ['Customer birch', tree.birch.tenantId], limit: 1 }),
      )
      assert.deepEqual(
        next.map((one) => one.name),
        ['Customer cedar', 'Customer direct'],
      )
    })

    await suite.test('suspending a customer tells the switch and leaves its history', async () => {
      const actor = { id: undefined, role: 'provider_admin' }
      const move = { machine: customerMachine, actor, reason: 'two invoices are open' }
      await db.as(provider, async (tx) => {
        const moved = await transition(tx, clock, { ...move, ids: [tree.birch.tenantId], to: 'suspended' })
        assert.ok(moved.ok)
        const customer = await readCustomer(tx, tree.birch.tenantId)
        assert.equal(customer.ok && customer.value.status, 'suspended')
        const partner = await transition(tx, clock, { ...move, ids: [tree.lake.tenantId], to: 'suspended' })
        assert.equal(!partner.ok && partner.failure.code, 'transition.refused')
        const audits = await tx`select 1 from audit_entry where action = 'customer.suspended'`
        assert.equal(audits.length, 1)
      })
    })

    await suite.test('a person belongs to one customer', async () => {
      const { acme, cedar } = tree
      await db.as(provider, async (tx) => {
        const id = await createPerson(tx, clock, { tenantId: acme.tenantId, name: 'Ada', email: 'ada@acme.example' })
        assert.equal(await isPersonOf(tx, acme.tenantId, id), true)
        assert.equal(await isPersonOf(tx, cedar.tenantId, id), false)
      })
      const seen = await db.as({ tenantPath: cedar.path }, (tx) => listPeople(tx, {}, page))
      assert.equal(seen.length, 0)
    })

    await suite.test('a search finds what it should, whatever is typed', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ minLength: 1, maxLength: 20 }), async (search) => {
          if (search.includes('\0')) return
          const found = await db.as(provider, (tx) => listCustomers(tx, { search }, page))
          for (const one of found) {
            assert.ok(`${one.name} ${one.accountCode}`.toLowerCase().includes(search.toLowerCase()))
          }
        }),
        { numRuns: 50 },
      )
    })
  })
})
