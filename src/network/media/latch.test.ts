/** Who is believed: the address of the SDP at once, a translated one once and early, everybody else never. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { maySendTo, sameNetwork, scopeOf } from './address.ts'
import { Latch, type Expectation } from './latch.ts'

const phone = { address: '198.51.100.7', port: 4000 }
const hidden: Expectation = {
  declared: { address: '192.168.1.20', port: 4000 },
  reachable: false,
  signalAddress: undefined,
  ownAddress: '192.0.2.1',
}
const open: Expectation = { declared: phone, reachable: true, signalAddress: undefined, ownAddress: '192.0.2.1' }

function latchOn(expected: Expectation): { latch: Latch; moves: () => number } {
  let moves = 0
  const latch = new Latch(() => moves++)
  latch.expect(expected, 0)
  return { latch, moves: () => moves }
}

/** Sends packets in sequence and tells how many were admitted. */
function talk(
  latch: Latch,
  address: string,
  port: number,
  count: number,
  options: { atMs?: number; first?: number } = {},
): number {
  let admitted = 0
  for (let i = 0; i < count; i++) {
    if (latch.admits(address, port, 99, ((options.first ?? 65_530) + i) & 0xffff, options.atMs ?? 100)) admitted++
  }
  return admitted
}

describe('latch', () => {
  test('locks on the address of the SDP with its first packet, and refuses all others', () => {
    const { latch, moves } = latchOn(open)
    assert.deepEqual(latch.target(), phone)
    assert.equal(talk(latch, phone.address, phone.port, 1), 1)
    assert.equal(talk(latch, phone.address, 4002, 200), 0)
    assert.equal(talk(latch, '203.0.113.1', 4000, 200), 0)
    assert.deepEqual(latch.target(), phone)
    assert.equal(moves(), 0)
  })

  test('a phone on this machine that names loopback may speak from our own address', () => {
    const declared = { address: '127.0.0.1', port: 4000 }
    const local: Expectation = { declared, reachable: true, signalAddress: '127.0.0.1', ownAddress: '192.0.2.1' }
    const { latch } = latchOn(local)
    assert.deepEqual(latch.target(), declared)
    assert.equal(talk(latch, '192.0.2.1', 4002, 100), 0, 'from its port only')
    assert.equal(talk(latch, '192.0.2.1', 4000, 2), 2)
    assert.deepEqual(latch.target(), { address: '192.0.2.1', port: 4000 })
    const { latch: other } = latchOn({ ...local, signalAddress: '192.0.2.44' })
    assert.equal(talk(other, '192.0.2.1', 4000, 100), 0, 'somebody from outside is not believed')
  })

  test('learns a phone behind a NAT from three packets in sequence, once', () => {
    const { latch, moves } = latchOn(hidden)
    assert.equal(latch.target(), undefined)
    assert.equal(talk(latch, '203.0.113.9', 61_000, 5), 3)
    assert.deepEqual(latch.target(), { address: '203.0.113.9', port: 61_000 })
    assert.equal(talk(latch, '203.0.113.9', 61_001, 100), 0)
    assert.equal(moves(), 1)
  })

  test('learns only from the network of the signalling when that is known', () => {
    const { latch } = latchOn({ ...hidden, signalAddress: '203.0.113.200' })
    assert.equal(talk(latch, '192.0.2.66', 5000, 100), 0)
    assert.equal(talk(latch, '203.0.113.9', 61_000, 5), 3)
  })

  test('learns nothing after the first seconds', () => {
    const { latch } = latchOn(hidden)
    assert.equal(talk(latch, '203.0.113.9', 61_000, 100, { atMs: 10_001 }), 0)
    latch.expect(hidden, 20_000)
    assert.equal(talk(latch, '203.0.113.9', 61_000, 100, { atMs: 20_100 }), 98, 'a new answer opens the door again')
  })

  test('a reachable phone that is silent is not replaced by a stranger, only by its own network', () => {
    const { latch } = latchOn(open)
    assert.equal(talk(latch, '203.0.113.9', 4000, 400), 0)
    assert.equal(talk(latch, '198.51.100.7', 5000, 60), 11)
  })

  test('on loopback nothing is learned', () => {
    const { latch } = latchOn({
      declared: { address: '127.0.0.1', port: 4000 },
      reachable: true,
      signalAddress: '127.0.0.1',
      ownAddress: '127.0.0.1',
    })
    assert.equal(talk(latch, '127.0.0.1', 5000, 400), 0)
  })

  test('a spray of single packets is never learned, and hides nobody', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1024, max: 65_535 }), { maxLength: 300 }), (ports) => {
        const { latch } = latchOn(hidden)
        const others = ports.filter((port) => port !== 61_000)
        for (const port of others) assert.equal(latch.admits('192.0.2.66', port, 5, 1, 50), false)
        assert.equal(talk(latch, '203.0.113.9', 61_000, 3), 1)
      }),
    )
  })

  test('the address of the SDP takes over from a learned source', () => {
    const { latch, moves } = latchOn(open)
    talk(latch, '198.51.100.7', 5000, 60)
    assert.ok(latch.isLearned())
    assert.equal(talk(latch, phone.address, phone.port, 1), 1)
    assert.ok(!latch.isLearned())
    assert.equal(talk(latch, '198.51.100.7', 5000, 1), 0)
    assert.equal(moves(), 2)
  })

  test('a new SDP moves the leg; the old source is welcome until the new one sends', () => {
    const { latch, moves } = latchOn(open)
    talk(latch, phone.address, phone.port, 3)
    const moved = { address: '198.51.100.8', port: 7000 }
    latch.expect({ ...open, declared: moved }, 1000)
    assert.deepEqual(latch.target(), moved)
    assert.equal(talk(latch, phone.address, phone.port, 5, { atMs: 1100 }), 5)
    assert.equal(talk(latch, moved.address, moved.port, 1, { atMs: 1200 }), 1)
    assert.equal(talk(latch, phone.address, phone.port, 5, { atMs: 1300 }), 0)
    assert.equal(moves(), 1)
  })

  test('the same SDP again keeps the lock', () => {
    const { latch } = latchOn(hidden)
    talk(latch, '203.0.113.9', 61_000, 3)
    latch.expect({ ...hidden }, 5000)
    assert.deepEqual(latch.target(), { address: '203.0.113.9', port: 61_000 })
  })
})

