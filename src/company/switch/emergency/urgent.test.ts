import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../../base/index.ts'
import { createCallBacks } from './call-backs.ts'
import type { DirectoryRows, Place } from '../directory/directory.ts'
import { writePidfLo } from './pidf-lo.ts'
import { HOUSE, openBench, sdpFrom, type Bench, type Peer, type Phone } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

const place: Place = {
  callerName: 'Acme & Sons',
  street: '12B King Street West',
  unit: 'Floor <3>',
  city: 'Montréal',
  region: 'QC',
  postalCode: 'H3B 2Y5',
  country: 'CA',
}
const numbers = sampleRows.numbers.map((row) => (row.number === '+14165550101' ? { ...row, place } : row))
const CARRIER = { address: '127.0.0.1', port: 7001 }
const CENTRE = { address: '127.0.0.1', port: 7003 }

type Scene = { bench: Bench; phone: Phone; carrier: Peer; centre: Peer }

async function withScene(rows: Partial<DirectoryRows>, act: (scene: Scene) => Promise<void>): Promise<void> {
  const bench = await openBench({ ...sampleRows, numbers, ...rows })
  const [carrier, centre] = [await bench.peer(CARRIER), await bench.peer(CENTRE)]
  const phone = await bench.phone('acme201', '203.0.113.1')
  await phone.register()
  await act({ bench, phone, carrier, centre })
  await bench.crash()
}

test('a location object names the address of the number, whatever stands in it', () => {
  const text = writePidfLo(place, { number: '+14165550101', host: '198.51.100.1', at: 0 })
  for (const part of [
    '<ca:HNO>12</ca:HNO><ca:HNS>B</ca:HNS>',
    '<ca:RD>King Street West</ca:RD>',
    '<ca:A3>Montréal</ca:A3>',
    '<ca:NAM>Acme &amp; Sons</ca:NAM>',
    '<ca:UNIT>Floor &lt;3&gt;</ca:UNIT>',
    'entity="pres:+14165550101@198.51.100.1"',
    '<timestamp>1970-01-01T00:00:00Z</timestamp>',
  ]) {
    assert.ok(text.includes(part), part)
  }
  assert.ok(!writePidfLo({ ...place, street: 'Pier 5' }, { number: '1', host: 'h', at: 0 }).includes('HNO'))
})

test('R81 the centre is told where its caller is, beside his SDP; a call without an address goes out without', () =>
  withScene({}, async ({ bench, phone, centre }) => {
    phone.dial('911')
    await bench.pass(500)
    const invite = centre.lastInvite!
    const geolocation = invite.header('Geolocation') ?? ''
    const [, id = '-'] = /^<cid:(.+)>$/.exec(geolocation) ?? []
    const body = invite.body.toString('utf8')
    assert.match(invite.header('Content-Type') ?? '', /^multipart\/mixed;boundary=/)
    assert.ok(body.includes(`Content-ID: <${id}>`))
    assert.ok(body.includes('application/pidf+xml') && body.includes('<ca:A3>Montréal</ca:A3>'))
    assert.match(invite.sdp ?? '', /m=audio/)
    assert.equal(invite.header('Geolocation-Routing'), 'yes')
    bench.rows = { ...bench.rows, numbers: sampleRows.numbers }
    phone.dial('9911')
    await bench.pass(500)
    assert.equal(centre.lastInvite?.header('Geolocation'), undefined)
    assert.equal(centre.lastInvite?.header('Content-Type'), 'application/sdp')
    assert.equal(centre.diary.filter((line) => line === 'invite').length, 2)
  }))

