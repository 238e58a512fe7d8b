import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseRoute } from './route.ts'
import { carrierCaller, phone, sampleDirectory as directory } from '../testing.ts'

test('an extension of the same customer is rung, free', () => {
  const route = chooseRoute(directory, phone('acme', '201'), '202')
  assert.equal(route.kind, 'extension')
  assert.equal(route.kind === 'extension' && route.callClass, 'onnet')
  assert.equal(route.kind === 'extension' && route.extension.id, 'acme-202')
})

test('the same extension number of another customer is never reached', () => {
  const route = chooseRoute(directory, phone('beta', '201'), '202')
  assert.deepEqual([route.kind, route.kind === 'refuse' && route.status], ['refuse', 404])
})

test('R43 a number of another customer of ours is on-net, however it is dialled', () => {
  for (const dialled of ['6045550101', '16045550101', '+16045550101', '011 1 604 555 0101', '(604) 555-0101']) {
    const route = chooseRoute(directory, phone('acme', '201'), dialled)
    assert.equal(route.kind === 'extension' && route.callClass, 'onnet', dialled)
  }
})

test('a national number leaves through the carriers of its prefix, best first', () => {
  const route = chooseRoute(directory, phone('acme', '201'), '2125550100')
  assert.equal(route.kind, 'carrier')
  assert.deepEqual(route.kind === 'carrier' && route.routes.map((one) => one.carrierId), ['northvoice', 'cascade'])
  assert.equal(route.kind === 'carrier' && route.callerNumber.number, '+14165550101')
})

test('seven digits are completed with the area code of the customer', () => {
  const route = chooseRoute(directory, phone('acme', '201'), '7770100')
  assert.equal(route.kind === 'carrier' && route.destination, '+14167770100')
})

test('R80 no call leaves with a number that has no active 911 service address', () => {
  const route = chooseRoute(directory, phone('acme', '203'), '2125550100')
  assert.deepEqual([route.kind, route.kind === 'refuse' && route.cause], ['refuse', 'no_emergency_address'])
})

test('R51 a suspended customer reaches extensions and customers of ours, but no paid destination', () => {
  assert.equal(chooseRoute(directory, phone('late', '201'), '201').kind, 'extension')
  assert.equal(chooseRoute(directory, phone('late', '201'), '6045550101').kind, 'extension')
  const paid = chooseRoute(directory, phone('late', '201'), '2125550100')
  assert.equal(paid.kind === 'refuse' && paid.cause, 'account_suspended')
})

test('R79 emergency goes before every rule, in any account state and with no number at all', () => {
  for (const [tenant, extension] of [
    ['acme', '203'],
    ['late', '201'],
    ['gone', '201'],
  ] as const) {
    for (const dialled of ['911', '9911', '933', '988']) {
      assert.equal(chooseRoute(directory, phone(tenant, extension), dialled).kind, 'emergency', `${tenant} ${dialled}`)
    }
  }
})

test("calls from carriers reach our numbers and nothing else; toll-free is the callee's cost", () => {
  const plain = chooseRoute(directory, carrierCaller(), '+14165550101')
  assert.equal(plain.kind === 'extension' && plain.callClass, 'inbound')
  const free = chooseRoute(directory, carrierCaller(), '18005550199')
  assert.equal(free.kind === 'extension' && free.callClass, 'tollfree')
  for (const dialled of ['911', '202', '+12125550100', '*43', '']) {
    assert.equal(chooseRoute(directory, carrierCaller(), dialled).kind, 'refuse', dialled)
  }
})

test('whatever is dialled gives a route and never throws', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.boolean(), (dialled, fromCarrier) => {
      const route = chooseRoute(directory, fromCarrier ? carrierCaller() : phone('acme', '201'), dialled)
      assert.ok(route.kind !== 'emergency' || /911|933|988/.test(dialled.replace(/\D/g, '')))
    }),
  )
})
