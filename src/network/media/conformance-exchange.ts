/** Conformance in offer and answer: what each side is told of the other, and what follows from it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, connect, onBench, valueOf, type Bench, type MakeBackend } from './test-bench.ts'
import { audioOf, pause } from './test-phone.ts'

const a = { callId: 'c1', fromLeg: 'a', toLeg: 'b' } as const
const b = { callId: 'c1', fromLeg: 'b', toLeg: 'a' } as const

/** Registers the tests of offer and answer. */
export function exchangeConformance(make: MakeBackend): void {
  hidingTests(make)
  codecTests(make)
  holdTests(make)
  forkTests(make)
  refusalTests(make)
}

function hidingTests(make: MakeBackend): void {
  test('each side sees our address only, without the keys and candidates of the other', () =>
    onBench(make, async (bench) => {
      const attributes = [
        'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz',
        'a=ice-ufrag:abcd',
        'a=candidate:1 1 UDP 2130706431 192.168.1.20 4000 typ host',
      ]
      const otherMedia = ['m=video 4002 RTP/AVP 99', 'a=rtpmap:99 H264/90000']
      const { offer, answer } = await connect(bench, { attributes, otherMedia }, { attributes })
      for (const sdp of [offer, answer]) {
        const { port, address } = audioOf(sdp)
        assert.equal(address, '127.0.0.1')
        assert.ok(port % 2 === 0 && port >= bench.ports.first && port < bench.ports.end)
        assert.doesNotMatch(sdp, /crypto|ice-|candidate|10\.9\.8\.7|192\.168|My desk phone|4002/)
      }
      // The answer has as many lines of media as the offer, the refused ones with port 0 (RFC 3264 §6).
      assert.match(answer, /m=audio [1-9]\d* .*[\s\S]*m=video 0 /)
    }))
}

function codecTests(make: MakeBackend): void {
  test('any codec that both sides share is relayed', () =>
    onBench(make, async (bench) => {
      const codecs = ['96 opus/48000/2', '9 G722/8000', '0 PCMU/8000']
      const { offer, answer } = await connect(bench, { codecs }, { codecs: ['9 G722/8000'] })
      assert.deepEqual(audioOf(offer).payloadTypes, [96, 9, 0])
      assert.deepEqual(audioOf(answer).payloadTypes, [9])
      await bench.caller.talk(3, 7, { payloadType: 9 })
      assert.ok(await bench.callee.hears(3))
      assert.equal((await bench.backend.stats('c1')).find((leg) => leg.legId === 'a')?.codec, 'G722')
    }))

  test('a codec that was not agreed on is not relayed', () =>
    onBench(make, async (bench) => {
      await connect(bench)
      await bench.caller.talk(3, 7, { payloadType: 18 })
      await bench.caller.talk(1)
      assert.ok(await bench.callee.hears(1))
      await pause(50)
      assert.deepEqual(
        bench.callee.headers().map((header) => header.payloadType),
        [0],
      )
      assert.equal((await bench.backend.stats('c1')).find((leg) => leg.legId === 'a')?.dropped, 3)
    }))

  test('payload types are translated when the two sides number a codec differently', () =>
    onBench(make, async (bench) => {
      const { caller, callee } = bench
      const codecs = ['0 PCMU/8000', '96 telephone-event/8000']
      const { answer } = await connect(bench, {}, { codecs })
      assert.deepEqual(audioOf(answer).payloadTypes, [0, 101], 'the caller keeps its own number')
      await caller.talk(1, 5, { payloadType: 101, marker: true })
      await callee.talk(1, 5, { payloadType: 96 })
      assert.ok((await callee.hears(1)) && (await caller.hears(1)))
      assert.deepEqual([callee.headers()[0]?.payloadType, callee.headers()[0]?.marker], [96, true])
      assert.equal(caller.headers()[0]?.payloadType, 101)
    }))
}

function holdTests(make: MakeBackend): void {
  const reoffer = async (bench: Bench, offered: object, answered: object) => {
    const offer = valueOf(await bench.backend.offer({ ...a, sdp: bench.caller.sdp(offered) }))
    const answer = valueOf(await bench.backend.answer({ ...b, sdp: bench.callee.sdp(answered) }))
    return { offer, answer }
  }

  test('a re-offer keeps the ports, and its version grows', () =>
    onBench(make, async (bench) => {
      const before = await connect(bench)
      const after = await reoffer(bench, { direction: 'sendonly' }, { direction: 'recvonly' })
      const version = (sdp: string): bigint => BigInt(/^o=\S+ \S+ (\d+)/m.exec(sdp)![1]!)
      for (const side of ['offer', 'answer'] as const) {
        assert.equal(audioOf(after[side]).port, audioOf(before[side]).port)
        assert.equal(version(after[side]), version(before[side]) + 1n)
      }
      const again = await reoffer(bench, { direction: 'sendonly' }, { direction: 'recvonly' })
      assert.deepEqual(again, after)
    }))

  for (const [name, held] of [
    ['sendonly', { direction: 'sendonly' }],
    ['address 0.0.0.0', { address: '0.0.0.0' }],
  ] as const) {
    test(`hold by ${name}: the holder hears nothing, and everything again after it`, () =>
      onBench(make, async (bench) => {
        const { caller, callee } = bench
        await connect(bench)
        const { offer, answer } = await reoffer(bench, held, { direction: 'recvonly' })
        assert.match(offer, /a=sendonly/)
        assert.match(answer, /a=recvonly/)
        await callee.talk(5)
        await caller.talk(5)
        assert.ok(await callee.hears(5), 'music on hold passes')
        await pause(50)
        assert.equal(caller.heard.length, 0)
        await reoffer(bench, {}, {})
        await callee.talk(5)
        assert.ok(await caller.hears(5))
      }))
  }

  test('a refused re-offer changes nothing', () =>
    onBench(make, async (bench) => {
      await connect(bench)
      valueOf(await bench.backend.offer({ ...a, sdp: bench.caller.sdp({ direction: 'inactive' }) }))
      await bench.callee.talk(5)
      assert.ok(await bench.caller.hears(5))
    }))

  test('a phone that moves is followed', () =>
    onBench(make, async (bench) => {
      await connect(bench)
      await bench.callee.talk(2)
      await bench.caller.talk(2)
      assert.ok((await bench.callee.hears(2)) && (await bench.caller.hears(2)))
      valueOf(await bench.backend.offer({ ...b, sdp: bench.other.sdp() }))
      valueOf(await bench.backend.answer({ ...a, sdp: bench.caller.sdp() }))
      await bench.caller.talk(4)
      assert.ok(await bench.other.hears(4))
      assert.equal(bench.callee.heard.length, 2)
    }))
}