test('R81 a caller that knows its room says so itself: its document goes along, by value and by reference', () =>
  withScene({}, async ({ bench, phone, centre }) => {
    const dial = async (geolocation: string, document: string) => {
      const body = [
        '--b\r\nContent-Type: application/sdp\r\n\r\n',
        sdpFrom(phone.address.address),
        `\r\n--b\r\nContent-Type: application/pidf+xml\r\nContent-ID: <here>\r\n\r\n${document}\r\n--b--\r\n`,
      ].join('')
      const answers: string[] = []
      bench.network.setDrop((bytes, _, to) => {
        const text = bytes.toString('latin1')
        const error = /^Geolocation-Error: (.*)\r$/m.exec(text)?.[1]
        if (to.address === phone.address.address && error !== undefined) answers.push(error)
        return false
      })
      const text = [
        `INVITE sip:911@${HOUSE.address} SIP/2.0`,
        `Via: SIP/2.0/UDP ${phone.address.address}:5060;branch=z9hG4bK${geolocation.length}${document.length};rport`,
        'Max-Forwards: 70',
        `From: <sip:acme201@${HOUSE.address}>;tag=t${geolocation.length}`,
        `To: <sip:911@${HOUSE.address}>`,
        `Call-ID: located-${geolocation.length}-${document.length}`,
        'CSeq: 1 INVITE',
        `Contact: <sip:acme201@${phone.address.address}:5060>`,
        `Geolocation: ${geolocation}`,
        'Content-Type: multipart/mixed;boundary=b',
        `Content-Length: ${body.length}`,
      ].join('\r\n')
      const host = bench.network.host({ address: phone.address.address, port: 5070 })
      host.flowTo('udp', HOUSE).send(Buffer.from(`${text}\r\n\r\n${body}`, 'latin1'))
      await bench.pass(500)
      return answers
    }
    const room = '<presence xmlns="urn:ietf:params:xml:ns:pidf"><LOC>Room 4711</LOC></presence>'
    assert.deepEqual(await dial('<cid:here>', room), [])
    assert.ok(centre.lastInvite!.body.toString('utf8').includes('Room 4711'))
    assert.ok(!centre.lastInvite!.body.toString('utf8').includes('<ca:A3>'), 'one place, not two')
    await dial('<https://lis.example/here>', 'x')
    assert.equal(centre.lastInvite!.headers('Geolocation').at(-1), '<https://lis.example/here>')
    assert.ok(centre.lastInvite!.body.toString('utf8').includes('<ca:A3>'), 'and the address on file')
    const errors = await dial('<cid:gone>', 'nothing that could be read')
    assert.ok(centre.lastInvite!.body.toString('utf8').includes('<ca:A3>'), 'sent to the address on file')
    assert.match(errors[0] ?? '', /^100 /)
  }))

test('an emergency is known by its name and as a telephone number', () =>
  withScene({}, async ({ bench, phone, centre }) => {
    const targets = ['urn:service:sos', 'URN:service:sos.police', 'tel:911', 'tel:911;phone-context=+1']
    for (const [i, target] of targets.entries()) {
      const legId = `sos ${i}`
      phone.sip.invite({
        legId,
        nextHop: { protocol: 'udp', remote: HOUSE },
        target,
        from: `<sip:acme201@${HOUSE.address}>`,
        to: `<${target}>`,
        sdp: sdpFrom(phone.address.address),
      })
      await bench.pass(500)
      assert.equal(centre.lastInvite?.uri, 'sip:911@127.0.0.1:7003')
      assert.equal(centre.diary.filter((line) => line === 'invite').length, i + 1)
      phone.sip.hangup(legId)
      await bench.pass(500)
    }
    assert.ok(bench.cdrs().every((cdr) => cdr.class === 'emergency'))
  }))

test('a number may be called back for an hour', () => {
  const clock = virtualClock(0)
  const callBacks = createCallBacks(clock)
  callBacks.expect('+14165550101')
  clock.advance(3_599_000)
  assert.ok(callBacks.isExpected('+14165550101'))
  assert.ok(!callBacks.isExpected('+14165550102'))
  clock.advance(1000)
  assert.ok(!callBacks.isExpected('+14165550101'))
})

