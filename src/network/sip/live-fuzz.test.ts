/** A living endpoint under fire: nothing ends it, it keeps nothing, and the next call goes through. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { test } from 'node:test'
import { createLog, systemClock } from '../../base/index.ts'
import { createSockets, machineHashes } from '../transport/index.ts'
import { createDigestServer } from './digest/digest-server.ts'
import { createEndpoint } from './create-endpoint.ts'
import type { SipEvents } from './endpoint.ts'
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
    transport: createSockets({ listen: { address: LOOPBACK, port: 0 }, clock, log, limits: { messageMs: 500 } }),
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

/** Dials until a call is answered, hangs up, and tells whether the call ended as it should. */
async function callGoesThrough(port: number, errors: string[]): Promise<boolean> {
  const answered = new Set<string>()
  // What ended is told a moment after its leg is gone: the events are waited for, not the empty table.
  const ends = new Map<string, number>()
  const phone = await openEndpoint(
    { onAnswered: (legId) => void answered.add(legId), onEnded: (legId, end) => void ends.set(legId, end.status) },
    errors,
  )
  try {
    // Every second INVITE is challenged here, and those of the fuzz that are still on the way count too.
    for (let tries = 0; tries < 20; tries++) {
      const legId = `call-${tries}`
      phone.sip.invite({
        legId,
        nextHop: { protocol: 'udp', remote: { address: LOOPBACK, port } },
        target: `sip:204@${LOOPBACK}:${port}`,
        from: '<sip:201@home>',
        to: '<sip:204@home>',
        sdp: offerSdp,
      })
      await until(() => answered.has(legId) || ends.has(legId), 10_000)
      if (!answered.has(legId)) continue
      phone.sip.hangup(legId)
      await until(() => ends.has(legId), 10_000)
      return ends.get(legId) === 200
    }
    return false
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
    assert.ok(await callGoesThrough(port, errors), `seed ${seed}: no call goes through`)
    const isIdle = (): boolean => Object.values(sip.load()).every((count) => count === 0)
    assert.ok(await until(isIdle, 20_000), `seed ${seed}: ${JSON.stringify(sip.load())} is left`)
    assert.deepEqual(errors, [])
  } finally {
    registrar.close()
    await sip.close()
  }
})
