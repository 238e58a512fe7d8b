/** Broken messages inside a call: the peer itself is hostile, knows every tag, and still harms nobody else. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, systemClock } from '../../base/index.ts'
import { createMutator } from './mutate.ts'
import { answerSdp, createBench, inviteTo, offerSdp, rawPeer, type TestPeer } from './testing.ts'

const CALLS = 40
const MESSAGES = 150

test('a peer that breaks every message of its own call ends that call at most', async (context) => {
  const seed = systemClock().now() % 1_000_000
  context.diagnostic(`seed ${seed}`)
  const bench = createBench(seed)
  const { clock } = bench
  const errors: string[] = []
  const log = createLog({ clock, process: 'fuzz', level: 'error', write: (line) => void errors.push(line) })
  const a = await bench.peer('192.0.2.1', 5060, { log })
  const good = await bench.peer('192.0.2.3')
  const ended = new Set<string>()
  a.events.onEnded = (legId) => void ended.add(legId)
  a.events.onInvite = ({ legId }) => a.sip.hangup(legId, { status: 486 })
  a.events.onReinvite = (legId) => a.sip.answerReinvite(legId, 200, offerSdp)
  a.sip.invite(inviteTo(good, 'good'))
  clock.advance(50)
  good.sip.answer(good.lastLeg, 200, { sdp: answerSdp })
  clock.advance(50)
  const raw = await rawPeer(bench, '192.0.2.7')
  for (let call = 0; call < CALLS; call++) {
    const legId = `bad${call}`
    a.sip.invite(inviteTo({ address: raw.address } as TestPeer, legId))
    clock.advance(50)
    const invite = raw.heard.at(-1)!
    const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(invite)![1]!.trim()
    const inDialog = (method: string, more = '', body = ''): string =>
      `${method} sip:201@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK${method}${call}\r\n` +
      `From: ${header('To')};tag=raw\r\nTo: ${header('From')}\r\nCall-ID: ${header('Call-ID')}\r\n` +
      `CSeq: 7 ${method}\r\nContact: <sip:raw@192.0.2.7>\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`
    const answer = (status: number): string =>
      `SIP/2.0 ${status} Raw\r\nVia: ${header('Via')}\r\nFrom: ${header('From')}\r\nTo: ${header('To')};tag=raw\r\n` +
      `Call-ID: ${header('Call-ID')}\r\nCSeq: ${header('CSeq')}\r\nContact: <sip:raw@192.0.2.7>\r\n` +
      `Content-Type: application/sdp\r\nContent-Length: ${answerSdp.length}\r\n\r\n${answerSdp}`
    const type = 'Content-Type: application/sdp\r\n'
    const requests = ['INFO', 'OPTIONS', 'ACK', 'UPDATE', 'PRACK', 'NOTIFY', 'CANCEL'].map((method) => inDialog(method))
    const offers = [inDialog('INVITE', type, offerSdp), inDialog('INVITE'), inDialog('BYE')]
    const mutator = createMutator(seed + call, [answer(180), answer(200), ...requests, ...offers])
    for (let count = 0; count < MESSAGES; count++) {
      raw.send(mutator.next().toString('latin1'), a.address)
      clock.advance(5)
      if (count === MESSAGES / 2) a.sip.reinvite(legId, offerSdp.replace('4000', '4002'))
    }
    a.sip.hangup(legId)
    clock.advance(100)
  }
  clock.advance(200_000)
  assert.deepEqual(errors, [], `seed ${seed}`)
  for (let call = 0; call < CALLS; call++) assert.ok(ended.has(`bad${call}`), `seed ${seed}: call ${call}`)
  assert.ok(a.sip.size() === 1 && !ended.has('good'), `seed ${seed}: the good call is still up`)
  good.sip.hangup(good.lastLeg)
  clock.advance(70_000)
  assert.deepEqual(a.sip.load(), { legs: 0, clients: 0, servers: 0, timers: 0 }, `seed ${seed}`)
})