test('E3 a full carrier gives its youngest other call up for an emergency', () =>
  withScene(
    {
      carriers: sampleRows.carriers.map((row) => (row.id === 'psap' ? { ...row, channelsMax: 1 } : row)),
      routes: [
        ...sampleRows.routes.filter((row) => row.kind === 'emergency'),
        { carrierId: 'psap', prefix: '1', priority: 1, kind: 'normal' },
      ],
    },
    async ({ bench, phone, centre }) => {
      const other = await bench.phone('acme202', '203.0.113.2')
      const paid = other.dial('+12125550100')
      await bench.pass(500)
      assert.equal(centre.diary.filter((line) => line === 'answered' || line === 'invite').length, 1)
      const urgent = phone.dial('911')
      await bench.pass(500)
      assert.equal(other.ends.get(paid)?.by, 'remote')
      assert.equal(phone.ends.get(urgent), undefined)
      assert.equal(bench.cdrs()[0]?.hangupCause, 'preempted')
      assert.equal(centre.lastInvite?.uri, 'sip:911@127.0.0.1:7003')
    },
  ))

test('E3 media without a free port takes one from another call', () =>
  withScene({}, async ({ bench, phone, centre }) => {
    const other = await bench.phone('acme202', '203.0.113.2')
    const paid = other.dial('+12125550100')
    await bench.pass(500)
    bench.media.offerFails = 'media.no_ports'
    bench.media.onRelease = () => void (bench.media.offerFails = undefined)
    phone.dial('911')
    await bench.pass(500)
    assert.equal(other.ends.get(paid)?.by, 'remote')
    assert.match(centre.lastInvite?.sdp ?? '', /s=relayed/, 'not direct: the port was free in time')
  }))

test('E9 the centre that calls back rings, whatever is set', () =>
  withScene(
    {
      extensions: sampleRows.extensions.map((row) =>
        row.id === 'acme-201' ? { ...row, forward: { ...row.forward, always: '+12125550199' } } : row,
      ),
    },
    async ({ bench, phone, carrier, centre }) => {
      const inbound = (): string => {
        const legId = `back ${carrier.diary.length}`
        centre.sip.invite({
          legId,
          nextHop: { protocol: 'udp', remote: HOUSE },
          target: `sip:+14165550101@${HOUSE.address}`,
          from: '<sip:+14165550000@centre.example>',
          to: `<sip:+14165550101@${HOUSE.address}>`,
          sdp: sdpFrom('127.0.0.1'),
        })
        return legId
      }
      inbound()
      await bench.pass(500)
      assert.ok(!phone.diary.includes('invite'), 'sent on, as the extension says')
      const urgent = phone.dial('911')
      await bench.pass(500)
      phone.sip.hangup(urgent)
      await bench.pass(500)
      inbound()
      await bench.pass(500)
      assert.ok(phone.diary.includes('invite'), 'rings here')
    },
  ))

test('R79 911 goes out for the suspended, without charging, and to the next centre when one refuses', () =>
  withScene(
    {
      carriers: [...sampleRows.carriers, { ...sampleRows.carriers[2]!, id: 'second', port: 7004 }],
      routes: [...sampleRows.routes, { carrierId: 'second', prefix: '', priority: 2, kind: 'emergency' }],
    },
    async ({ bench, centre }) => {
      const second = await bench.peer({ address: '127.0.0.1', port: 7004 })
      const late = await bench.phone('late201', '203.0.113.3')
      await late.register()
      bench.charging.isAway = true
      for (const behaviour of ['busy', 'fail', 'unknown', 'silent'] as const) {
        centre.behaviour = behaviour
        const before = second.diary.filter((line) => line === 'invite').length
        const leg = late.dial('911')
        await bench.pass(6000)
        assert.equal(second.diary.filter((line) => line === 'invite').length, before + 1, behaviour)
        assert.equal(second.lastInvite?.from?.uri.user, '+14165550150')
        late.sip.hangup(leg)
        await bench.pass(1000)
      }
    },
  ))
