/** Session descriptions: what is read can be written and read again, and no text can do harm. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { codecsOf, withCodecs, type Codec } from './codecs.ts'
import { makeAnswer, makeOffer, type LocalMedia } from './offer-answer.ts'
import { parseSdp } from './parse-sdp.ts'
import type { Direction, Session } from './session.ts'
import { answerDirection, audioOf, directionOf, relocate, rtcpTargetOf, rtpTargetOf } from './streams.ts'
import { writeSdp } from './write-sdp.ts'

const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']
const word = fc.stringMatching(/^[A-Za-z0-9._+-]{1,12}$/)
const address = fc.oneof(
  fc.ipV4().map((text) => ({ family: 'IP4' as const, address: text })),
  fc.ipV6().map((text) => ({ family: 'IP6' as const, address: text.replaceAll(/[^0-9a-f:.]/g, '') || '::1' })),
)
const attribute = fc.record({
  name: word,
  value: fc.option(fc.stringMatching(/^[ -~]{0,40}$/), { nil: undefined }),
})
const optionalAddress = fc.option(address, { nil: undefined })
const media = fc.record({
  kind: fc.constantFrom('audio', 'video', 'image'),
  port: fc.nat(65_535),
  protocol: fc.constantFrom('RTP/AVP', 'RTP/SAVPF', 'udptl'),
  formats: fc.array(word, { minLength: 1, maxLength: 6 }),
  connection: optionalAddress,
  lines: fc.subarray(['b=AS:64']),
  attributes: fc.array(attribute, { maxLength: 6 }),
})
const session: fc.Arbitrary<Session> = fc.record({
  origin: fc.record({ username: word, sessionId: word, version: fc.bigInt({ min: 0n, max: 2n ** 63n }), address }),
  name: fc.stringMatching(/^[!-~]{1,20}$/),
  connection: optionalAddress,
  lines: fc.constantFrom(['t=0 0'], ['b=AS:64', 't=0 0'], ['i=About', 't=1 2', 'r=1 2 0']),
  attributes: fc.array(attribute, { maxLength: 4 }),
  media: fc.array(media, { maxLength: 4 }),
})

const pcmu: Codec = { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1, fmtp: undefined }
const pcma: Codec = { payloadType: 8, name: 'PCMA', clockRate: 8000, channels: 1, fmtp: undefined }
const events: Codec = { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1, fmtp: '0-15' }

function local(changes: Partial<LocalMedia> = {}): LocalMedia {
  const own = { family: 'IP4', address: '192.0.2.9' } as const
  return { address: own, port: 4000, codecs: [pcmu, events], sessionId: '7', version: 1n, ...changes }
}

function read(text: string): Session {
  const result = parseSdp(text)
  assert.ok(result.ok, result.ok ? '' : result.failure.message)
  return result.value
}

describe('session descriptions', () => {
  test('what is written reads as the same', () => {
    fc.assert(fc.property(session, (one) => assert.deepEqual(read(writeSdp(one)), structuredClone(one))))
  })

  test('reading never throws, and what reads can be written and read again', (context) => {
    const lines = ['v=0', 'o=- 1 1 IN IP4 1.2.3.4', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 9 RTP/AVP 0 8', 'a=x']
    const line = fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...lines.slice(2)) },
      { weight: 1, arbitrary: fc.string() },
      { weight: 2, arbitrary: fc.stringMatching(/^[vosctmab]=[ -~]{0,30}$/) },
    )
    const text = fc.oneof(
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
      { weight: 3, arbitrary: fc.array(line, { maxLength: 12 }).map((all) => ['v=0', lines[1], ...all].join('\r\n')) },
    )
    let parsed = 0
    const runs = 2000
    fc.assert(
      fc.property(text, (one) => {
        const result = parseSdp(one)
        if (!result.ok) return
        parsed++
        const once = writeSdp(result.value)
        assert.equal(writeSdp(read(once)), once)
        for (const stream of result.value.media) {
          codecsOf(stream)
          rtcpTargetOf(result.value, stream)
          makeAnswer(result.value, local())
        }
      }),
      { numRuns: runs },
    )
    context.diagnostic(`${parsed} of ${runs} texts were read`)
    assert.ok(parsed >= 0.3 * runs, `only ${parsed} of ${runs} texts were read`)
  })

  test('sizes have limits', () => {
    const head = 'v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\n'
    const tooLarge = [
      head + 'a=x\r\n'.repeat(1001),
      `${head}a=${'x'.repeat(5000)}\r\n`,
      head + `a=${'x'.repeat(4000)}\r\n`.repeat(20),
    ]
    for (const text of tooLarge) {
      const result = parseSdp(text)
      assert.ok(!result.ok && result.failure.code === 'sdp.too_large')
    }
    assert.equal(parseSdp(head + 'm=audio 9 RTP/AVP 0\r\n'.repeat(33)).ok, false)
  })
})

describe('codecs', () => {
  test('known numbers need no rtpmap, others do, and names do not depend on case', () => {
    const text = 'v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=audio 9 RTP/AVP 0 18 96 97 x 200\r\na=rtpmap:96 opus/48000/2\r\n'
    const names = codecsOf(read(text).media[0]!).map((codec) => `${codec.payloadType} ${codec.name}/${codec.channels}`)
    assert.deepEqual(names, ['0 PCMU/1', '18 G729/1', '96 opus/2'])
  })

  test('codecs that are written read as the same', () => {
    const stream = withCodecs(makeOffer(local()).media[0]!, [pcmu, pcma, events])
    assert.deepEqual(codecsOf(stream), [pcmu, pcma, events])
  })
})

describe('offer and answer', () => {
  test('an answer has as many streams as the offer, and takes one', () => {
    fc.assert(
      fc.property(fc.array(media, { minLength: 1, maxLength: 4 }), (streams) => {
        const offer: Session = { ...makeOffer(local()), media: [...streams, ...makeOffer(local()).media] }
        const answer = makeAnswer(offer, local())
        assert.ok(answer.ok)
        const ports = answer.value.session.media.map((stream) => stream.port)
        assert.equal(ports.length, offer.media.length)
        assert.deepEqual(ports.filter(Boolean), [4000])
        assert.equal(audioOf(answer.value.session)?.media.kind, 'audio')
      }),
    )
  })

  test('without a common codec there is no answer; telephone events alone are none', () => {
    for (const codecs of [[pcma], [events]]) {
      const answer = makeAnswer(makeOffer(local({ codecs: [pcmu] })), local({ codecs }))
      assert.ok(!answer.ok && answer.failure.code === 'sdp.no_common_codec')
    }
  })

  test('the offerer keeps its payload types and its order', () => {
    const theirs = { ...events, payloadType: 96 }
    const answer = makeAnswer(
      makeOffer(local({ codecs: [pcma, theirs, pcmu] })),
      local({ codecs: [pcmu, pcma, events] }),
    )
    assert.ok(answer.ok)
    assert.deepEqual(answer.value.session.media[0]?.formats, ['8', '96', '0'])
  })

  test('directions answer each other (RFC 3264 §6.1)', () => {
    const answers = directions.map((offered) => answerDirection(offered))
    assert.deepEqual(answers, ['sendrecv', 'recvonly', 'sendonly', 'inactive'])
    for (const offered of directions) assert.equal(answerDirection(offered, 'inactive'), 'inactive')
    const held = read('v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nc=IN IP4 0.0.0.0\r\nm=audio 9 RTP/AVP 0\r\n')
    assert.equal(directionOf(held, held.media[0]!), 'sendonly', 'the old way to hold')
  })
})

test('a relocated description names nobody but us', () => {
  const secret = '10.9.8.7'
  const text =
    `v=0\r\no=ann 1 1 IN IP4 ${secret}\r\ns=Desk ${secret}\r\nc=IN IP4 ${secret}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n` +
    `a=candidate:1 1 UDP 1 ${secret} 9 typ host\r\na=rtcp:10 IN IP4 ${secret}\r\na=crypto:1 x\r\na=sendonly\r\n`
  const origin = { sessionId: '5', version: 2n }
  const moved = relocate(read(text), { address: local().address, ports: [6000], origin })
  const written = writeSdp(moved)
  assert.ok(!written.includes(secret) && !written.includes('crypto') && written.includes('a=sendonly'))
  assert.deepEqual(rtpTargetOf(moved, moved.media[0]!), { address: '192.0.2.9', port: 6000 })
  assert.deepEqual(rtcpTargetOf(moved, moved.media[0]!), { address: '192.0.2.9', port: 6001 })
})
