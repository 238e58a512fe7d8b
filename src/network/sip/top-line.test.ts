/** A message with a Via of ours on top is the message that came, byte for byte. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from './message/parse.ts'
import { tortureMessages } from './mutate.ts'

test('a line is put above all headers, and nothing else of a message changes', () => {
  const line = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtop\r\n'
  let tried = 0
  for (const [name, bytes] of tortureMessages()) {
    const parsed = parseMessage(bytes)
    if (!parsed.ok) continue
    tried++
    const written = parsed.value.withTopLine(line)
    const at = written.indexOf(line)
    assert.ok(written.subarray(0, at).toString('latin1').trim().split('\n').length === 1, name)
    assert.deepEqual(Buffer.concat([written.subarray(0, at), written.subarray(at + line.length)]), bytes, name)
    const again = parseMessage(written)
    assert.equal(again.ok && again.value.via?.branch, 'z9hG4bKtop', name)
  }
  assert.ok(tried > 20)
})
