/** A stream of bytes becomes messages, however it was cut; what cannot be framed ends the stream. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createFramer } from './framing.ts'

function bench() {
  const messages: string[] = []
  let pings = 0
  const framer = createFramer({
    onMessage: (bytes) => void messages.push(bytes.toString('latin1')),
    onPing: () => void pings++,
  })
  const feed = (text: string): string | undefined => framer.feed(Buffer.from(text, 'latin1'))
  return { framer, messages, feed, pings: () => pings }
}

const message = (body: string, name = 'Content-Length'): string =>
  `OPTIONS sip:a SIP/2.0\r\nVia: x\r\n${name}: ${body.length}\r\n\r\n${body}`

describe('framing', () => {
  test('messages come out whole and in order, however the stream is cut', () => {
    const body = fc.string({ unit: 'binary-ascii', maxLength: 60 })
    const between = fc.constantFrom('', '\r\n', '\r\n\r\n')
    fc.assert(
      fc.property(fc.array(fc.tuple(body, between), { maxLength: 8 }), fc.array(fc.nat(90)), (parts, cuts) => {
        const { feed, messages } = bench()
        let rest = parts.map(([text, gap]) => message(text) + gap).join('')
        for (const cut of cuts) {
          assert.equal(feed(rest.slice(0, cut)), undefined)
          rest = rest.slice(cut)
        }
        assert.equal(feed(rest), undefined)
        assert.deepEqual(
          messages,
          parts.map(([text]) => message(text)),
        )
      }),
    )
  })

  test('the compact name and odd case count as Content-Length', () => {
    const { feed, messages } = bench()
    const texts = [message('abc', 'l'), message('de', 'CONTENT-LENGTH'), message('f', 'L ')]
    feed(texts.join(''))
    assert.deepEqual(messages, texts)
  })

  test('a double line break between messages is a ping (RFC 5626 §4.4.1), also in two halves', () => {
    const { feed, pings, framer } = bench()
    feed('\r\n\r\n')
    feed('\r\n')
    feed('\r\n')
    assert.equal(pings(), 2)
    feed(message('x'))
    feed('\r\n\r\n\r\n\r\n')
    assert.deepEqual([pings(), framer.isInside()], [4, false])
  })

  test('what cannot be framed is named', () => {
    const bad = [
      'OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n',
      'OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 1\r\n\r\n',
      'OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n',
      'OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999\r\n\r\n',
      'OPTIONS sip:a SIP/2.0\r\nContent-Length: 1e3\r\n\r\n',
    ]
    for (const text of bad) assert.equal(bench().feed(text), 'no usable Content-Length')
    assert.equal(bench().feed('x'.repeat(40_000)), 'head too large')
    const { feed } = bench()
    let fault: string | undefined
    for (let count = 0; count < 40 && fault === undefined; count++) fault = feed('a: b\r\n'.repeat(200))
    assert.equal(fault, 'head too large')
  })

  test('a large body in small pieces costs no more than it weighs', () => {
    const { feed, messages } = bench()
    const text = message('x'.repeat(60_000))
    for (let at = 0; at < text.length; at += 7) assert.equal(feed(text.slice(at, at + 7)), undefined)
    assert.equal(messages.length, 1)
  })
})
