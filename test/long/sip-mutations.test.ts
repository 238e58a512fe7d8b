/** A million broken messages over each transport against a living endpoint: nothing ends it, reading stays quick. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect as connectTcp, type Socket } from 'node:net'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { createLog, systemClock } from '../../src/base/index.ts'
import { createEndpoint, parseMessage } from '../../src/network/sip/index.ts'
import { createMutator } from '../../src/network/sip/mutate.ts'
import {
  createSockets,
  machineHashes,
  type Transport,
  type TransportEvents,
} from '../../src/network/transport/index.ts'
import { issueCertificate } from '../../src/platform/certificates/index.ts'
import { eventually, pause } from '../peers/program.ts'

const COUNT = 1_000_000
const BATCH = 16
/** After so many a stream ends with a mutant as it is, which may leave it unreadable. */
const PER_STREAM = 40
const STREAMS_MAX = 32
const HEAD_BYTES_MAX = 32_000
const BODY_BYTES_MAX = 65_000
const DATAGRAM_BYTES_MAX = 65_000
/** The rest are line breaks, which are no message, and streams that end before their mutant does. */
const HEARD_MIN = 0.95
const HOST = '127.0.0.1'
const clock = systemClock({ keepAlive: true })
const protocols = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const

async function openTarget(errors: string[]) {
  const log = createLog({ clock, process: 'mutations', level: 'error', write: (line) => void errors.push(line) })
  const pair = issueCertificate({ subject: 'target', names: [HOST], atMs: clock.now(), lifeMs: 86_400_000 })
  const encryption = { certificateFor: () => pair }
  const secure = { tlsPort: 0, wssPort: 0, wsPort: 0, encryption, isOriginAllowed: () => true }
  let heard = 0
  const sockets = createSockets({ listen: { address: HOST, port: 0 }, clock, log, secure })
  const counted: Transport = {
    get listening() {
      return sockets.listening
    },
    open: (events) => {
      const onMessage: TransportEvents['onMessage'] = (bytes, flow) => {
        heard++
        events.onMessage(bytes, flow)
      }
      return sockets.open({ ...events, onMessage })
    },
    flowTo: (protocol, remote, name) => sockets.flowTo(protocol, remote, name),
    close: () => sockets.close(),
  }
  const sip = createEndpoint({
    transport: counted,
    events: {
      admitInvite: () => ({ status: 486 }),
      onInvite() {},
      onProgress() {},
      onAnswered() {},
      onConfirmed() {},
      onReinvite() {},
      onReinviteDone() {},
      onInfo() {},
      onEnded() {},
      onRequest: () => ({ status: 200 }),
    },
    clock,
    log,
    hashes: machineHashes,
    timers: { t1Ms: 30, t2Ms: 240, t4Ms: 300 },
  })
  const opened = await sip.open()
  assert.ok(opened.ok)
  const portOf = (protocol: string): number => opened.value.find((one) => one.protocol === protocol)!.local.port
  return { sip, portOf, heard: () => heard }
}

type Target = Awaited<ReturnType<typeof openTarget>>

/** Sends mutants; a stream carries some that can be told apart, then one as it is, and ends. */
type Sender = { send(bytes: Buffer): Promise<void> | void; close(): void }

/** What can be cut out of a stream again: the one Content-Length is right, whatever else is broken. */
function framed(bytes: Buffer): Buffer | undefined {
  const text = bytes.toString('latin1').replace(/^[\r\n]+/, '')
  const end = text.indexOf('\r\n\r\n')
  const [head, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 4)]
  const isLength = (line: string): boolean => /^(content-length|l)[ \t]*:/i.test(line)
  const lines = head
    .trimEnd()
    .split('\n')
    .filter((line, at) => at === 0 || !isLength(line))
  const fitting = `${lines.join('\n')}\r\nContent-Length: ${body.length}\r\n\r\n`
  if (text === '' || fitting.length > HEAD_BYTES_MAX || body.length > BODY_BYTES_MAX) return undefined
  return Buffer.from(fitting + body, 'latin1')
}