describe('addresses', () => {
  test('scopes', () => {
    const cases = {
      '127.0.0.1': 'loopback',
      '10.1.2.3': 'private',
      '172.31.0.1': 'private',
      '172.32.0.1': 'public',
      '100.64.1.1': 'private',
      '169.254.169.254': 'none',
      '224.0.0.1': 'none',
      '255.255.255.255': 'none',
      '0.0.0.0': 'none',
      'phone.example': 'none',
      '::1': 'loopback',
      '::': 'none',
      'fe80::1': 'none',
      'fd00::1': 'private',
      'ff02::1': 'none',
      '2001:db8::1': 'public',
      '::ffff:10.0.0.1': 'private',
    }
    for (const [address, scope] of Object.entries(cases)) assert.equal(scopeOf(address), scope, address)
  })

  test('media is not sent where a peer could not be', () => {
    const may = (own: string, address: string, port = 4000): boolean => maySendTo(own, { address, port })
    assert.ok(may('198.51.100.1', '203.0.113.9'))
    assert.ok(!may('198.51.100.1', '192.168.1.20'), 'into our own network')
    assert.ok(!may('198.51.100.1', '127.0.0.1'), 'to ourselves')
    assert.ok(!may('198.51.100.1', '169.254.169.254'), 'to a metadata service')
    assert.ok(!may('198.51.100.1', '203.0.113.9', 53), 'to a name server')
    assert.ok(!may('198.51.100.1', '2001:db8::1'), 'of another family')
    assert.ok(may('192.168.1.2', '192.168.1.20'))
    assert.ok(may('127.0.0.1', '127.0.0.1'))
    assert.ok(!may('127.0.0.1', '203.0.113.9'))
  })

  test('networks', () => {
    assert.ok(sameNetwork('203.0.113.9', '203.0.113.200'))
    assert.ok(!sameNetwork('203.0.113.9', '203.0.114.9'))
    assert.ok(sameNetwork('2001:db8:1:2::9', '2001:0db8:1:2:ffff::1'))
    assert.ok(!sameNetwork('2001:db8::1', '2001:db8:0:1::1'))
    assert.ok(!sameNetwork('203.0.113.9', '2001:db8::1'))
  })
})
