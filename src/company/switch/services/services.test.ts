/** Menus, mailboxes, rooms and groups: what their callers hear, whom they reach, and who pays. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServicesPort } from '../calls/execution.ts'
import type { DirectoryRows } from '../directory/directory.ts'
import { openBench, sdpFrom, type Bench, type Peer, type Phone } from '../test-bench.ts'
import { forwarding, sampleRows } from '../testing.ts'
import type { MenuService, Question, Reply, Service } from './service.ts'

const menu: MenuService = {
  kind: 'menu',
  greeting: ['audio/welcome'],
  keys: { '1': { dial: '202' }, '2': { dial: '2125550177' }, '9': 'again', '0': 'hangUp' },
  dialsExtensions: true,
  waitSeconds: 5,
  tries: 3,
  otherwise: { dial: '202' },
}

/** The sample company where extension 203, that two numbers of acme's lead to, is a service. */
function serving(service: Service, rows: DirectoryRows = sampleRows): DirectoryRows {
  const extensions = rows.extensions.map((row) => (row.id === 'acme-203' ? { ...row, service } : row))
  const numbers = rows.numbers.map((row) => ({
    ...row,
    emergencyAddressActive: true,
    extensionId: row.kind === 'tollfree' ? 'acme-203' : row.extensionId,
  }))
  return { ...rows, extensions, numbers }
}

type Stage = {
  readonly bench: Bench
  readonly ann: Phone
  readonly bob: Phone
  readonly beta: Phone
  readonly carrier: Peer
  /** A call that came through the carrier. */
  ring(number: string): Promise<string>
  press(digit: string): Promise<void>
  /** What is being said is over. */
  said(): Promise<void>
}

async function openStage(rows: DirectoryRows, services?: ServicesPort): Promise<Stage> {
  const bench = await openBench(rows, services ? { services } : {})
  const [ann, bob, beta] = [
    await bench.phone('acme201', '192.0.2.1'),
    await bench.phone('acme202', '192.0.2.2'),
    await bench.phone('beta201', '192.0.2.3'),
  ]
  for (const phone of [ann, bob, beta]) assert.equal(await phone.register(), 200)
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  /** The call and the leg that keys are collected from. */
  const served = (): { callId: string; legId: string } => {
    const [, , callId = '', legId = ''] = bench.media.acts
      .findLast((line) => line.startsWith('collect true'))!
      .split(' ')
    return { callId, legId }
  }
  let rung = 0
  return {
    bench,
    ann,
    bob,
    beta,
    carrier,
    async ring(number) {
      const legId = `in-${++rung}`
      carrier.sip.invite({
        legId,
        nextHop: { protocol: 'udp', remote: { address: '198.51.100.1', port: 5060 } },
        target: `sip:${number}@198.51.100.1`,
        from: '<sip:+12125550100@127.0.0.1>',
        to: `<sip:${number}@198.51.100.1>`,
        sdp: sdpFrom('127.0.0.1'),
      })
      await bench.pass(300)
      return legId
    },
    async press(digit) {
      bench.house().onMedia({ kind: 'digit', ...served(), digit })
      await bench.pass(3000)
    },
    async said() {
      bench.house().onMedia({ kind: 'playDone', ...served(), prompt: '' })
      await bench.pass(100)
    },
  }
}

/** Who was told of what, as lines. */
const told = (bench: Bench): string[] =>
  bench
    .cdrs()
    .map(
      (cdr) =>
        `${cdr.tenantId} ${cdr.direction} ${cdr.from}>${cdr.to} ${cdr.reserved ? 'paid' : 'free'} ${cdr.hangupCause}`,
    )
    .toSorted()

