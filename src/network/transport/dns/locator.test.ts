/** RFC 3263 against a name server on loopback: services, weights, explicit ports, time to live, failures. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Answer } from 'dns-packet'
import { seededRandom, systemClock, virtualClock } from '../../../base/index.ts'
import { startNameServer, type NameServer, type Zone } from '../../../../test/peers/name-server.ts'
import { askServers } from './ask-servers.ts'
import { createLocator, type Locator } from './locator.ts'
import { orderHops } from './order.ts'
import { triesNextHop, type SipTarget } from './target.ts'

const a = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, ttl, data })
const srv = (
  name: string,
  target: string,
  more: { port?: number; priority?: number; weight?: number; ttl?: number },
) => {
  const { port = 5060, priority = 10, weight = 0, ttl = 60 } = more
  return { type: 'SRV', name, ttl, data: { target, port, priority, weight } } satisfies Answer
}
const naptr = (name: string, order: number, services: string, replacement: string): Answer => ({
  type: 'NAPTR',
  name,
  ttl: 60,
  data: { order, preference: 10, flags: 'S', services, regexp: '', replacement },
})

const full: Zone = {
  'NAPTR carrier.test': [
    naptr('carrier.test', 20, 'SIP+D2U', '_sip._udp.carrier.test'),
    naptr('carrier.test', 10, 'SIPS+D2T', '_sips._tcp.carrier.test'),
    naptr('carrier.test', 5, 'SIP+D2S', '_sip._sctp.carrier.test'),
  ],
  'SRV _sips._tcp.carrier.test': [srv('_sips._tcp.carrier.test', 'edge1.carrier.test', { port: 5091 })],
  'SRV _sip._udp.carrier.test': [
    srv('_sip._udp.carrier.test', 'edge2.carrier.test', { priority: 20 }),
    srv('_sip._udp.carrier.test', 'edge1.carrier.test', { port: 5070, priority: 10 }),
  ],
  'A edge1.carrier.test': [a('edge1.carrier.test', '192.0.2.1'), a('edge1.carrier.test', '192.0.2.2')],
  'A edge2.carrier.test': [a('edge2.carrier.test', '192.0.2.3')],
  'A plain.test': [a('plain.test', '192.0.2.9')],
}

async function withServer(zone: Zone, act: (server: NameServer, locator: Locator) => Promise<void>): Promise<void> {
  const server = await startNameServer(zone)
  const clock = systemClock({ keepAlive: true })
  const random = seededRandom(3)
  const resolver = askServers({ clock, random, servers: [server.address], timeoutMs: 60 })
  try {
    await act(server, createLocator({ resolver, clock, random }))
  } finally {
    await server.close()
  }
}

async function placesOf(locator: Locator, target: SipTarget): Promise<readonly string[]> {
  const located = await locator.locate(target)
  if (!located.ok) return [located.failure.code]
  return located.value.map(({ protocol, remote, serverName }) => {
    return `${protocol} ${remote.address}:${remote.port}${serverName === target.host ? '' : ` as ${serverName}`}`
  })
}

describe('where a SIP target is (RFC 3263)', () => {
  test('NAPTR leads to SRV, SRV to addresses; services that we do not speak are passed over', async () => {
    await withServer(full, async (server, locator) => {
      assert.deepEqual(await placesOf(locator, { host: 'carrier.test' }), [
        'tls 192.0.2.1:5091',
        'tls 192.0.2.2:5091',
        'udp 192.0.2.1:5070',
        'udp 192.0.2.2:5070',
        'udp 192.0.2.3:5060',
      ])
      const before = server.asked.length
      await placesOf(locator, { host: 'carrier.test' })
      assert.equal(server.asked.length, before, 'the second call is answered from memory')
    })
  })

  test('a transport asks for its SRV alone, a port for addresses alone, an address for nothing', async () => {
    await withServer(full, async (server, locator) => {
      assert.deepEqual(await placesOf(locator, { host: 'carrier.test', protocol: 'udp' }), [
        'udp 192.0.2.1:5070',
        'udp 192.0.2.2:5070',
        'udp 192.0.2.3:5060',
      ])
      assert.ok(!server.asked.some((one) => one.startsWith('NAPTR')))
      assert.deepEqual(await placesOf(locator, { host: 'edge2.carrier.test', port: 5099 }), ['udp 192.0.2.3:5099'])
      assert.ok(!server.asked.includes('SRV _sip._udp.edge2.carrier.test'))
      const before = server.asked.length
      assert.deepEqual(await placesOf(locator, { host: '192.0.2.77', secure: true }), ['tls 192.0.2.77:5061'])
      assert.equal(server.asked.length, before)
    })
  })

  test('without NAPTR and SRV the host itself is called, on the port of the transport', async () => {
    await withServer(full, async (_, locator) => {
      assert.deepEqual(await placesOf(locator, { host: 'plain.test' }), ['udp 192.0.2.9:5060'])
      assert.deepEqual(await placesOf(locator, { host: 'plain.test', protocol: 'tls' }), ['tls 192.0.2.9:5061'])
      assert.deepEqual(await placesOf(locator, { host: 'nowhere.test' }), ['dns.no_address'])
    })
  })

  test('a sips target never leaves over anything but TLS', async () => {
    await withServer(full, async (_, locator) => {
      const places = await placesOf(locator, { host: 'carrier.test', secure: true, protocol: 'udp' })
      assert.ok(places.length > 0 && places.every((place) => place.startsWith('tls ')), places.join())
    })
  })

  test('silence, SERVFAIL and a cut answer: the first two fail in words, the third is asked for over TCP', async () => {
    const zone: Zone = {
      'A silent.test': 'silence',
      'A broken.test': 'servfail',
      'A large.test': { cut: [a('large.test', '192.0.2.4')] },
    }
    await withServer(zone, async (_, locator) => {
      assert.deepEqual(await placesOf(locator, { host: 'silent.test', port: 5060 }), ['dns.no_answer'])
      assert.deepEqual(await placesOf(locator, { host: 'broken.test', port: 5060 }), ['dns.no_answer'])
      assert.deepEqual(await placesOf(locator, { host: 'large.test', port: 5060 }), ['udp 192.0.2.4:5060'])
    })
  })

  test('the time to live is kept, and what was known before outlives servers that fall silent', async () => {
    const server = await startNameServer({ 'A carrier.test': [a('carrier.test', '192.0.2.1', 30)] })
    const clock = virtualClock(0)
    const real = { clock: systemClock({ keepAlive: true }), random: seededRandom(1) }
    const resolver = askServers({ ...real, servers: [server.address], timeoutMs: 30 })
    const locator = createLocator({ resolver, clock, random: seededRandom(2) })
    const target = { host: 'carrier.test', port: 5060 }
    try {
      assert.deepEqual(await placesOf(locator, target), ['udp 192.0.2.1:5060'])
      server.setZone({ 'A carrier.test': [a('carrier.test', '192.0.2.2', 30)] })
      clock.advance(29_000)
      assert.deepEqual(await placesOf(locator, target), ['udp 192.0.2.1:5060'])
      clock.advance(2000)
      assert.equal(locator.known(target)?.[0]?.remote.address, '192.0.2.1', 'a call never waits for DNS')
      assert.deepEqual(await placesOf(locator, target), ['udp 192.0.2.2:5060'])
      server.setZone({ 'A carrier.test': 'silence' })
      clock.advance(31_000)
      assert.deepEqual(await placesOf(locator, target), ['udp 192.0.2.2:5060'])
    } finally {
      await server.close()
    }
  })

  test('a place that failed comes last until its time is over, and first again when it worked', async () => {
    const clock = virtualClock(0)
    const addresses = async (): Promise<{ ok: true; value: { records: string[]; ttlSeconds: number } }> => {
      return { ok: true, value: { records: ['192.0.2.1', '192.0.2.2'], ttlSeconds: 3600 } }
    }
    const none = async (): Promise<{ ok: true; value: { records: []; ttlSeconds: number } }> => {
      return { ok: true, value: { records: [], ttlSeconds: 60 } }
    }
    const locator = createLocator({ resolver: { naptr: none, srv: none, addresses }, clock, random: seededRandom(1) })
    const target = { host: 'pair.test', port: 5060 }
    const order = async (): Promise<readonly string[]> => {
      const located = await locator.locate(target)
      return located.ok ? located.value.map((hop) => hop.remote.address) : []
    }
    assert.deepEqual(await order(), ['192.0.2.1', '192.0.2.2'])
    const [first] = locator.known(target) ?? []
    assert.ok(first)
    locator.failed(first, 20)
    assert.deepEqual(await order(), ['192.0.2.2', '192.0.2.1'])
    clock.advance(20_001)
    assert.deepEqual(await order(), ['192.0.2.1', '192.0.2.2'])
    locator.failed(first)
    locator.worked(first)
    assert.deepEqual(await order(), ['192.0.2.1', '192.0.2.2'])
  })

  test('a lower priority is always tried first, and equal ones share by weight', () => {
    const place = (name: string, priority: number, weight: number) => {
      return { protocol: 'udp', rank: 0, priority, weight, port: 5060, addresses: [name], serverName: 'x' } as const
    }
    const places = [place('late', 20, 100), place('three', 10, 75), place('one', 10, 25), place('never', 10, 0)]
    const random = seededRandom(17)
    const draw = (end: number): number => new DataView(random(4).slice().buffer).getUint32(0) % (end + 1)
    const firsts: Record<string, number> = {}
    for (let call = 0; call < 4000; call++) {
      const order = orderHops(places, draw).map(({ remote }) => remote.address)
      assert.equal(order.at(-1), 'late')
      firsts[order[0]!] = (firsts[order[0]!] ?? 0) + 1
    }
    assert.ok(Math.abs((firsts['three'] ?? 0) / 4000 - 0.75) < 0.04, JSON.stringify(firsts))
    assert.ok(Math.abs((firsts['one'] ?? 0) / 4000 - 0.25) < 0.04, JSON.stringify(firsts))
  })

  test('every address of every place is tried once, whatever the weights', () => {
    const placeArbitrary = fc.record({
      protocol: fc.constantFrom('udp' as const, 'tls' as const),
      rank: fc.nat(3),
      priority: fc.nat(65_535),
      weight: fc.nat(65_535),
      port: fc.nat(65_535),
      addresses: fc.array(fc.ipV4(), { maxLength: 3 }),
      serverName: fc.constant('x'),
    })
    fc.assert(
      fc.property(fc.array(placeArbitrary, { maxLength: 8 }), fc.nat(), (places, chance) => {
        const hops = orderHops(places, (end) => chance % (end + 1))
        const all = places.flatMap(({ addresses }) => addresses).toSorted()
        assert.deepEqual(hops.map(({ remote }) => remote.address).toSorted(), all)
      }),
    )
  })

  test('only a timeout, a broken transport and a 503 lead to the next place (RFC 3263 §4.3)', () => {
    assert.ok(triesNextHop({ status: 503, by: 'remote' }))
    assert.ok(triesNextHop({ status: 408, by: 'timeout' }))
    assert.ok(triesNextHop({ status: 503, by: 'transport' }))
    for (const status of [486, 404, 500, 603, 408]) assert.ok(!triesNextHop({ status, by: 'remote' }), String(status))
  })
})
