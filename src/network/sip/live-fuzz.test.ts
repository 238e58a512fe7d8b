/** A living endpoint under fire: nothing ends it, it keeps nothing, and the next call goes through. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { test } from 'node:test'
import { createLog, systemClock } from '../../base/index.ts'
import { createSockets, machineHashes } from '../transport/index.ts'
import { createDigestServer } from './digest/digest-server.ts'
import { createEndpoint } from './create-endpoint.ts'
import type { SipEndpoint, SipEvents } from './endpoint.ts'
import { createMutator } from './mutate.ts'
import { createRegistrar } from './registrar/registrar.ts'
import { answerSdp, offerSdp } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const LOOPBACK = '127.0.0.1'
const DATAGRAMS = 8000
const STREAMS = 60
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

async function until(isTrue: () => boolean, limitMs: number): Promise<boolean> {
  for (const end = clock.monotonic() + limitMs; clock.monotonic() < end && !isTrue();) await pause(10)
  return isTrue()
}

async function openEndpoint(events: Partial<SipEvents>, errors: string[]) {
  const log = createLog({ clock, process: 'fuzz', level: 'error', write: (line) => void errors.push(line) })
  const sip = createEndpoint({
    transport: createSockets({ listen: { address: LOOPBACK, port: 0 }, clock, log, tcpLimits: { messageMs: 500 } }),
    events: {
      admitInvite: () => 'accept',
      onInvite: ({ legId }) => sip.answer(legId, 200, { sdp: answerSdp }),
      onProgress() {},
      onAnswered() {},
      onConfirmed() {},
      onReinvite: (legId) => sip.answerReinvite(legId, 488),
      onReinviteDone() {},
      onInfo() {},
      onEnded() {},
      onRequest: () => ({ status: 200 }),
      ...events,
    },
    clock,
    log,
    hashes: machineHashes,
    // A minute of waiting for what was lost becomes two seconds.
    timers: { t1Ms: 30, t2Ms: 240, t4Ms: 300 },
  })
  const opened = await sip.open()
  assert.ok(opened.ok)
  return { sip, port: opened.value[0]!.local.port }
}

async function openTarget(errors: string[]) {
  const digest = createDigestServer({ realm: 'home', clock, hashes: machineHashes, ha1: () => undefined })
  const registrar = createRegistrar({
    clock,
    events: { onRegistered() {}, onUnregistered() {} },
    onError: (error) => void errors.push(String(error)),
  })
  let invites = 0
  const target = await openEndpoint(
    {
      // Half of the strangers are challenged, the other half get a leg, so that both ways are under fire.
      admitInvite(request, flow) {
        if (invites++ % 2 === 0) return 'accept'
        const verdict = digest.authenticate(request, flow)
        return verdict.ok ? 'accept' : verdict.reply
      },
      onRequest(request, flow) {
        if (request.method !== 'REGISTER') return { status: request.method === 'OPTIONS' ? 200 : 501 }
        const verdict = digest.authenticate(request, flow)
        return invites % 3 === 0 || verdict.ok ? registrar.register('201', request, flow) : verdict.reply
      },
    },
    errors,
  )
  return { ...target, registrar }
}

async function fireDatagrams(port: number, seed: number): Promise<void> {
  const mutator = createMutator(seed)
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  for (let count = 0; count < DATAGRAMS; count++) {
    const bytes = mutator.next()
    if (bytes.length < 60_000) socket.send(bytes, port, LOOPBACK, () => {})
    if (count % 100 === 0) await pause(2)
  }
  await pause(50)
  await new Promise<void>((done) => void socket.close(() => done()))
}

async function fireStreams(port: number, seed: number): Promise<void> {
  const mutator = createMutator(seed)
  const sockets = Array.from({ length: STREAMS }, () => {
    const socket = connect({ host: LOOPBACK, port })
    socket.on('error', () => {})
    socket.on('data', () => {})
    for (let count = 0; count < 20; count++) socket.write(mutator.next())
    return socket
  })
  await pause(300)
  for (const socket of sockets) socket.destroy()
}

async function callGoesThrough(port: number, errors: string[]): Promise<boolean> {
  const diary: string[] = []
  const phone = await openEndpoint(
    { onAnswered: () => void diary.push('answered'), onEnded: (_, end) => void diary.push(`ended ${end.status}`) },
    errors,
  )
  const call = (sip: SipEndpoint, legId: string): void =>
    sip.invite({
      legId,
      nextHop: { protocol: 'udp', remote: { address: LOOPBACK, port } },
      target: `sip:204@${LOOPBACK}:${port}`,
      from: '<sip:201@home>',
      to: '<sip:204@home>',
      sdp: offerSdp,
    })
  try {
    // Every second INVITE is challenged here: one of two must be answered.
    call(phone.sip, 'one')
    call(phone.sip, 'two')
    await until(() => diary.includes('answered'), 10_000)
    for (const legId of ['one', 'two']) phone.sip.hangup(legId)
    // A leg is gone a tick before its end is told.
    await until(() => diary.includes('ended 200'), 10_000)
    return diary.includes('answered') && diary.includes('ended 200')
  } finally {
    await phone.sip.close()
  }
}

test('a living endpoint survives thousands of broken messages and keeps nothing of them', async (context) => {
  const seed = clock.now() % 1_000_000
  const errors: string[] = []
  const { sip, port, registrar } = await openTarget(errors)
  try {
    const heapBefore = process.memoryUsage().heapUsed
    await Promise.all([fireDatagrams(port, seed), fireStreams(port, seed + 1)])
    const { legs, servers } = sip.load()
    const grownMb = (process.memoryUsage().heapUsed - heapBefore) / 1_048_576
    context.diagnostic(`seed ${seed}: ${legs} legs, ${servers} servers, heap ${grownMb.toFixed(0)} MB more`)
    assert.deepEqual(errors, [], `seed ${seed}: a message was caught by the guard only`)
    assert.ok(grownMb < 150, `${grownMb} MB`)
    assert.ok(registrar.size().bindings <= 10)
    assert.ok(await callGoesThrough(port, errors))
    const isIdle = (): boolean => Object.values(sip.load()).every((count) => count === 0)
    assert.ok(await until(isIdle, 20_000), `seed ${seed}: ${JSON.stringify(sip.load())} is left`)
    assert.deepEqual(errors, [])
  } finally {
    registrar.close()
    await sip.close()
  }
})