test('a key of the menu leads to a colleague: the caller hears ringing, then him, and nobody pays', async () => {
  const { bench, carrier, bob, ring, press } = await openStage(serving(menu))
  const legId = await ring('14165550103')
  assert.ok(carrier.heard.has(legId), 'the menu answers')
  assert.deepEqual(bench.media.played, ['audio/welcome'])
  await press('1')
  assert.ok(bench.media.played.includes('tone/ringback'))
  assert.ok(bob.diary.includes('invite'))
  assert.ok(carrier.diary.includes('reinvite'), 'the caller is told where to speak')
  assert.equal(bench.changes.at(-1)?.state, 'talking')
  bob.sip.hangup(bob.lastLeg)
  await bench.pass(1000)
  assert.equal(bench.house().liveCalls().length, 0)
  assert.deepEqual(told(bench), [
    'acme inbound +12125550100>+14165550103 free normal',
    'acme internal 203>202 free normal',
  ])
})

test('a menu that sends callers outside pays for that leg, and for no other', async () => {
  const { bench, ring, press } = await openStage(serving(menu))
  await ring('14165550103')
  await press('2')
  assert.equal(bench.changes.at(-1)?.state, 'talking')
  assert.equal(bench.charging.confirmed.length, 1)
})

test('a toll-free menu is paid for from its first word on', async () => {
  const { bench, carrier, ring } = await openStage(serving(menu))
  const legId = await ring('18005550199')
  assert.ok(carrier.heard.has(legId))
  assert.equal(bench.charging.confirmed.length, 1)
  carrier.sip.hangup(legId)
  await bench.pass(1000)
  assert.deepEqual(told(bench), ['acme inbound +12125550100>+18005550199 paid normal'])
})

test('where nobody answers the menu speaks again, and its last word is the operator', async () => {
  const { bench, bob, ring, press, said } = await openStage(serving(menu))
  bob.behaviour = 'busy'
  await ring('14165550103')
  await press('1')
  assert.deepEqual(bench.media.played.slice(-2), ['option_unavailable', 'audio/welcome'])
  bob.behaviour = 'answer'
  await said()
  await bench.pass(5200)
  await said()
  await bench.pass(5200)
  assert.equal(bench.changes.at(-1)?.state, 'talking', 'without a key the operator is dialled in the end')
})

test('an extension is dialled at once; a code that nobody has is said to be none', async () => {
  const { bench, bob, ring, press } = await openStage(serving(menu))
  await ring('14165550103')
  await press('7')
  assert.deepEqual(bench.media.played.slice(-2), ['option_unknown', 'audio/welcome'])
  for (const digit of ['2', '0', '2']) bench.house().onMedia({ kind: 'digit', ...servedOf(bench), digit })
  await bench.pass(3000)
  assert.ok(bob.diary.includes('invite'))
})

function servedOf(bench: Bench): { callId: string; legId: string } {
  const [, , callId = '', legId = ''] = bench.media.acts.findLast((line) => line.startsWith('collect true'))!.split(' ')
  return { callId, legId }
}

/** An office that knows messages. */
function office(
  replies: (question: Question) => Reply,
): ServicesPort & { readonly kept: string[]; readonly asked: string[] } {
  const kept: string[] = []
  const asked: string[] = []
  return {
    kept,
    asked,
    nameRecording: ({ extensionId }) => `message_${extensionId}`,
    onRecorded: ({ recordingId, spokenMs, end }, call) =>
      void kept.push(`${recordingId} ${spokenMs} ${end} ${call?.caller.number ?? 'gone'}`),
    ask(question) {
      asked.push(question.kind)
      return Promise.resolve(replies(question))
    },
  }
}

