import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Trunk } from '../directory/directory.ts'
import { openBench, sdpFrom, HOUSE, type Bench, type Peer } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'
import { numberForTrunk, numberFromTrunk } from './trunk-format.ts'

const registering: Trunk = {
  id: 'trunk-reg',
  tenantId: 'acme',
  name: 'Acme exchange',
  account: { tenantId: 'acme', sipUser: 'trunk.acme', secretKeyId: 1, secretVersion: 1 },
  address: undefined,
  channelsMax: 2,
  callsPerSecondMax: 5,
  formatIn: 'e164',
  formatOut: 'e164',
  mainNumberId: 'number-+14165550120',
}
const fixed: Trunk = {
  ...registering,
  id: 'trunk-static',
  tenantId: 'beta',
  account: undefined,
  address: { host: '203.0.113.9', port: 5060, protocol: 'udp' },
  formatIn: 'national',
  formatOut: 'national',
  mainNumberId: 'number-+16045550120',
}
const did = (tenantId: string, number: string, trunkId: string, emergencyAddressActive = true) => ({
  id: `number-${number}`,
  tenantId,
  number,
  kind: 'did' as const,
  extensionId: undefined,
  trunkId,
  emergencyAddressActive,
})
const rows = {
  ...sampleRows,
  trunks: [registering, fixed],
  numbers: [
    ...sampleRows.numbers,
    did('acme', '+14165550120', 'trunk-reg'),
    did('acme', '+14165550121', 'trunk-reg'),
    did('acme', '+14165550122', 'trunk-reg', false),
    did('beta', '+16045550120', 'trunk-static'),
  ],
}
const CARRIER = { address: '127.0.0.1', port: 7001 }
const STATIC = { address: '203.0.113.9', port: 5060 }

type Dialled = { readonly from?: string; readonly headers?: readonly (readonly [string, string])[] }

let legs = 0

/** A call of the static trunk's system, or of a carrier, to a user of ours. */
function call(peer: Peer, user: string, { from = '<sip:someone@pbx.example>', headers = [] }: Dialled = {}): string {
  const legId = `leg ${++legs}`
  peer.sip.invite({
    legId,
    nextHop: { protocol: 'udp', remote: HOUSE },
    target: user.includes(':') ? user : `sip:${user}@${HOUSE.address}`,
    from,
    to: `<sip:${user.replace(/^.*:/, '')}@${HOUSE.address}>`,
    sdp: sdpFrom(peer.address.address),
    headers,
  })
  return legId
}

async function withBench(act: (bench: Bench, carrier: Peer, exchange: Peer) => Promise<void>): Promise<void> {
  const bench = await openBench(rows)
  const [carrier, exchange] = [await bench.peer(CARRIER), await bench.peer(STATIC)]
  await act(bench, carrier, exchange)
  await bench.crash()
}

test('numbers in and out of a trunk', () => {
  assert.equal(numberFromTrunk('e164', '+442079460000', '416'), '+442079460000')
  assert.equal(numberFromTrunk('digits', '442079460000', '416'), '+442079460000')
  assert.equal(numberFromTrunk('digits', '4165550101', '416'), '+14165550101')
  assert.equal(numberFromTrunk('national', '011442079460000', '416'), '+442079460000')
  assert.equal(numberFromTrunk('national', '5550101', '416'), '+14165550101')
  assert.equal(numberFromTrunk('e164', 'ann', '416'), undefined)
  assert.equal(numberForTrunk('national', '+14165550101'), '4165550101')
  assert.equal(numberForTrunk('national', '+442079460000'), '011442079460000')
  assert.equal(numberForTrunk('digits', '+442079460000'), '442079460000')
  assert.equal(numberForTrunk('e164', 'anonymous'), 'anonymous')
})

test('F13 a registered trunk is rung with the number that was dialled', () =>
  withBench(async (bench, carrier) => {
    const exchange = await bench.phone('trunk.acme', '203.0.113.5')
    assert.equal(await exchange.register(), 200)
    const leg = call(carrier, '+14165550121', { from: '"Bob" <sip:+12125550100@carrier.example>' })
    await bench.pass(2000)
    const invite = exchange.lastInvite
    assert.equal(invite?.uri, 'sip:+14165550121@203.0.113.5:5060')
    assert.equal(invite?.to?.uri.user, '+14165550121')
    assert.equal(invite?.from?.uri.user, '+12125550100')
    assert.match(invite?.header('P-Asserted-Identity') ?? '', /\+12125550100@/)
    carrier.sip.hangup(leg)
    await bench.pass(2000)
    const [cdr] = bench.cdrs()
    assert.deepEqual([cdr?.tenantId, cdr?.class, cdr?.to], ['acme', 'inbound', '+14165550121'])
  }))

test('a static trunk is known by its address, and hears numbers as it wants them', () =>
  withBench(async (bench, carrier, exchange) => {
    call(carrier, '+16045550120', { from: '<sip:+442079460000@carrier.example>' })
    await bench.pass(1000)
    assert.equal(exchange.lastInvite?.uri, 'sip:6045550120@203.0.113.9:5060')
    assert.equal(exchange.lastInvite?.from?.uri.user, '011442079460000')
    const stranger = await bench.peer({ address: '203.0.113.10', port: 5060 })
    const leg = call(stranger, '12125550100')
    await bench.pass(1000)
    assert.equal(stranger.ends.get(leg)?.status, 401)
  }))

