/**
 * "911 passes every gate": each way in which a request could end between the socket and the carrier, tried with
 * an emergency number. What a phone itself can set right is still told to it: 400, 415, 420, 483 (RFC 3261 §8.2).
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryRows } from '../directory/directory.ts'
import { emptyRows } from '../directory/directory.ts'
import { sampleRows } from '../testing.ts'
import { openBench, sdpFrom, type Bench, type DialOptions, type Phone } from '../test-bench.ts'

const NUMBERS = ['911', '933', '988', '9911', '911;phone-context=+1'] as const
const digitsOf = (number: string): string => number.split(';', 1)[0]!.slice(-3)

type Case = {
  readonly rows?: DirectoryRows
  readonly serversMax?: number
  /** Who dials; acme201 when absent. */
  readonly user?: string
  readonly dial?: DialOptions
  prepare?(bench: Bench, phone: Phone): Promise<void> | void
}

const proven = { credentials: false } as const
const without = (rows: DirectoryRows, part: keyof DirectoryRows, sipUser: string): DirectoryRows => {
  const { extensionId } = rows.devices.find((device) => device.sipUser === sipUser)!
  const isKept = (row: object): boolean =>
    !('sipUser' in row && row.sipUser === sipUser) && !('id' in row && row.id === extensionId)
  return { ...rows, [part]: rows[part].filter(isKept) }
}
const known = (bench: Bench, phone: Phone): void => bench.sources.prove(phone.address.address, phone.user)
const onlyCarriers: DirectoryRows = { ...emptyRows, carriers: sampleRows.carriers, routes: sampleRows.routes }

const carried: Readonly<Record<string, Case>> = {
  'a phone that proves itself': {},
  'a known source without credentials': { dial: proven, prepare: known },
  'a known source with a wrong password': { rows: without(sampleRows, 'devices', 'acme201'), prepare: known },
  'a suspended customer': { user: 'late201' },
  'a terminated customer': { user: 'gone201' },
  'a locked phone at a known source': {
    rows: without(sampleRows, 'devices', 'acme201'),
    dial: proven,
    prepare: known,
  },
  'a phone whose extension was removed': { rows: without(sampleRows, 'extensions', 'acme201') },
  'a directory of carriers alone, a source remembered from before': {
    rows: onlyCarriers,
    dial: proven,
    prepare: known,
  },
  'a known source whose program is named like a scanner': {
    dial: { ...proven, agent: 'friendly-scanner' },
    prepare: known,
  },
  'a known source after a flood of wrong passwords': {
    dial: proven,
    async prepare(bench, phone) {
      known(bench, phone)
      const attacker = await bench.phone('guess', phone.address.address, 6666)
      for (let i = 0; i < 600; i++) attacker.dial('18005550000')
      await bench.pass(500)
    },
  },
  'charging away': { prepare: (bench) => void (bench.charging.isAway = true) },
  'no credit': { prepare: (bench) => void (bench.charging.refusal = 'ledger.no_credit') },
  'all paid calls of the customer in use': {
    prepare: (bench) => void (bench.charging.refusal = 'ledger.too_many_calls'),
  },
  'media away': { prepare: (bench) => void (bench.media.isAway = true) },
  'no media port left': { prepare: (bench) => void (bench.media.offerFails = 'media.no_ports') },
  'a codec that media does not know': { prepare: (bench) => void (bench.media.offerFails = 'media.no_codec') },
  'an SDP that media cannot read': { prepare: (bench) => void (bench.media.offerFails = 'media.bad_sdp') },
  'media that fails at the answer': { prepare: (bench) => void (bench.media.answerFails = 'media.no_codec') },
  'media with a bug': { prepare: (bench) => void (bench.media.answerFails = 'thrown') },
  'a full disk': { prepare: (bench) => void (bench.disk.isFull = true) },
  'an INVITE without SDP': { dial: { withoutSdp: true } },
  'an INVITE without SDP, media away': {
    dial: { withoutSdp: true },
    prepare: (bench) => void (bench.media.isAway = true),
  },
  'a full table of requests': {
    serversMax: 1,
    async prepare(bench, phone) {
      const bob = await bench.phone('acme202', '192.0.2.2')
      bob.dial('18005550000')
      known(bench, phone)
      await bench.pass(300)
    },
    dial: proven,
  },
}

for (const [name, one] of Object.entries(carried)) {
  test(`R79 911, 933 and 988 are carried: ${name}`, async () => {
    const { serversMax, rows = sampleRows, user = 'acme201' } = one
    const bench = await openBench(rows, serversMax === undefined ? {} : { serversMax })
    const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
    const phone = await bench.phone(user, '192.0.2.1')
    await one.prepare?.(bench, phone)
    for (const number of NUMBERS) {
      const leg = phone.dial(number, one.dial)
      await bench.pass(400)
      assert.equal(phone.diary.at(-1), 'answered', `${number}: ${phone.diary.join()}`)
      assert.equal(centre.lastInvite?.uri, `sip:${digitsOf(number)}@127.0.0.1:7003`)
      phone.sip.hangup(leg)
      await bench.pass(300)
      assert.equal(centre.diary.at(-1), 'ended 200 remote')
    }
    assert.ok(
      bench
        .house()
        .liveCalls()
        .every((call) => call.class !== 'emergency'),
    )
  })
}

const challenged: Readonly<Record<string, Case>> = {
  'without a word about itself': { dial: proven },
  'with credentials of nobody': {},
  'that calls itself a scanner': { dial: { ...proven, agent: 'friendly-scanner' } },
  'after a flood from its address': {
    dial: { ...proven, agent: 'sipvicious' },
    async prepare(bench, phone) {
      const attacker = await bench.phone('guess', phone.address.address, 6666)
      for (let i = 0; i < 200; i++) attacker.dial('18005550000')
      await bench.pass(500)
      const answered = attacker.diary.length
      attacker.dial('18005550000')
      await bench.pass(500)
      assert.equal(attacker.diary.length, answered, 'the flood gets silence by now')
    },
  },
}

