/** Reading hostile messages: nothing throws, nothing takes long, and what we answer is SIP again. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../base/index.ts'
import { checkMessage } from './message/check.ts'
import { header } from './message/header-names.ts'
import { parseMessage } from './message/parse.ts'
import type { SipMessage } from './message/message.ts'
import { writeResponse } from './message/write.ts'
import { createMutator } from './mutate.ts'
import { parseNameAddr } from './name-addr.ts'
import { quickServerKey, serverKey } from './transaction/keys.ts'

const COUNT = 20_000
const source = { address: '192.0.2.1', port: 5060 }

/** Looks at everything that the stack ever looks at. */
function readAll(message: SipMessage): void {
  for (const code of Object.values(header)) {
    message.items(code)
    message.integer(code, 2 ** 31)
  }
  message.items(header.contact).map(parseNameAddr)
  message.allHeaders()
  message.headers('Subject')
  assert.ok((message.sdp ?? '').length <= 65_536)
}

test('mutated messages never throw, are read in bounded time, and are answered in SIP', (context) => {
  const clock = systemClock()
  const seed = clock.now() % 1_000_000
  const mutator = createMutator(seed)
  let parsed = 0
  let sound = 0
  let longestMs = 0
  for (let count = 0; count < COUNT; count++) {
    const bytes = mutator.next()
    const text = bytes.toString('latin1')
    let tookMs = Infinity
    let result = parseMessage(bytes, text)
    // A busy machine may stop us at any message: what seems long is measured again.
    for (let tries = 0; tries < 5 && tookMs > 20; tries++) {
      const startMs = clock.monotonic()
      result = parseMessage(bytes, text)
      const read = result.ok ? result.value : result.failure.request
      if (read) readAll(read)
      quickServerKey(text)
      tookMs = Math.min(tookMs, clock.monotonic() - startMs)
    }
    longestMs = Math.max(longestMs, tookMs)
    const message = result.ok ? result.value : undefined
    const fault = message && checkMessage(message)
    if (!result.ok) continue
    parsed++
    if (fault || !message?.isRequest) continue
    sound++
    const hint = `seed ${seed}, message ${count}: ${JSON.stringify(text.slice(0, 600))}`
    const key = serverKey(message)
    assert.ok((quickServerKey(text) ?? key) === key, `a repetition would miss its transaction: ${hint}`)
    const again = parseMessage(writeResponse(message, source, { status: 200, toTag: 'x' }))
    assert.ok(again.ok, hint)
    assert.equal(checkMessage(again.value), undefined, hint)
    assert.deepEqual([again.value.callId, again.value.cseq], [message.callId, message.cseq], hint)
  }
  const share = parsed / COUNT
  context.diagnostic(
    `seed ${seed}: ${Math.round(share * 100)} % parse, ${sound} sound requests, longest ${longestMs} ms`,
  )
  assert.ok(share >= 0.3, `only ${share} of the mutants still parse`)
  assert.ok(longestMs < 100, `${longestMs} ms for one message`)
})