function forkTests(make: MakeBackend): void {
  test('of two that ring, the one that answers is heard, and the other gives its ports back', () =>
    onBench(
      make,
      async ({ backend, caller, callee, other }) => {
        const offers = await Promise.all(
          ['b1', 'b2'].map((toLeg) => backend.offer({ callId: 'c1', fromLeg: 'a', toLeg, sdp: caller.sdp() })),
        )
        const [first, second] = offers.map(valueOf)
        assert.notEqual(audioOf(first!).port, audioOf(second!).port)
        const early = { callId: 'c1', fromLeg: 'b1', toLeg: 'a', sdp: callee.sdp(), early: true }
        const before = valueOf(await backend.answer(early))
        assert.equal((await backend.list())[0]!.answeredAt, undefined, 'early media is no answer')
        const answer = valueOf(await backend.answer({ callId: 'c1', fromLeg: 'b2', toLeg: 'a', sdp: other.sdp() }))
        assert.equal(audioOf(answer).port, audioOf(before).port)
        caller.connect(answer)
        other.connect(second!)
        callee.connect(first!)
        await other.talk(3)
        await callee.talk(3)
        await caller.talk(2)
        assert.ok((await caller.hears(3)) && (await other.hears(2)))
        await pause(50)
        assert.deepEqual([caller.heard.length, callee.heard.length], [3, 0])
        const next = await backend.offer({ callId: 'c2', fromLeg: 'a', toLeg: 'b', sdp: caller.sdp() })
        assert.equal(codeOf(next), 'media.no_ports', 'one pair came back, a call needs two')
        assert.equal(
          valueOf(await backend.terminate({ callId: 'c3', legId: 'a', sdp: caller.sdp() })).slice(0, 3),
          'v=0',
        )
      },
      { pairs: 3 },
    ))
}

function refusalTests(make: MakeBackend): void {
  test('what cannot be carried is refused by name', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee } = bench
      assert.equal(codeOf(await backend.offer({ ...a, sdp: 'hello' })), 'media.bad_sdp')
      assert.equal(codeOf(await backend.offer({ ...a, sdp: 'v=0\r\n'.repeat(20_000) })), 'media.bad_sdp')
      const secured = caller.sdp().replace('RTP/AVP', 'RTP/SAVP')
      assert.equal(codeOf(await backend.offer({ ...a, sdp: secured })), 'media.no_codec')
      assert.equal(
        codeOf(await backend.offer({ ...a, sdp: caller.sdp({ codecs: ['101 telephone-event/8000'] }) })),
        'media.no_codec',
      )
      assert.equal(codeOf(await backend.answer({ ...b, sdp: callee.sdp() })), 'media.unknown_call')
      assert.deepEqual(await backend.list(), [], 'refused offers leave nothing behind')
      valueOf(await backend.offer({ ...a, sdp: caller.sdp() }))
      assert.equal(
        codeOf(await backend.answer({ ...b, sdp: callee.sdp({ codecs: ['18 G729/8000'] }) })),
        'media.no_codec',
      )
      assert.equal(codeOf(await backend.answer({ ...b, sdp: callee.sdp({ port: 0 }) })), 'media.no_codec')
      assert.equal(
        codeOf(await backend.play({ callId: 'c1', legId: 'x', prompt: 'goodbye', times: 1 })),
        'media.unknown_call',
      )
    }))

  test('when the ports are used up the next call is refused, and served after a release', () =>
    onBench(
      make,
      async (bench) => {
        const { backend, caller } = bench
        await connect(bench)
        const next = { callId: 'c2', fromLeg: 'a', toLeg: 'b', sdp: caller.sdp() }
        assert.equal(codeOf(await backend.offer(next)), 'media.no_ports')
        assert.deepEqual(
          (await backend.list()).map((call) => call.callId),
          ['c1'],
        )
        await backend.release('c1')
        valueOf(await backend.offer(next))
      },
      { pairs: 2 },
    ))
}
