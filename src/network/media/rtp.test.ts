/** What counts as RTP and RTCP, and that no bytes can make the checks fail. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isRtcp, isRtp, readRtpHeader, rtpPayload, setPayloadType, writeRtpHeader } from './rtp.ts'

const header = fc.record(
  {
    payloadType: fc.integer({ min: 0, max: 127 }),
    marker: fc.boolean(),
    sequence: fc.integer({ min: 0, max: 0xffff }),
    timestamp: fc.integer({ min: 0, max: 0xffffffff }),
    ssrc: fc.integer({ min: 0, max: 0xffffffff }),
  },
  { noNullPrototype: true },
)

describe('RTP', () => {
  test('a written header is read back, and a payload type replaced alone', () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 127 }), (it, payload, other) => {
        const packet = Buffer.alloc(12 + payload.length)
        writeRtpHeader(packet, it)
        packet.set(payload, 12)
        assert.ok(isRtp(packet))
        assert.deepEqual(readRtpHeader(packet), it)
        assert.deepEqual(new Uint8Array(rtpPayload(packet)), payload)
        setPayloadType(packet, other)
        assert.deepEqual(readRtpHeader(packet), { ...it, payloadType: other })
      }),
    )
  })

  test('any bytes get an answer, and an accepted packet can be taken apart', () => {
    const looksLikeRtp = fc.uint8Array({ maxLength: 80 }).map((bytes) => {
      if (bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f)
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), looksLikeRtp), (bytes) => {
        const packet = Buffer.from(bytes)
        isRtcp(packet)
        if (!isRtp(packet)) return
        assert.ok(rtpPayload(packet).length <= packet.length - 12)
      }),
      { numRuns: 2000 },
    )
  })

  test('a packet must hold what its header announces', () => {
    const packet = (first: number, length: number, last = 0): Buffer => {
      const bytes = Buffer.alloc(length)
      bytes[0] = first
      bytes[length - 1] = last
      return bytes
    }
    assert.ok(isRtp(packet(0x80, 12)))
    assert.ok(!isRtp(packet(0x80, 11)), 'too short')
    assert.ok(!isRtp(packet(0x80, 1501)), 'too long')
    assert.ok(!isRtp(packet(0x40, 172)), 'version 1')
    assert.ok(!isRtp(packet(0x82, 16)), 'two contributing sources do not fit')
    assert.ok(!isRtp(packet(0x90, 14)), 'no room for an extension')
    assert.ok(isRtp(packet(0xa0, 172, 4)))
    assert.ok(!isRtp(packet(0xa0, 172, 0)), 'padding of nothing')
    assert.ok(!isRtp(packet(0xa0, 172, 200)), 'more padding than packet')
  })
})

describe('RTCP', () => {
  const report = (payloadType: number, words: number): Buffer => {
    const part = Buffer.alloc(4 * (words + 1))
    part[0] = 0x80
    part[1] = payloadType
    part.writeUInt16BE(words, 2)
    return part
  }
  test('a compound begins with a report and its lengths add up', () => {
    assert.ok(isRtcp(report(200, 6)))
    assert.ok(isRtcp(Buffer.concat([report(201, 1), report(202, 3)])))
    assert.ok(!isRtcp(report(202, 3)), 'a description alone')
    assert.ok(!isRtcp(report(200, 6).subarray(0, 24)), 'cut off')
    assert.ok(!isRtcp(Buffer.concat([report(200, 6), Buffer.alloc(4)])), 'something behind it')
  })
})