test('a paid call of a trunk is reserved on its customer and shows a number of its own', () =>
  withBench(async (bench, carrier, exchange) => {
    const shown = async (dialled: Dialled): Promise<string | undefined> => {
      const leg = call(exchange, '12125550100', dialled)
      await bench.pass(500)
      exchange.sip.hangup(leg)
      await bench.pass(500)
      return carrier.lastInvite?.from?.uri.user
    }
    assert.equal(await shown({ from: '<sip:6045550101@pbx.example>' }), '+16045550101')
    assert.equal(await shown({ from: '<sip:4165550101@pbx.example>' }), '+16045550120', 'a number of somebody else')
    const headers = [['P-Preferred-Identity', '<sip:6045550101@pbx.example>']] as const
    assert.equal(await shown({ headers }), '+16045550101')
    assert.equal(await shown({ from: '<sip:299@pbx.example>' }), '+16045550120')
    assert.deepEqual([...new Set(bench.cdrs().map((cdr) => cdr.accountId))], ['account-beta'])
    assert.ok(bench.cdrs().every((cdr) => cdr.reserved))
  }))

test('a number without an active 911 service address is not shown', () =>
  withBench(async (bench, carrier) => {
    const exchange = await bench.phone('trunk.acme', '203.0.113.5')
    await exchange.register()
    exchange.dial('+12125550100')
    await bench.pass(1000)
    assert.equal(carrier.lastInvite?.from?.uri.user, '+14165550120')
  }))

test('who wants to be withheld is shown to networks that we trust alone', () =>
  withBench(async (bench, carrier, exchange) => {
    call(exchange, '12125550100', { headers: [['Privacy', 'id']], from: '<sip:6045550101@pbx.example>' })
    await bench.pass(1000)
    const out = carrier.lastInvite
    assert.equal(out?.from?.uri.host, 'anonymous.invalid')
    assert.match(out?.header('P-Asserted-Identity') ?? '', /\+16045550101/)
    assert.equal(out?.header('Privacy'), 'id')
    const headers = [
      ['P-Asserted-Identity', '<sip:+12125550100@carrier.example>'],
      ['Privacy', 'id'],
    ] as const
    const leg = call(carrier, '+16045550120', { headers, from: '<sip:anonymous@anonymous.invalid>' })
    await bench.pass(1000)
    const into = exchange.lastInvite
    assert.equal(into?.from?.uri.host, 'anonymous.invalid')
    assert.equal(into?.header('P-Asserted-Identity'), undefined)
    assert.ok(!JSON.stringify(into?.allHeaders()).includes('2125550100'))
    carrier.sip.hangup(leg)
    await bench.pass(1000)
    assert.equal(bench.cdrs().find((cdr) => cdr.direction === 'inbound')?.from, 'anonymous')
  }))

test('F13 a full trunk is busy both ways, and begins so many calls in a second', () =>
  withBench(async (bench, carrier, exchange) => {
    const first = call(exchange, '12125550100')
    const second = call(carrier, '+16045550120')
    await bench.pass(1000)
    const [third, fourth] = [call(exchange, '12125550101'), call(carrier, '+16045550120')]
    await bench.pass(1000)
    assert.equal(exchange.ends.get(third)?.reason, 'Trunk Full')
    assert.equal(carrier.ends.get(fourth)?.status, 486)
    exchange.sip.hangup(first)
    await bench.pass(1000)
    const fifth = call(exchange, '12125550102')
    await bench.pass(1000)
    assert.equal(exchange.ends.get(fifth), undefined, 'a channel is free again')
    carrier.sip.hangup(second)
    const rush = Array.from({ length: 8 }, (_, i) => call(exchange, `1212555012${i}`))
    await bench.pass(500)
    const slowed = rush.filter((leg) => exchange.ends.get(leg)?.reason === 'Too Many Calls A Second')
    assert.equal(slowed.length, 3)
  }))

test('calls between two trunks of the house cost nothing', () =>
  withBench(async (bench, _, exchange) => {
    const other = await bench.phone('trunk.acme', '203.0.113.5')
    await other.register()
    const leg = call(exchange, '14165550120', { from: '<sip:6045550101@pbx.example>' })
    await bench.pass(1000)
    assert.equal(other.lastInvite?.from?.uri.user, '+16045550101')
    exchange.sip.hangup(leg)
    await bench.pass(1000)
    assert.deepEqual(
      bench.cdrs().map((cdr) => [cdr.tenantId, cdr.class, cdr.reserved]),
      [
        ['beta', 'onnet', false],
        ['acme', 'onnet', false],
      ],
    )
  }))

test('911 of a trunk goes out when it is full and too fast, with a number that can be called back', () =>
  withBench(async (bench, _, exchange) => {
    const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
    bench.charging.isAway = true
    for (let i = 0; i < 9; i++) call(exchange, '16045550101')
    await bench.pass(100)
    call(exchange, '911', { headers: [['Privacy', 'id']], from: '<sip:anonymous@anonymous.invalid>' })
    await bench.pass(500)
    assert.equal(centre.lastInvite?.from?.uri.user, '+16045550120')
    assert.equal(centre.lastInvite?.header('Privacy'), undefined)
  }))
