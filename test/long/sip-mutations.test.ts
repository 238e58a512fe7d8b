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
import { createSockets, machineHashes } from '../../src/network/transport/index.ts'
import { issueCertificate } from '../../src/platform/certificates/index.ts'
import { eventually, pause } from '../peers/program.ts'

const COUNT = 1_000_000
const BATCH = 64
const HOST = '127.0.0.1'
const clock = systemClock({ keepAlive: true })
const protocols = ['udp', 'tcp', 'tls', 'ws'] as const

async function openTarget(errors: string[]) {
  const log = createLog({ clock, process: 'mutations', level: 'error', write: (line) => void errors.push(line) })
  const pair = issueCertificate({ subject: 'target', names: [HOST], atMs: clock.now(), lifeMs: 86_400_000 })
  const encryption = { certificateFor: () => pair }
  const secure = { tlsPort: 0, wssPort: 0, wsPort: 0, encryption, isOriginAllowed: () => true }
  let heard = 0
  const sip = createEndpoint({
    transport: createSockets({ listen: { address: HOST, port: 0 }, clock, log, secure }),
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
      onTrace: (direction) => void (heard += direction === 'in' ? 1 : 0),
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

type Sender = { send(bytes: Buffer): Promise<void> | void; close(): void }

/** A stream that is opened anew whenever the target had enough of it. */
function streamSender(open: () => Socket): Sender {
  let socket: Socket | undefined
  return {
    async send(bytes) {
      if (!socket || socket.destroyed) {
        socket = open()
        socket.on('error', () => {})
        socket.resume()
      }
      const present = socket
      if (present.write(bytes)) return
      await new Promise<void>((settle) => {
        present.once('drain', settle)
        present.once('close', settle)
      })
    },
    close: () => socket?.destroy(),
  }
}

function browserSender(port: number): Sender {
  let socket: WebSocket | undefined
  return {
    async send(bytes) {
      if (socket?.readyState !== WebSocket.OPEN) {
        const opened = new WebSocket(`ws://${HOST}:${port}/`, ['sip'])
        opened.on('error', () => {})
        await new Promise<void>((settle) => void opened.once('open', settle))
        socket = opened
      }
      socket.send(bytes)
      if (socket.bufferedAmount > 1_000_000) await pause(5)
    },
    close: () => socket?.terminate(),
  }
}

function senderFor(protocol: (typeof protocols)[number], port: number): Sender {
  if (protocol === 'ws') return browserSender(port)
  if (protocol === 'tcp') return streamSender(() => connectTcp({ host: HOST, port }))
  if (protocol === 'tls') return streamSender(() => connectTls({ host: HOST, port, rejectUnauthorized: false }))
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  return { send: (bytes) => socket.send(bytes, port, HOST), close: () => socket.close() }
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
    const before = target.heard()
    const last = senderFor(protocol, target.portOf(protocol))
    const ping = `OPTIONS sip:a@${HOST} SIP/2.0\r\nVia: SIP/2.0/UDP ${HOST};branch=z9hG4bKend\r\nMax-Forwards: 70\r\n`
    const rest =
      'From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: end\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
    await last.send(Buffer.from(ping + rest))
    assert.ok(await eventually(() => target.heard() > before), 'it still listens')
    sender.close()
    last.close()
    await target.sip.close()
    const p99Ms = tookUs.toSorted()[Math.floor(COUNT * 0.99)]! / 1000
    const share = parsed / COUNT
    context.diagnostic(`seed ${seed}: ${Math.round(share * 100)} % parse, p99 ${p99Ms} ms, ${target.heard()} taken`)
    assert.deepEqual(errors, [])
    assert.ok(share >= 0.3 && p99Ms < 1)
  })
}