test('who is not there has a mailbox: greeting, tone, message, and the key that ends it', async () => {
  const port = office(() => ({ kind: 'unavailable' }))
  const rows = forwarding('acme-202', { noAnswer: '*98', afterSeconds: 10 })
  const { bench, ann, bob, press, said } = await openStage(rows, port)
  bob.behaviour = 'ring'
  const legId = ann.dial('202')
  await bench.pass(10_800)
  assert.ok(ann.heard.has(legId), 'the mailbox answers')
  assert.deepEqual(bench.media.played, ['mailbox_greeting', 'tone/record'])
  await said()
  assert.ok(bench.media.acts.includes('record message_acme-202'))
  await press('#')
  assert.ok(bench.media.acts.includes('stop recording'))
  const { callId } = servedOf(bench)
  const ready = { recordingId: 'message_acme-202', path: '/x.wav', durationMs: 4000, spokenMs: 3000, fault: undefined }
  bench.house().onMedia({ kind: 'recordingReady', callId, ...ready, end: 'stopped' })
  await bench.pass(100)
  assert.deepEqual(port.kept, ['message_acme-202 3000 stopped 201'])
  assert.equal(bench.media.played.at(-1), 'message_kept')
  await said()
  assert.ok(ann.diary.includes('ended 200 remote'), ann.diary.join('\n'))
})

test('the owner hears new messages first, deletes one, and is told when there are no more', async () => {
  const messages = [
    { id: 'm1', audio: 'message/m1', isNew: false },
    { id: 'm2', audio: 'message/m2', isNew: true },
  ]
  const port = office((question) => (question.kind === 'messages' ? { kind: 'messages', messages } : { kind: 'done' }))
  const { bench, bob, press, said } = await openStage(sampleRows, port)
  bob.dial('*97')
  await bench.pass(500)
  assert.deepEqual(bench.media.played, ['message_new', 'message/m2', 'message_keys'])
  await press('7')
  assert.deepEqual(bench.media.played.slice(3), ['message_old', 'message/m1', 'message_keys'])
  await press('#')
  assert.deepEqual(port.asked, ['messages', 'delete', 'heard'])
  assert.equal(bench.media.played.at(-1), 'no_more_messages')
  await said()
  assert.equal(bench.house().liveCalls().length, 0)
})

test('a conference opens to its PIN, and to nobody who guesses', async () => {
  const service = { kind: 'conference', pin: '4711' } as const
  const { bench, ring, press, said } = await openStage(serving(service))
  await ring('14165550103')
  for (const digit of '1234') await press(digit)
  assert.deepEqual(bench.media.played, ['enter_pin', 'pin_wrong', 'enter_pin'])
  for (const digit of '4711') await press(digit)
  await said()
  assert.ok(bench.media.acts.includes('join acme-203 all'))
  await press('*')
  assert.ok(bench.media.acts.includes('join acme-203 none'), 'muted by his own key')
})

test('a group rings its members one after the other, and goes on to its mailbox', async () => {
  const memberIds = ['acme-201', 'acme-202']
  const group = { kind: 'group', memberIds, strategy: 'inOrder', ringSeconds: 8 } as const
  const port = office(() => ({ kind: 'done' }))
  const rows = serving(group, forwarding('acme-203', { noAnswer: '*98201' }))
  const { bench, ann, bob, ring } = await openStage(rows, port)
  ann.behaviour = 'ring'
  bob.behaviour = 'ring'
  await ring('14165550103')
  assert.ok(ann.diary.includes('invite') && !bob.diary.includes('invite'))
  await bench.pass(8200)
  assert.ok(bob.diary.includes('invite'))
  assert.equal(ann.ends.get(ann.lastLeg)?.status, 487)
  await bench.pass(8500)
  assert.deepEqual(bench.media.played, ['mailbox_greeting', 'tone/record'])
})

test('a caller who hangs up in a menu, or while somebody rings for him, leaves nothing behind', async () => {
  const { bench, carrier, bob, ring, press } = await openStage(serving(menu))
  bob.behaviour = 'ring'
  const first = await ring('14165550103')
  carrier.sip.hangup(first)
  await bench.pass(500)
  const second = await ring('14165550103')
  await press('1')
  carrier.sip.hangup(second)
  await bench.pass(1000)
  assert.equal(bob.ends.get(bob.lastLeg)?.status, 487)
  assert.equal(bench.house().liveCalls().length, 0)
  assert.equal(bench.media.calls.size, 0)
})