for (const [name, one] of Object.entries(challenged)) {
  test(`R79 911, 933 and 988 are challenged, never met with silence: a stranger ${name}`, async () => {
    const bench = await openBench(sampleRows)
    const stranger = await bench.phone('nobody', '203.0.113.5')
    await one.prepare?.(bench, stranger)
    for (const number of NUMBERS) {
      stranger.dial(number, one.dial)
      await bench.pass(300)
      assert.equal(stranger.diary.pop(), 'ended 401 remote', number)
    }
    assert.deepEqual(bench.cdrs(), [])
  })
}

test('R79 a 911 call of nobody leaves a record without customer and account, answered or not', async () => {
  const routes = onlyCarriers.routes.filter((route) => route.kind === 'emergency')
  const bench = await openBench({ ...onlyCarriers, routes })
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const phone = await bench.phone('former201', '192.0.2.1')
  known(bench, phone)
  const leg = phone.dial('911', proven)
  await bench.pass(5000)
  phone.sip.hangup(leg)
  await bench.pass(300)
  centre.behaviour = 'busy'
  phone.dial('988', proven)
  await bench.pass(300)
  assert.deepEqual(
    bench
      .cdrs()
      .map((cdr) => [cdr.tenantId, cdr.accountId, cdr.class, cdr.from, cdr.to, cdr.hangupCause, cdr.reserved]),
    [
      ['', undefined, 'emergency', 'former201', '911', 'normal', false],
      ['', undefined, 'emergency', 'former201', '988', 'busy', false],
    ],
  )
})

test('R79 with media that fails at the answer, each side is told where the other one is', async () => {
  const bench = await openBench(sampleRows)
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const ann = await bench.phone('acme201', '192.0.2.1')
  bench.media.answerFails = 'media.unavailable'
  const leg = ann.dial('911')
  await bench.pass(500)
  assert.match(ann.heard.get(leg) ?? '', /s=-\r\nc=IN IP4 127\.0\.0\.1/)
  assert.equal(centre.diary.at(-1), 'reinvite')
  assert.match(centre.heard.get(centre.lastLeg) ?? '', /s=-\r\nc=IN IP4 192\.0\.2\.1/)
})

test('R79 the media process of a 911 call is lost: both sides are told of each other and talk on', async () => {
  const bench = await openBench(sampleRows)
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const ann = await bench.phone('acme201', '192.0.2.1')
  const leg = ann.dial('911')
  await bench.pass(1000)
  bench.media.isAway = true
  bench.house().onMediaLost(
    bench
      .house()
      .liveCalls()
      .map((call) => call.callId),
  )
  await bench.pass(500)
  assert.match(ann.heard.get(leg) ?? '', /s=-\r\nc=IN IP4 127\.0\.0\.1/)
  assert.match(centre.heard.get(centre.lastLeg) ?? '', /s=-\r\nc=IN IP4 192\.0\.2\.1/)
  const held = 'v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n'
  ann.sip.reinvite(leg, held)
  await bench.pass(500)
  assert.match(centre.heard.get(centre.lastLeg) ?? '', /sendonly/)
  assert.equal(ann.diary.at(-1), 'reinvite done 200')
  assert.equal(bench.house().liveCalls().length, 1)
})

test('R79 without media, an INVITE without SDP: the centre learns the address that the ACK brings', async () => {
  const bench = await openBench(sampleRows)
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const ann = await bench.phone('acme201', '192.0.2.1')
  bench.media.isAway = true
  const leg = ann.dial('911', { withoutSdp: true })
  await bench.pass(300)
  ann.sip.acknowledge(
    leg,
    'v=0\r\no=- 7 7 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 7400 RTP/AVP 0\r\n',
  )
  await bench.pass(300)
  assert.match(centre.heard.get(centre.lastLeg) ?? '', /c=IN IP4 192\.0\.2\.1\r\nt=0 0\r\nm=audio 7400/)
})

test('R79 a crash between the answer of a 911 call and its way to the disk loses neither', async () => {
  for (const isAnswered of [true, false]) {
    const bench = await openBench(sampleRows)
    const centre = await bench.peer({ address: '127.0.0.1', port: 7003 }, 'ring')
    const ann = await bench.phone('acme201', '192.0.2.1')
    const leg = ann.dial('911')
    await bench.pass(500)
    // From here on the disk is slower than the switch is alive.
    bench.disk.delayMs = 5000
    const before = bench.clock.now()
    if (isAnswered) centre.sip.answer(centre.lastLeg, 200, { sdp: sdpFrom(centre.address.address) })
    await bench.pass(100)
    assert.equal(ann.heard.has(leg), isAnswered, 'the answer waits for no disk')
    const crashedAt = bench.clock.now()
    await bench.crash()
    // Nor had the journal a moment to note the call.
    bench.disk.journal.length = 0
    bench.disk.delayMs = 2
    await bench.pass(1000)
    await bench.restart()
    await bench.pass(500)
    const [cdr, ...more] = bench.cdrs()
    assert.deepEqual([cdr?.to, cdr?.hangupCause, cdr?.estimated, more], ['911', 'signal_restart', true, []])
    assert.ok(cdr)
    const { answeredAt, endedAt } = cdr
    assert.equal(answeredAt !== undefined, isAnswered)
    if (answeredAt !== undefined) assert.ok(answeredAt >= before && answeredAt <= endedAt && endedAt <= crashedAt)
  }
})
