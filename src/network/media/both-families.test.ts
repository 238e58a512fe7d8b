/** A call between IPv4 and IPv6 (RFC 6157 §4): each side is told an address of its own family, and hears the other. */

import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { systemClock } from '../../base/index.ts'
import { createDgramBackend } from './dgram-backend.ts'
import { loadPrompts } from './prompt-library.ts'
import { freeRange, valueOf } from './test-bench.ts'
import { audioOf, until } from './test-phone.ts'

async function socketAt(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  return socket
}

const sdpOf = (address: string, port: number): string => {
  const place = `IN IP${address.includes(':') ? 6 : 4} ${address}`
  return `v=0\r\no=- 1 1 ${place}\r\ns=-\r\nc=${place}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`
}

function packetOf(mark: number): Buffer {
  const packet = Buffer.alloc(172, mark)
  packet.writeUInt16BE(0x8000, 0)
  packet.writeUInt16BE(mark, 2)
  packet.writeUInt32BE(160, 4)
  packet.writeUInt32BE(mark, 8)
  return packet
}

test('a side of IPv4 and a side of IPv6 hear each other, each at an address of its own family', async () => {
  const clock = systemClock({ keepAlive: true })
  const backend = createDgramBackend({
    address: '::1',
    other: { address: '127.0.0.1', bindAddress: '127.0.0.1' },
    ports: await freeRange(4),
    prompts: loadPrompts(),
    clock,
    onEvent() {},
  })
  const [four, six] = [await socketAt('127.0.0.1'), await socketAt('::1')]
  const heard = { four: [] as Buffer[], six: [] as Buffer[] }
  four.on('message', (packet) => void heard.four.push(packet))
  six.on('message', (packet) => void heard.six.push(packet))
  try {
    const sdp = sdpOf('127.0.0.1', four.address().port)
    const offered = valueOf(await backend.offer({ callId: 'c', fromLeg: 'a', toLeg: 'b', sdp, toFamily: 6 }))
    assert.match(offered, /^c=IN IP6 ::1\r$/m)
    assert.ok(!offered.includes('127.0.0.1'))
    const answer = sdpOf('::1', six.address().port)
    const answered = valueOf(await backend.answer({ callId: 'c', fromLeg: 'b', toLeg: 'a', sdp: answer }))
    assert.match(answered, /^c=IN IP4 127\.0\.0\.1\r$/m)
    for (let turn = 0; turn < 5; turn++) {
      four.send(packetOf(4), audioOf(answered).port, '127.0.0.1')
      six.send(packetOf(6), audioOf(offered).port, '::1')
    }
    assert.ok(await until(() => heard.four.length > 0 && heard.six.length > 0))
    assert.equal(heard.four[0]!.at(-1), 6)
    assert.equal(heard.six[0]!.at(-1), 4)
    const stats = await backend.release('c')
    assert.equal(stats.length, 2)
    assert.equal(backend.load().calls, 0)
  } finally {
    four.close()
    six.close()
    await backend.close()
  }
})
