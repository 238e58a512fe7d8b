/**
 * Messages with IPv6 addresses on the wire, one or more for each section of RFC 5118 §4, written after its text.
 * The oracle is the section: what is valid draws the answer of any sound request, what is not draws 400.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSdp } from '../sdp/index.ts'
import type { Reply } from './endpoint.ts'
import { parseMessage } from './message/parse.ts'
import { createBench, inviteTo, answerSdp, rawPeer } from './testing.ts'
import { parseUri, type Uri } from './uri.ts'
import { parseVia, stampVia } from './via.ts'

type Parts = {
  method?: string
  uri: string
  via?: string
  contact?: string
  to?: string
  sdp?: string
}

function message({ method = 'REGISTER', uri, via = '[2001:db8::9:1]', contact, to, sdp = '' }: Parts): string {
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${via};branch=z9hG4bKas3-111`,
    `To: ${to ?? 'Frank <sip:frank@home.invalid>'}`,
    'From: Frank <sip:frank@home.invalid>;tag=81x2',
    'Call-ID: SSG9559905523997077@hlau_4100',
    'Max-Forwards: 70',
    `Contact: ${contact ?? '"Frank" <sip:frank@[2001:db8::1]>'}`,
    `CSeq: 98176 ${method}`,
    ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${sdp.replaceAll('\n', '\r\n').length}`,
    '',
    sdp,
  ].join('\n')
}

const media = 'm=audio 6000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\nm=video 6024 RTP/AVP 107\na=rtpmap:107 H263-1998/90000\n'
const audio = (address: string): string => `m=audio 6000 RTP/AVP 97\nc=IN IP6 ${address}\na=rtpmap:97 iLBC/8000\n`
const v6Sdp = `v=0\no=assistant 971731711378798081 0 IN IP6 2001:db8::20\ns=\nc=IN IP6 2001:db8::20\nt=0 0\n${media}`
const bothSdp =
  'v=0\no=bob 280744730 28977631 IN IP4 host.example.com\ns=\nt=0 0\n' +
  'm=audio 22334 RTP/AVP 0\nc=IN IP4 192.0.2.1\n' +
  audio('2001:db8::1')
const mappedSdp = `v=0\no=bob 280744730 1 IN IP6 ::ffff:192.0.2.2\ns=\nc=IN IP6 ::ffff:192.0.2.2\nt=0 0\n${media}`

const user = 'sip:user@[2001:db8::10]'
const cases: readonly [section: string, status: number, parts: Parts][] = [
  ['§4.1 a valid reference', 200, { uri: 'sip:[2001:db8::10]' }],
  ['§4.2 without its brackets', 400, { uri: 'sip:2001:db8::10' }],
  ['§4.2 with one bracket', 400, { uri: 'sip:[2001:db8::10' }],
  ['§4.3 a port inside the brackets is a part of the address', 200, { uri: 'sip:[2001:db8::10:5070]' }],
  ['§4.4 a port behind the brackets', 200, { uri: 'sip:[2001:db8::10]:5070' }],
  ['§4.5 received in brackets', 481, { method: 'BYE', uri: user, via: '[2001:db8::9:1];received=[2001:db8::9:255]' }],
  [
    '§4.5 received without brackets',
    481,
    { method: 'BYE', uri: user, via: '[2001:db8::9:1];received=2001:db8::9:255' },
  ],
  ['§4.6 IPv6 in the description', 100, { method: 'INVITE', uri: user, sdp: v6Sdp }],
  [
    '§4.7 both families in the headers',
    481,
    {
      method: 'BYE',
      uri: 'sip:user@host.example.net',
      via: '[2001:db8::9:1]:6050;branch=z9hG4bKabc\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKdef',
      contact: '<sip:user@192.0.2.1>',
    },
  ],
  ['§4.8 both families in the description', 100, { method: 'INVITE', uri: user, sdp: bothSdp }],
  [
    '§4.9 IPv4 mapped into IPv6',
    100,
    {
      method: 'INVITE',
      uri: user,
      via: '[::ffff:192.0.2.10]:19823',
      contact: '"Mapped" <sip:user@[::ffff:192.0.2.10]>',
      sdp: mappedSdp,
    },
  ],
  ['§4.10 the colon too many of the grammar of RFC 3261', 200, { uri: 'sip:[2001:db8:::192.0.2.1]' }],
  ['§4.10 and the form of RFC 5954', 200, { uri: 'sip:[2001:db8::192.0.2.1]' }],
]

async function answersTo(text: string): Promise<{ first: string; survived: boolean; invited: number }> {
  const bench = createBench(5118)
  const server = await bench.peer('2001:db8::10')
  const phone = await bench.peer('2001:db8::77')
  server.events.onRequest = (): Reply => ({ status: 200 })
  const stranger = await rawPeer(bench, '2001:db8::9:255', 5060)
  stranger.send(text, server.address)
  bench.clock.advance(250)
  const invited = server.diary.filter((line) => line === 'invite sdp').length
  phone.sip.invite(inviteTo(server, 'next', { target: 'sip:204@[2001:db8::10]' }))
  bench.clock.advance(50)
  server.sip.answer(server.lastLeg, 200, { sdp: answerSdp })
  bench.clock.advance(50)
  return { first: stranger.heard[0] ?? '', survived: phone.diary.includes('answered next sdp'), invited }
}

for (const [section, status, parts] of cases) {
  test(`RFC 5118 ${section}: ${status}, and the next call goes through`, async () => {
    const { first, survived, invited } = await answersTo(message(parts))
    assert.match(first, new RegExp(`^SIP/2.0 ${status} `))
    assert.ok(survived)
    assert.equal(invited, parts.method === 'INVITE' ? 1 : 0)
  })
}

const partsOf = (text: string): Partial<Uri> => {
  const { host, port } = parseUri(text) ?? {}
  return { host: host ?? '', port }
}

test('RFC 5118 §4.3 and §4.4: only what stands behind the brackets is a port', () => {
  assert.deepEqual(partsOf('sip:[2001:db8::10:5070]'), { host: '2001:db8::10:5070', port: undefined })
  assert.deepEqual(partsOf('sip:[2001:db8::10]:5070'), { host: '2001:db8::10', port: 5070 })
})

test('RFC 5118 §4.5: we write received without brackets, and the Via with them', () => {
  const via = parseVia('SIP/2.0/UDP [2001:db8::9:1]:5070;branch=z9hG4bKx;received=[2001:db8::1];rport')
  assert.ok(via)
  const stamped = stampVia(via, { address: '2001:db8::9:255', port: 6000 })
  assert.match(stamped, /^SIP\/2\.0\/UDP \[2001:db8::9:1\]:5070;/)
  assert.match(stamped, /;received=2001:db8::9:255$/)
  assert.equal(stamped.match(/received/g)?.length, 1)
})

test('RFC 5118 §4.6 and §4.8: a description keeps the address of each of its streams', () => {
  for (const [sdp, addresses] of [
    [v6Sdp, ['2001:db8::20', '2001:db8::20']],
    [bothSdp, ['192.0.2.1', '2001:db8::1']],
    [mappedSdp, ['::ffff:192.0.2.2', '::ffff:192.0.2.2']],
  ] as const) {
    const parsed = parseMessage(Buffer.from(message({ method: 'INVITE', uri: user, sdp }).replaceAll('\n', '\r\n')))
    assert.ok(parsed.ok)
    const session = parseSdp(parsed.value.sdp ?? '')
    assert.ok(session.ok)
    assert.deepEqual(
      session.value.media.map(({ connection }) => (connection ?? session.value.connection)?.address),
      addresses,
    )
  }
})
