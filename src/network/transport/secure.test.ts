/** TLS and WebSocket on real sockets: certificates by name, limits of a handshake, origins and subprotocols. */

import assert from 'node:assert/strict'
import { connect as connectTcp } from 'node:net'
import { describe, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import { silentLog, systemClock } from '../../base/index.ts'
import { issueCertificate } from '../../platform/certificates/index.ts'
import type { ConnectionLimits } from './connections.ts'
import type { Flow, SipProtocol, SocketAddress, Transport } from './flow.ts'
import { createSockets } from './sockets.ts'
import type { KeyPair } from './tls.ts'

const clock = systemClock({ keepAlive: true })
const LOOPBACK = '127.0.0.1'

const pairOf = (name: string): KeyPair =>
  issueCertificate({ subject: name, names: [name, LOOPBACK], atMs: clock.now(), lifeMs: 86_400_000 })
const pairs = new Map(['house.test', 'maple.test'].map((name) => [name, pairOf(name)]))
const house = pairs.get('house.test')!

async function until(isTrue: () => boolean, limitMs = 10_000): Promise<boolean> {
  const end = clock.monotonic() + limitMs
  while (clock.monotonic() < end && !isTrue()) await new Promise<void>((settle) => void clock.after(5, settle))
  return isTrue()
}

type Bench = {
  readonly transport: Transport
  readonly heard: { readonly text: string; readonly flow: Flow }[]
  readonly closed: string[]
  at(protocol: SipProtocol): SocketAddress
}

type Settings = { limits?: Partial<ConnectionLimits>; trusted?: readonly string[]; current?: { pair: KeyPair } }

async function withSockets(settings: Settings, act: (bench: Bench) => Promise<void>, host = LOOPBACK): Promise<void> {
  const { limits = {}, trusted = [], current = { pair: house } } = settings
  const transport = createSockets({
    listen: { address: host, port: 0 },
    clock,
    log: silentLog,
    limits,
    secure: {
      tlsPort: 0,
      wssPort: 0,
      wsPort: 0,
      encryption: { certificateFor: (name) => pairs.get(name) ?? current.pair, trusted },
      isOriginAllowed: (origin) => origin === 'https://portal.test',
    },
  })
  const heard: Bench['heard'] = []
  const closed: string[] = []
  const opened = await transport.open({
    onMessage: (bytes, flow) => void heard.push({ text: bytes.toString('latin1'), flow }),
    onFlowClosed: (_, reason) => void closed.push(reason),
  })
  assert.ok(opened.ok)
  const at = (protocol: SipProtocol) => opened.value.find((one) => one.protocol === protocol)!.local
  try {
    await act({ transport, heard, closed, at })
  } finally {
    await transport.close()
  }
}

const message = (body = ''): string => `OPTIONS sip:a SIP/2.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`

function shake({ port, address }: SocketAddress, servername?: string): Promise<TLSSocket> {
  return new Promise((settle, refuse) => {
    const name = servername === undefined ? {} : { servername }
    const socket = connectTls({ host: address, port, rejectUnauthorized: false, ...name }, () => settle(socket))
    socket.once('error', refuse)
  })
}

function browser(url: string, options: { origin?: string; protocols?: string[] } = {}): Promise<WebSocket> {
  const { origin = 'https://portal.test', protocols = ['sip'] } = options
  return new Promise((settle, refuse) => {
    const socket = new WebSocket(url, protocols, { origin, rejectUnauthorized: false })
    socket.once('open', () => settle(socket))
    socket.once('error', refuse)
  })
}

describe('SIP over TLS', () => {
  test('carries messages as TCP does, and answers on the connection that they came on', async () => {
    await withSockets({}, async ({ at, heard }) => {
      const socket = await shake(at('tls'))
      let got = ''
      socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')))
      socket.write(message('one') + message('two'))
      assert.ok(await until(() => heard.length === 2))
      assert.deepEqual([heard[0]?.flow.protocol, heard[1]?.text], ['tls', message('two')])
      heard[0]?.flow.send(Buffer.from(message('answer')))
      socket.write('\r\n\r\n')
      assert.ok(await until(() => got === `${message('answer')}\r\n`), got)
      socket.destroy()
    })
  })

  test('shows each brand host its own certificate, and a renewed one without a restart', async () => {
    const current = { pair: house }
    await withSockets({ current }, async ({ at }) => {
      const shown = async (name?: string): Promise<string | undefined> => {
        const socket = await shake(at('tls'), name)
        const names = socket.getPeerCertificate().subjectaltname
        socket.destroy()
        return names
      }
      assert.match((await shown('maple.test')) ?? '', /DNS:maple\.test/)
      assert.match((await shown()) ?? '', /DNS:house\.test/)
      current.pair = pairOf('renewed.test')
      assert.match((await shown()) ?? '', /DNS:renewed\.test/)
      assert.match((await shown('unknown.test')) ?? '', /DNS:renewed\.test/)
    })
  })

  test('a peer that we call is held to the name that we called; its connection serves later messages', async () => {
    await withSockets({}, async (peer) => {
      await withSockets({ trusted: [house.cert] }, async ({ transport, closed }) => {
        transport.flowTo('tls', peer.at('tls'), 'house.test').send(Buffer.from(message('1')))
        transport.flowTo('tls', peer.at('tls'), 'house.test').send(Buffer.from(message('2')))
        assert.ok(await until(() => peer.heard.length === 2))
        assert.equal(peer.heard[0]?.flow.id, peer.heard[1]?.flow.id)
        transport.flowTo('tls', peer.at('tls'), 'other.test').send(Buffer.from(message('3')))
        assert.ok(await until(() => closed.length === 1))
        assert.match(closed[0] ?? '', /other\.test/)
      })
      await withSockets({}, async ({ transport, closed }) => {
        transport.flowTo('tls', peer.at('tls'), 'house.test').send(Buffer.from(message('4')))
        assert.ok(await until(() => closed.length === 1))
        assert.match(closed[0] ?? '', /self.signed/i)
      })
      assert.equal(peer.heard.length, 2, 'nothing was told to a peer that did not prove its name')
    })
  })

  test('a handshake that dawdles and a silent stranger are cut off', async () => {
    await withSockets({ limits: { handshakeMs: 200, messageMs: 300 } }, async ({ at, closed }) => {
      const mute = connectTcp({ host: LOOPBACK, port: at('tls').port })
      mute.on('error', () => {})
      let isOver = false
      mute.on('close', () => (isOver = true))
      assert.ok(await until(() => isOver, 3000))
      const silent = await shake(at('tls'))
      silent.on('error', () => {})
      assert.ok(await until(() => closed.includes('silent'), 4000))
      silent.destroy()
    })
  })
})

describe('SIP over WebSocket (RFC 7118)', () => {
  for (const protocol of ['ws', 'wss'] as const) {
    test(`${protocol}: a frame is a message, both ways; pings are answered`, async () => {
      await withSockets({}, async ({ at, heard, closed, transport }) => {
        const socket = await browser(`${protocol}://${LOOPBACK}:${at(protocol).port}/`)
        assert.equal(socket.protocol, 'sip')
        const got: string[] = []
        socket.on('message', (data: Buffer, isBinary) => void got.push(`${isBinary} ${data.toString('latin1')}`))
        socket.send(message('text'))
        socket.send(Buffer.from(message('binary')))
        socket.send('\r\n\r\n')
        assert.ok(await until(() => heard.length === 2 && got.length === 1))
        const { flow } = heard[0]!
        assert.deepEqual([flow.protocol, heard[1]?.text, got], [protocol, message('binary'), ['false \r\n']])
        flow.send(Buffer.from('SIP/2.0 200 OK\r\n\r\n'))
        flow.send(Buffer.from([0xff, 0xfe, 0x80]))
        assert.ok(await until(() => got.length === 3))
        assert.deepEqual(got.slice(1), ['false SIP/2.0 200 OK\r\n\r\n', 'true \xff\xfe\x80'])
        socket.close()
        assert.ok(await until(() => closed.length === 1))
        transport.flowTo(protocol, flow.remote).send(Buffer.from('x'))
        assert.ok(await until(() => closed.length === 2), 'who calls a browser that has gone is told')
      })
    })
  }

  test('a foreign page, another subprotocol and a plain request are refused', async () => {
    await withSockets({}, async ({ at }) => {
      const url = `ws://${LOOPBACK}:${at('ws').port}/`
      await assert.rejects(browser(url, { origin: 'https://evil.test' }), /403/)
      await assert.rejects(browser(url, { protocols: ['chat'] }), /400/)
      const answer = await fetch(url.replace('ws:', 'http:'))
      assert.equal(answer.status, 426)
    })
  })

  test('a browser that never says anything is let go, and so is one that stops in the middle of a frame', async () => {
    await withSockets({ limits: { messageMs: 300 } }, async ({ at, closed, heard }) => {
      const url = `ws://${LOOPBACK}:${at('ws').port}/`
      await browser(url)
      const slow = await browser(url)
      slow.send(message())
      assert.ok(await until(() => heard.length === 1))
      // Where ws keeps it; there is no public name.
      const raw = Reflect.get(slow, '_socket') as { write(bytes: Buffer): void }
      raw.write(Buffer.from([0x81, 0xfe, 0x10]))
      assert.ok(await until(() => closed.includes('silent') && closed.includes('slow message'), 5000), closed.join())
    })
  })
})

test('IPv6 sockets carry all transports, and one for both families tells IPv4 peers by their own address', async () => {
  await withSockets(
    {},
    async (v6) => {
      await withSockets(
        {},
        async (both) => {
          for (const protocol of ['udp', 'tcp'] as const) {
            const { port } = both.at(protocol)
            v6.transport.flowTo(protocol, { address: '::1', port }).send(Buffer.from(message(protocol)))
            assert.ok(await until(() => both.heard.length === 1), protocol)
            assert.equal(both.heard.pop()?.flow.remote.address, '::1')
          }
          await withSockets({}, async (v4) => {
            v4.transport.flowTo('udp', { address: LOOPBACK, port: both.at('udp').port }).send(Buffer.from(message()))
            assert.ok(await until(() => both.heard.length === 1))
            const { flow } = both.heard[0]!
            assert.equal(flow.remote.address, LOOPBACK)
            flow.send(Buffer.from(message('back')))
            assert.ok(await until(() => v4.heard.length === 1))
          })
        },
        '::',
      )
    },
    '::1',
  )
})
