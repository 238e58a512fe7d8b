import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { newId, virtualClock, type Result } from '../../base/index.ts'
import { faultsOfMachine, type Actor } from '../../platform/transitions/index.ts'
import { createProduct } from '../catalog/index.ts'
import { plantTree } from '../tenant/testing.ts'
import { listDevices } from './devices.ts'
import { listExtensions, type ForwardRules } from './extensions.ts'
import { setForward } from './set-forward.ts'
import { listEmergencyAddresses } from './emergency-address.ts'
import {
  activateEmergencyAddress,
  addCarrier,
  addCarrierRoute,
  assignNumber,
  changeTrunk,
  createDevice,
  createExtension,
  createTrunk,
  emergencyAddressMachine,
  routeNumber,
  submitEmergencyAddress,
} from './index.ts'
import { offerTo } from './offers.ts'
import { listNumbers } from './phone-numbers.ts'
import { listTrunks } from './trunks.ts'

// 2025-11-25, three in the morning in UTC: still the day before in Toronto.
const clock = virtualClock(1_764_039_600_000)
const provider = { tenantPath: 'nw/' }
const page = { after: undefined, limit: 50 }
const noc: Actor = { id: undefined, role: 'provider_noc' }
const place = {
  callerName: 'Acme front desk',
  street: '1 King Street West',
  unit: '12',
  city: 'Toronto',
  region: 'ON',
  postalCode: 'M5H 1A1',
  country: 'CA',
}

function valueOf<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : result.failure.message)
  return result.value
}
const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code)

test('the machine of emergency addresses is sound', () =>
  assert.deepEqual(faultsOfMachine(emergencyAddressMachine), []))