function streamSender(open: () => Socket): Sender {
  let socket: Socket | undefined
  let carried = 0
  let living = 0
  return {
    async send(bytes) {
      const whole = carried < PER_STREAM ? framed(bytes) : undefined
      if (!socket || socket.destroyed) {
        while (living >= STREAMS_MAX) await pause(1)
        socket = open()
        carried = 0
        living++
        socket.on('error', () => {})
        socket.once('close', () => living--)
        socket.resume()
      }
      const present = socket
      carried++
      const isRead = present.write(whole ?? bytes)
      if (!whole) {
        present.end()
        socket = undefined
      } else if (!isRead) {
        await new Promise<void>((settle) => {
          present.once('drain', settle)
          present.once('close', settle)
        })
      }
    },
    close: () => socket?.end(),
  }
}

function browserSender(url: string): Sender {
  let socket: WebSocket | undefined
  return {
    async send(bytes) {
      if (socket?.readyState !== WebSocket.OPEN) {
        const opened = new WebSocket(url, ['sip'], { rejectUnauthorized: false })
        opened.on('error', () => {})
        await new Promise<void>((settle) => void opened.once('open', settle))
        socket = opened
      }
      socket.send(bytes.subarray(0, BODY_BYTES_MAX))
      if (socket.bufferedAmount > 1_000_000) await pause(5)
    },
    close: () => socket?.close(),
  }
}

function datagramSender(port: number): Sender {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  return {
    send: (bytes) => socket.send(bytes.subarray(0, DATAGRAM_BYTES_MAX), port, HOST),
    close: () => socket.close(),
  }
}

function senderFor(protocol: (typeof protocols)[number], port: number): Sender {
  if (protocol === 'udp') return datagramSender(port)
  if (protocol === 'tcp') return streamSender(() => connectTcp({ host: HOST, port }))
  if (protocol === 'tls') return streamSender(() => connectTls({ host: HOST, port, rejectUnauthorized: false }))
  return browserSender(`${protocol}://${HOST}:${port}/`)
}

/** A good request on a connection of its own. */
async function isAlive(target: Target, protocol: (typeof protocols)[number]): Promise<boolean> {
  const before = target.heard()
  const last = senderFor(protocol, target.portOf(protocol))
  const lines = [
    `OPTIONS sip:a@${HOST} SIP/2.0`,
    `Via: SIP/2.0/UDP ${HOST};branch=z9hG4bKend`,
    'Max-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: end\r\nCSeq: 1 OPTIONS',
    'Content-Length: 0\r\n\r\n',
  ]
  await last.send(Buffer.from(lines.join('\r\n')))
  const isHeard = await eventually(() => target.heard() > before)
  last.close()
  return isHeard ?? false
}

for (const protocol of protocols) {
  test(`${COUNT} mutated messages over ${protocol}: no crash, p99 of reading below 1 ms`, async (context) => {
    const errors: string[] = []
    const seed = clock.now() % 1_000_000
    const mutator = createMutator(seed)
    const target = await openTarget(errors)
    const sender = senderFor(protocol, target.portOf(protocol))
    const tookUs = new Uint32Array(COUNT)
    let parsed = 0
    for (let at = 0; at < COUNT; at++) {
      const bytes = mutator.next()
      const begun = clock.monotonic()
      if (parseMessage(bytes).ok) parsed++
      tookUs[at] = (clock.monotonic() - begun) * 1000
      await sender.send(bytes)
      // The target lives in this process: it gets its turn.
      if (at % BATCH === 0) await new Promise<void>((settle) => void setImmediate(settle))
    }
    sender.close()
    await eventually(() => target.heard() >= COUNT * HEARD_MIN)
    const heard = target.heard() / COUNT
    assert.ok(await isAlive(target, protocol), 'it still listens')
    await target.sip.close()
    const p99Ms = tookUs.toSorted()[Math.floor(COUNT * 0.99)]! / 1000
    const share = parsed / COUNT
    const percent = (part: number): string => `${Math.round(part * 1000) / 10} %`
    context.diagnostic(`seed ${seed}: ${percent(heard)} taken, ${percent(share)} parse, p99 ${p99Ms} ms`)
    assert.deepEqual(errors, [])
    assert.ok(heard >= HEARD_MIN, `${percent(heard)} were taken`)
    assert.ok(share >= 0.3 && p99Ms < 1)
  })
}
