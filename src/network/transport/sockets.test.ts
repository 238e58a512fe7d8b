/** Real sockets on loopback: both protocols, connections reused, and nobody who dawdles stays. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { silentLog, systemClock } from '../../base/index.ts'
import type { Flow, SocketAddress, Transport } from './flow.ts'
import type { ConnectionLimits } from './connections.ts'
import { createSockets } from './sockets.ts'

const clock = systemClock({ keepAlive: true })
const LOOPBACK = '127.0.0.1'
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

async function until(isTrue: () => boolean, limitMs = 10_000): Promise<boolean> {
  for (const end = clock.monotonic() + limitMs; clock.monotonic() < end && !isTrue();) await pause(5)
  return isTrue()
}

type Opened = {
  readonly transport: Transport
  readonly local: SocketAddress
  readonly heard: { readonly text: string; readonly flow: Flow }[]
  readonly closed: string[]
}

async function openSockets(limits: Partial<ConnectionLimits> = {}): Promise<Opened> {
  const listen = { address: LOOPBACK, port: 0 }
  const transport = createSockets({ listen, clock, log: silentLog, limits })
  const heard: Opened['heard'] = []
  const closed: string[] = []
  const opened = await transport.open({
    onMessage: (bytes, flow) => void heard.push({ text: bytes.toString('latin1'), flow }),
    onFlowClosed: (_, reason) => void closed.push(reason),
  })
  assert.ok(opened.ok)
  return { transport, local: opened.value[0]!.local, heard, closed }
}

async function stream(to: SocketAddress): Promise<{ socket: Socket; received: () => string; isOver: () => boolean }> {
  const socket = connect({ host: to.address, port: to.port })
  let text = ''
  let over = false
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  socket.on('error', () => {})
  socket.on('close', () => (over = true))
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return { socket, received: () => text, isOver: () => over }
}

const message = (body = ''): string => `OPTIONS sip:a SIP/2.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`

describe('sockets', () => {
  test('both protocols share one port, and answers go back the way that the request came', async () => {
    const a = await openSockets()
    const b = await openSockets()
    try {
      assert.deepEqual(
        a.transport.listening.map((one) => one.local.port),
        [a.local.port, a.local.port],
      )
      for (const protocol of ['udp', 'tcp'] as const) {
        b.heard.length = a.heard.length = 0
        a.transport.flowTo(protocol, b.local).send(Buffer.from(message('over ' + protocol)))
        assert.ok(await until(() => b.heard.length === 1))
        b.heard[0]!.flow.send(Buffer.from(message('back')))
        assert.ok(await until(() => a.heard.length === 1))
        const again = a.transport.flowTo(protocol, b.local)
        assert.equal(again.id, a.heard[0]!.flow.id, 'the same flow')
      }
    } finally {
      await Promise.all([a.transport.close(), b.transport.close()])
    }
  })

  test('keepalives are answered or swallowed below SIP', async () => {
    const { transport, local, heard } = await openSockets()
    const udp = createSocket('udp4')
    const { socket, received } = await stream(local)
    try {
      for (const text of ['\r\n\r\n', '\0', '\r\n\r\n\r\n']) udp.send(text, local.port, LOOPBACK)
      socket.write('\r\n\r\n')
      assert.ok(await until(() => received() === '\r\n'))
      socket.write(message())
      assert.ok(await until(() => heard.length === 1))
      assert.equal(heard[0]!.flow.protocol, 'tcp')
    } finally {
      socket.destroy()
      udp.close()
      await transport.close()
    }
  })

  test('a silent stranger, a slow message and a stream that is no SIP are cut off', async () => {
    const { transport, local, heard } = await openSockets({ messageMs: 300 })
    const [silent, slow, wrong, good] = [
      await stream(local),
      await stream(local),
      await stream(local),
      await stream(local),
    ]
    try {
      good.socket.write(message())
      slow.socket.write(message())
      wrong.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      assert.ok(await until(wrong.isOver))
      assert.ok(await until(() => heard.length === 2))
      const drip = clock.every(100, () => void slow.socket.write('x'))
      assert.ok(await until(() => silent.isOver() && slow.isOver()))
      drip.stop()
      assert.ok(!good.isOver(), 'who has spoken may be silent')
    } finally {
      for (const one of [silent, slow, wrong, good]) one.socket.destroy()
      await transport.close()
    }
  })

  test('connections have a limit, and room is made when one ends', async () => {
    const { transport, local, heard } = await openSockets({ connectionsMax: 2 })
    const [one, two, three] = [await stream(local), await stream(local), await stream(local)]
    try {
      assert.ok(await until(three.isOver))
      one.socket.destroy()
      for (let tries = 0; tries < 50 && heard.length === 0; tries++) {
        const next = await stream(local)
        next.socket.write(message())
        await until(() => heard.length === 1 || next.isOver())
        next.socket.destroy()
      }
      assert.equal(heard.length, 1)
    } finally {
      for (const each of [one, two, three]) each.socket.destroy()
      await transport.close()
    }
  })

  test('a peer that does not read is dropped before it fills our memory', async () => {
    const { transport, local, heard, closed } = await openSockets({ unsentBytesMax: 200_000 })
    const { socket } = await stream(local)
    try {
      socket.pause()
      socket.write(message())
      assert.ok(await until(() => heard.length === 1))
      const { flow } = heard[0]!
      const large = Buffer.alloc(60_000)
      for (let count = 0; count < 1000 && closed.length === 0; count++) flow.send(large)
      assert.deepEqual(closed, ['peer does not read'])
    } finally {
      socket.destroy()
      await transport.close()
    }
  })

  test('a refused connection is reported, a taken port is a failure that names it', async () => {
    const { transport, local, closed } = await openSockets()
    try {
      transport.flowTo('tcp', { address: LOOPBACK, port: 1 }).send(Buffer.from(message()))
      assert.ok(await until(() => closed.length === 1))
      transport.flowTo('udp', { address: LOOPBACK, port: 0 }).send(Buffer.from(message()))
      assert.ok(await until(() => closed.length === 2))
      const second = createSockets({ listen: local, clock, log: silentLog })
      const opened = await second.open({ onMessage() {}, onFlowClosed() {} })
      assert.ok(!opened.ok && opened.failure.message.includes(String(local.port)))
    } finally {
      await transport.close()
    }
  })
})
