/** The death of `signal` in the middle of conversations: the next one carries them on, and the money stays exact. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../../base/index.ts'
import { openJournal, type KeptCall } from './journal.ts'
import { sampleRows } from '../testing.ts'
import { openBench, type Bench, type Peer, type Phone } from '../test-bench.ts'

const CARRIER = { address: '127.0.0.1', port: 7001 }

async function talking(grantSeconds = 3600): Promise<{ bench: Bench; ann: Phone; carrier: Peer; leg: string }> {
  const bench = await openBench(sampleRows, { session: { seconds: 100, minSeconds: 90 } })
  bench.charging.grantSeconds = grantSeconds
  const ann = await bench.phone('acme201', '192.0.2.1')
  assert.equal(await ann.register(), 200)
  const carrier = await bench.peer(CARRIER)
  const leg = ann.dial('12125550100')
  await bench.pass(10_000)
  return { bench, ann, carrier, leg }
}

async function die(bench: Bench, downMs: number): Promise<void> {
  await bench.crash()
  await bench.pass(downMs)
  await bench.restart()
}

for (const who of ['caller', 'callee'] as const) {
  test(`a conversation outlives signal; the ${who} ends it, and its length is that of the conversation`, async () => {
    const { bench, ann, carrier, leg } = await talking()
    await die(bench, 3000)
    const [call] = bench.house().liveCalls()
    assert.equal(call?.state, 'talking')
    assert.deepEqual([ann.ends.size, carrier.ends.size], [0, 0])
    await bench.pass(20_000)
    if (who === 'caller') ann.sip.hangup(leg)
    else carrier.sip.hangup(carrier.lastLeg)
    await bench.pass(500)
    assert.deepEqual([ann.ends.get(leg)?.by, carrier.ends.size], [who === 'caller' ? 'local' : 'remote', 1])
    const [cdr, ...more] = bench.cdrs()
    assert.deepEqual([cdr?.hangupCause, cdr?.estimated, cdr?.reserved, more], ['normal', false, true, []])
    const talkedMs = cdr!.endedAt - cdr!.answeredAt!
    assert.ok(talkedMs > 32_900 && talkedMs < 33_300, `${talkedMs} ms`)
    assert.deepEqual([bench.house().liveCalls(), bench.media.calls.size], [[], 0])
  })
}

test('a BYE that comes while signal is away is answered when it is back', async () => {
  const { bench, ann, leg, carrier } = await talking()
  await bench.crash()
  ann.sip.hangup(leg)
  await bench.pass(2000)
  await bench.restart()
  await bench.pass(4000)
  assert.deepEqual([ann.ends.get(leg)?.status, carrier.ends.size], [200, 1])
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.hangupCause, 'normal')
})

test('the grant goes on: more is asked for in time, and its end is a hard stop', async () => {
  const { bench, ann, leg } = await talking(100)
  await die(bench, 1000)
  bench.charging.grantSeconds = 160
  bench.charging.isFinal = true
  await bench.pass(75_000)
  assert.deepEqual(bench.charging.extended, [80])
  await bench.pass(60_000)
  assert.equal(ann.ends.get(leg), undefined)
  await die(bench, 1000)
  await bench.pass(30_000)
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.hangupCause, 'grant_exhausted')
  assert.ok(Math.abs(cdr.endedAt - cdr.answeredAt! - 160_000) <= 50, `${cdr.endedAt - cdr.answeredAt!} ms`)
})

test('session timers, hold and digits go on after two deaths', async () => {
  const { bench, ann, carrier, leg } = await talking()
  await die(bench, 500)
  await bench.pass(200_000)
  await die(bench, 500)
  await bench.pass(200_000)
  assert.equal(bench.house().liveCalls().length, 1, 'refreshed on both sides')
  ann.sip.reinvite(leg, 'v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n')
  await bench.pass(300)
  assert.match(carrier.heard.get(carrier.lastLeg) ?? '', /sendonly/)
  ann.sip.request(leg, 'INFO', { body: 'Signal=5' })
  await bench.pass(300)
  assert.equal(carrier.diary.at(-1), 'info')
  ann.sip.hangup(leg)
  await bench.pass(500)
  assert.equal(bench.cdrs()[0]?.hangupCause, 'normal')
})

test('setting the clock of the machine while signal is away makes no call longer', async () => {
  const { bench, ann, leg } = await talking()
  await bench.crash()
  bench.clock.setWall(3_600_000)
  await bench.pass(1000)
  await bench.restart()
  await bench.pass(5000)
  ann.sip.hangup(leg)
  await bench.pass(500)
  const [cdr] = bench.cdrs()
  const talkedMs = cdr!.endedAt - cdr!.answeredAt!
  assert.ok(talkedMs > 15_900 && talkedMs < 16_300, `${talkedMs} ms`)
})

test('an ordered restart keeps every conversation, and ends what rings too long', async () => {
  const { bench, ann, carrier, leg } = await talking()
  carrier.behaviour = 'ring'
  const ringing = ann.dial('12125550101')
  await bench.pass(500)
  const handed = bench.house().close('for a restart')
  await bench.pass(500)
  assert.equal(ann.ends.size, 0, 'the phone may still be answered')
  await bench.pass(10_500)
  await handed
  await bench.crash()
  await bench.restart()
  assert.deepEqual([ann.ends.get(ringing)?.status, ann.ends.has(leg)], [503, false])
  await bench.pass(1000)
  ann.sip.hangup(leg)
  await bench.pass(500)
  const causes = bench.cdrs().map((cdr) => cdr.hangupCause)
  assert.deepEqual(causes.toSorted(), ['normal', 'shutdown'])
})

test('the journal on disk reads back as it was, money included, and holds nothing of calls that are over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-journal-'))
  try {
    const path = join(folder, 'calls.jsonl')
    const { bench } = await talking()
    const kept = JSON.parse(bench.disk.journal.at(-1)!) as { kept: KeptCall }
    const one = { ...kept.kept, call: { ...kept.kept.call, id: 'one' } }
    const journal = await openJournal(path, silentLog)
    journal.keep(one)
    journal.keep({ ...one, call: { ...one.call, id: 'two' } })
    journal.drop('two')
    await journal.close()
    assert.equal(statSync(path).mode & 0o777, 0o600)
    // A crash in the middle of a line spoils that line only.
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"kind":"over","id":"o`)
    const next = await openJournal(path, silentLog)
    assert.deepEqual([...next.left.keys()], ['one'])
    const [record] = next.left.get('one')!.call.records
    assert.equal(record?.grant?.reservedMicros, 1_000_000n)
    assert.equal(readFileSync(path, 'utf8').trimEnd().split('\n').length, 1, 'written anew')
    assert.ok(readFileSync(path, 'utf8').length < 6000, 'a call is compact')
    assert.doesNotMatch(readFileSync(path, 'utf8'), /secret of/)
    next.attach(() => [])
    await next.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