test('services and their subscriptions', async (suite) => {
  await withTestDatabase(async ({ openDb }) => {
    const db = await openDb('office', { clock })
    const { provider: nw, maple, acme, cedar } = await plantTree(db, clock)
    const product = (tenantId: string, code: string, kind: 'extension' | 'device' | 'number', monthlyMicros: bigint) =>
      db.as(provider, (tx) =>
        createProduct(tx, clock, { tenantId, code, name: code, kind, currency: 'CAD', monthlyMicros, setupMicros: 0n }),
      )
    const extensionProduct = await product(nw.tenantId, 'extension', 'extension', 20_000_000n)
    await product(nw.tenantId, 'phone', 'device', 0n)
    await product(maple.tenantId, 'maple-extension', 'extension', 30_000_000n)
    const terms = { productId: extensionProduct, startedOn: '2025-11-01', monthlyMicros: 20_000_000n, currency: 'CAD' }
    const ofAcme = { ...terms, tenantId: acme.tenantId }
    const extension = valueOf(
      await db.as(provider, (tx) => createExtension(tx, clock, { ...ofAcme, number: '201', name: 'Front desk' })),
    )
    const device = { ...ofAcme, extensionId: extension.id, label: 'Desk phone', secretKeyId: 1 }

    await suite.test('a service is written with its subscription, a refused one without', async () => {
      await db.as(provider, async (tx) => {
        const lines = () => tx<{ id: string }[]>`select id from subscription`
        assert.deepEqual(
          (await lines()).map(({ id }) => id),
          [extension.subscriptionId],
        )
        const again = await createExtension(tx, clock, { ...ofAcme, number: '201', name: 'Other' })
        assert.equal(codeOf(again), 'numbers.extension_taken')
        assert.equal((await lines()).length, 1)
      })
    })

    await suite.test('the same extension number serves two customers', async () => {
      const other = await db.as(provider, (tx) =>
        createExtension(tx, clock, { ...terms, tenantId: cedar.tenantId, number: '201', name: 'Other' }),
      )
      assert.ok(other.ok)
    })

    await suite.test('SIP users and numbers are unique in the installation', async () => {
      await db.as(provider, async (tx) => {
        assert.ok((await createDevice(tx, clock, { ...device, sipUser: 'acme-201' })).ok)
        assert.equal(
          codeOf(await createDevice(tx, clock, { ...device, sipUser: 'acme-201' })),
          'numbers.sip_user_taken',
        )
        const elsewhere = await createDevice(tx, clock, { ...device, tenantId: cedar.tenantId, sipUser: 'cedar-1' })
        assert.equal(codeOf(elsewhere), 'numbers.no_such_extension')
        const number = { ...ofAcme, number: '+14165550123', kind: 'did' as const }
        assert.ok((await assignNumber(tx, clock, { ...number, extensionId: extension.id })).ok)
        assert.equal(codeOf(await assignNumber(tx, clock, number)), 'numbers.number_taken')
      })
      const hidden = await db.as({ tenantPath: cedar.path }, (tx) => listDevices(tx, {}, page))
      assert.equal(hidden.length, 0)
    })

    await suite.test('a number rings at extensions of its own customer only', async () => {
      await db.as(provider, async (tx) => {
        const [number] = await listNumbers(tx, { customerId: acme.tenantId }, page)
        const [theirs] = await tx<{ id: string }[]>`select id from extension where tenant_id = ${cedar.tenantId}`
        const route = (extensionId: string | null) => routeNumber(tx, { numberId: number!.id, extensionId })
        assert.equal(codeOf(await route(theirs!.id)), 'numbers.no_such_extension')
        const [there, nowhere] = [
          { extensionId: extension.id, trunkId: null },
          { extensionId: null, trunkId: null },
        ]
        assert.deepEqual(valueOf(await route(null)), { before: there, after: nowhere })
        assert.deepEqual(valueOf(await route(extension.id)), { before: nowhere, after: there })
      })
    })

    await suite.test('an extension sends calls on as its own customer says, and never to itself', async () => {
      const rules = { always: null, busy: '202', noAnswer: '+14165550199', afterSeconds: 15 }
      const set = (path: string, forward: ForwardRules) =>
        db.as({ tenantPath: path }, (tx) => setForward(tx, { extensionId: extension.id, forward }))
      assert.equal(codeOf(await set(cedar.path, rules)), 'numbers.no_such_extension')
      assert.equal(codeOf(await set(acme.path, { ...rules, always: '201' })), 'numbers.forwards_to_itself')
      assert.ok((await set(acme.path, rules)).ok)
      const [listed] = await db.as({ tenantPath: acme.path }, (tx) =>
        listExtensions(tx, {}, { after: undefined, limit: 50 }),
      )
      assert.deepEqual(listed?.forward, rules)
    })

    await suite.test(
      'F13 a trunk is sold with its line, has an address or an account of its own, and takes numbers',
      async () => {
        const limits = { channelsMax: 10, callsPerSecondMax: 2, formatIn: 'e164', formatOut: 'national' } as const
        const trunk = { ...ofAcme, name: 'Exchange', ...limits }
        const access = { mode: 'static', host: '203.0.113.9', port: 5060, protocol: 'udp' } as const
        const account = { mode: 'registering', sipUser: 'trunk.acme', secretKeyId: 1 } as const
        await db.as(provider, async (tx) => {
          const lines = async () => (await tx`select id from subscription`).length
          const before = await lines()
          const { id } = valueOf(await createTrunk(tx, clock, { ...trunk, access }))
          assert.equal(await lines(), before + 1)
          assert.equal(codeOf(await createTrunk(tx, clock, { ...trunk, access })), 'numbers.trunk_taken')
          assert.equal(await lines(), before + 1)
          const { id: second } = valueOf(await createTrunk(tx, clock, { ...trunk, access: account }))
          assert.equal(codeOf(await createTrunk(tx, clock, { ...trunk, access: account })), 'numbers.trunk_taken')
          const line = { ...ofAcme, number: '+14165550130', kind: 'did' as const }
          const number = valueOf(await assignNumber(tx, clock, { ...line, trunkId: id }))
          assert.ok((await changeTrunk(tx, { trunkId: id, channelsMax: 3, mainNumberId: number.id })).ok)
          const all = await listTrunks(tx, {}, { after: undefined, limit: 5 })
          const listed = all.find((one) => one.id === id)
          assert.deepEqual(
            [listed?.channelsMax, listed?.callsPerSecondMax, listed?.mainNumber, listed?.numbers],
            [3, 2, '+14165550130', 1],
          )
          const both = await routeNumber(tx, { numberId: number.id, extensionId: extension.id, trunkId: second })
          assert.equal(codeOf(both), 'numbers.one_route_only')
          const moved = valueOf(await routeNumber(tx, { numberId: number.id, extensionId: extension.id }))
          assert.deepEqual(moved.before, { extensionId: null, trunkId: id })
          assert.equal(codeOf(await changeTrunk(tx, { trunkId: newId(clock), name: 'x' })), 'numbers.no_such_trunk')
        })
        assert.equal(
          (await db.as({ tenantPath: cedar.path }, (tx) => listTrunks(tx, {}, { after: undefined, limit: 5 }))).length,
          0,
        )
      },
    )

    await suite.test('activating an address retires the one before; customers cannot do it', async () => {
      await db.as(provider, async (tx) => {
        const [number] = await listNumbers(tx, { customerId: acme.tenantId }, page)
        assert.ok(number?.emergency === 'none')
        const submit = async () =>
          valueOf(
            await submitEmergencyAddress(tx, clock, { tenantId: acme.tenantId, phoneNumberId: number.id, ...place }),
          )
        const [first, second] = [await submit(), await submit()]
        const activate = (id: string, actor: Actor) =>
          activateEmergencyAddress(tx, clock, { id, actor, reason: 'checked on the phone' })
        assert.equal(codeOf(await activate(first, { id: undefined, role: 'customer_admin' })), 'transition.forbidden')
        assert.ok((await activate(first, noc)).ok)
        assert.ok((await activate(second, noc)).ok)
        assert.equal(codeOf(await activate(first, noc)), 'transition.not_allowed')
        assert.equal(codeOf(await activate(newId(clock), noc)), 'transition.not_found')
        const all = await listEmergencyAddresses(tx, { phoneNumberId: number.id }, { after: undefined, limit: 50 })
        const states = new Map(all.map((one) => [one.id, one.status]))
        assert.deepEqual([states.get(first), states.get(second)], ['retired', 'active'])
        assert.equal((await listNumbers(tx, { customerId: acme.tenantId }, page))[0]?.emergency, 'active')
      })
    })

    await suite.test("what is offered is the nearest seller's, from today in the customer's zone", async () => {
      await db.as({ tenantPath: acme.path }, async (tx) => {
        const sale = valueOf(await offerTo(tx, clock, { customerId: acme.tenantId, kind: 'extension' }))
        assert.equal(sale.terms.monthlyMicros, 30_000_000n)
        assert.equal(sale.terms.startedOn, '2025-11-24')
        const named = { customerId: acme.tenantId, kind: 'extension' as const, productCode: 'extension' }
        assert.equal(valueOf(await offerTo(tx, clock, named)).terms.monthlyMicros, 20_000_000n)
        const free = valueOf(await offerTo(tx, clock, { customerId: acme.tenantId, kind: 'device' }))
        assert.ok(free.terms.exemptReason)
        const none = await offerTo(tx, clock, { customerId: acme.tenantId, kind: 'number' })
        assert.equal(codeOf(none), 'numbers.nothing_offered')
        const theirs = await offerTo(tx, clock, { customerId: cedar.tenantId, kind: 'extension' })
        assert.equal(codeOf(theirs), 'tenant.no_such_customer')
      })
    })

    await suite.test('a route needs a carrier of the same provider', async () => {
      await db.as(provider, async (tx) => {
        const carrier = { tenantId: nw.tenantId, name: 'North Backbone', host: '127.0.0.1', port: 5070 }
        const carrierId = await addCarrier(tx, clock, { ...carrier, protocol: 'udp' })
        const route = { tenantId: nw.tenantId, prefix: '1', priority: 1, kind: 'normal' as const }
        assert.ok((await addCarrierRoute(tx, clock, { ...route, carrierId })).ok)
        const unknown = await addCarrierRoute(tx, clock, { ...route, carrierId: newId(clock) })
        assert.equal(codeOf(unknown), 'numbers.no_such_carrier')
      })
    })
  })
})
