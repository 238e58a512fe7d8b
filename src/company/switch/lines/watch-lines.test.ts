import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SipMessage } from '../../../network/sip/index.ts'
import { HOUSE, openBench, type Bench, type Phone } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

type Watcher = {
  /** Sends SUBSCRIBE, first or again; the answer. */
  subscribe(options?: { expires?: string; event?: string; accept?: string; tag?: string }): Promise<SipMessage>
  /** What came since the last look. */
  news(): string[]
}

/** A subscription of a phone to a line, with the dialog that it has by RFC 6665. */
function watcherOf(bench: Bench, phone: Phone, line: string, callId = `watch-${line}`): Watcher {
  const own = `<sip:${phone.user}@${HOUSE.address}>`
  let [cseq, toTag, seen] = [0, '', 0]
  return {
    async subscribe({ expires = '600', event = 'dialog', accept, tag = toTag } = {}) {
      let answer: SipMessage | undefined
      phone.sip.send(
        {
          nextHop: { protocol: 'udp', remote: HOUSE },
          method: 'SUBSCRIBE',
          target: `sip:${line}@${HOUSE.address}`,
          from: own,
          fromTag: 'watcher',
          to: `<sip:${line}@${HOUSE.address}>${tag === '' ? '' : `;tag=${tag}`}`,
          callId,
          cseq: cseq + 1,
          contactParams: '',
          headers: [['Event', event], ['Expires', expires], ...(accept ? [['Accept', accept] as const] : [])],
          credentials: { user: phone.user, password: `secret of ${phone.user}`, realm: 'c0ffee' },
        },
        (outcome) => {
          cseq = outcome.cseq
          answer = outcome.response
        },
      )
      for (let waited = 0; !answer && waited < 2000; waited += 10) await bench.pass(10)
      await bench.pass(100)
      if (answer!.status < 300) toTag = answer!.to?.tag ?? ''
      return answer!
    },
    news() {
      const fresh = phone.notifies.slice(seen)
      seen = phone.notifies.length
      return fresh.map((one) => {
        const body = one.body.toString('latin1')
        const version = /version="(\d+)" state="(\w+)"/.exec(body)
        const states = [...body.matchAll(/<state>(\w+)</g)].map((match) => match[1])
        const state = one.header('Subscription-State')!.split(';')
        return [state[0], ...(state[0] === 'active' ? [] : [state[1]]), version?.[1], version?.[2], ...states].join(' ')
      })
    },
  }
}

async function openStage() {
  const bench = await openBench(sampleRows)
  const [ann, bob, beta] = [
    await bench.phone('acme201', '192.0.2.1'),
    await bench.phone('acme202', '192.0.2.2'),
    await bench.phone('beta201', '192.0.2.3'),
  ]
  for (const phone of [ann, bob, beta]) assert.equal(await phone.register(), 200)
  return { bench, ann, bob, beta }
}

test('a lamp hears at once, then of each change; versions rise by one, refreshes bring all', async () => {
  const { bench, ann, bob, beta } = await openStage()
  const watcher = watcherOf(bench, ann, '202')
  const answer = await watcher.subscribe()
  assert.equal(answer.status, 200)
  assert.equal(answer.header('Expires'), '600')
  assert.ok(answer.contact)
  assert.deepEqual(watcher.news(), ['active 0 full'])
  bob.behaviour = 'ring'
  beta.dial('4165550101')
  await bench.pass(300)
  assert.deepEqual(watcher.news(), [], 'another line is no news')
  const call = bob.dial('*43')
  await bench.pass(2000)
  bob.sip.hangup(call)
  await bench.pass(500)
  const news = watcher.news()
  assert.deepEqual(news.at(-1)?.split(' ').slice(2), ['partial', 'terminated'])
  assert.deepEqual(
    news.map((line) => Number(line.split(' ')[1])),
    news.map((_, at) => at + 1),
  )
  assert.equal((await watcher.subscribe()).status, 200)
  assert.deepEqual(watcher.news(), [`active ${news.length + 1} full`])
  assert.equal((await watcher.subscribe({ expires: '0' })).status, 200)
  assert.deepEqual(watcher.news(), [`terminated reason=timeout ${news.length + 2} full`])
  assert.equal((await watcher.subscribe()).status, 481, 'it is over')
})

test('what rings is shown so that a phone can take it: by Replaces and by *8', async () => {
  for (const way of ['replaces', 'star'] as const) {
    const { bench, ann, bob, beta } = await openStage()
    const watcher = watcherOf(bench, ann, '202')
    await watcher.subscribe()
    bob.behaviour = 'ring'
    bench.rows = {
      ...bench.rows,
      numbers: bench.rows.numbers.map((row) => (row.kind === 'tollfree' ? { ...row, extensionId: 'acme-202' } : row)),
    }
    const call = beta.dial('8005550199')
    await bench.pass(500)
    assert.match(watcher.news().at(-1) ?? '', /partial early$/)
    const info = ann.notifies.at(-1)!.body.toString('latin1')
    const named = /call-id="([^"]+)" local-tag="([^"]+)" remote-tag="([^"]+)"/.exec(info)!
    const replaces = `${named[1]};to-tag=${named[2]};from-tag=${named[3]}`
    const taken = way === 'star' ? ann.dial('*8202') : ann.dial('202', { headers: [['Replaces', replaces]] })
    await bench.pass(500)
    assert.ok(ann.heard.has(taken) && beta.heard.has(call), way)
    assert.equal(bob.ends.get(bob.lastLeg)?.status, 487)
    assert.match(info, /<identity[^>]*>sip:\+16045550101@/)
    ann.sip.hangup(taken)
    await bench.pass(500)
    assert.match(watcher.news().at(-1) ?? '', /partial terminated$/)
  }
})

test('*8 to an extension where nothing rings is no number', async () => {
  const { bench, ann } = await openStage()
  const call = ann.dial('*8202')
  await bench.pass(21_000)
  assert.equal(ann.ends.get(call)?.status, 404)
})

test('refused: strange events 489, too brief 423, wrong type 406, no line of the customer 404', async () => {
  const { bench, ann, beta } = await openStage()
  const watcher = watcherOf(bench, ann, '202')
  const strange = await watcher.subscribe({ event: 'presence' })
  assert.deepEqual([strange.status, strange.header('Allow-Events')], [489, 'dialog, message-summary, reg'])
  const brief = await watcher.subscribe({ expires: '5' })
  assert.deepEqual([brief.status, brief.header('Min-Expires')], [423, '60'])
  assert.equal((await watcher.subscribe({ accept: 'application/pidf+xml' })).status, 406)
  assert.equal((await watcherOf(bench, beta, '202').subscribe()).status, 404)
  assert.equal((await watcherOf(bench, beta, 'acme202').subscribe()).status, 404)
  assert.equal((await watcherOf(bench, ann, 'acme202', 'by-user').subscribe()).status, 200)
  assert.equal((await watcher.subscribe({ tag: 'nobody' })).status, 481)
})

test('a subscription that is not refreshed ends, and so does one whose NOTIFY is answered 481', async () => {
  const { bench, ann, bob } = await openStage()
  const watcher = watcherOf(bench, ann, '202')
  await watcher.subscribe({ expires: '60' })
  watcher.news()
  await bench.pass(61_000)
  assert.match(watcher.news()[0] ?? '', /^terminated reason=timeout/)
  const again = watcherOf(bench, ann, '202', 'again')
  await again.subscribe()
  ann.notifyStatus = 481
  const call = bob.dial('*43')
  await bench.pass(300)
  const known = ann.notifies.length
  bob.sip.hangup(call)
  await bench.pass(500)
  assert.equal(ann.notifies.length, known)
  assert.equal((await again.subscribe()).status, 481)
})

test('the lamp of the mailbox follows the counts', async () => {
  const { bench, ann } = await openStage()
  const watcher = watcherOf(bench, ann, '201')
  assert.equal((await watcher.subscribe({ event: 'message-summary' })).status, 200)
  bench.messages.set('acme-201', { fresh: 2, old: 1 })
  bench.house().onMessages('acme-201')
  await bench.pass(200)
  bench.house().onMessages('acme-201')
  await bench.pass(200)
  const bodies = ann.notifies.map((one) => one.body.toString('latin1'))
  assert.deepEqual(bodies, [
    'Messages-Waiting: no\r\nMessage-Account: sip:201@198.51.100.1\r\nVoice-Message: 0/0 (0/0)\r\n',
    'Messages-Waiting: yes\r\nMessage-Account: sip:201@198.51.100.1\r\nVoice-Message: 2/1 (0/0)\r\n',
  ])
})

test('PUBLISH is honestly not served', async () => {
  const { bench, ann } = await openStage()
  let status = 0
  const own = `<sip:${ann.user}@${HOUSE.address}>`
  const credentials = { user: ann.user, password: `secret of ${ann.user}`, realm: 'c0ffee' }
  ann.sip.send(
    {
      nextHop: { protocol: 'udp', remote: HOUSE },
      method: 'PUBLISH',
      target: `sip:201@${HOUSE.address}`,
      from: own,
      to: own,
      credentials,
    },
    (outcome) => (status = outcome.status),
  )
  await bench.pass(500)
  assert.equal(status, 405)
})

test('lamps go on over the death of signal: numbers and versions rise, and the state of after is told', async () => {
  const { bench, ann, bob } = await openStage()
  const watcher = watcherOf(bench, ann, '202')
  await watcher.subscribe()
  assert.deepEqual(watcher.news(), ['active 0 full'])
  const before = ann.notifies.at(-1)!.cseq!.number
  await bench.crash()
  await bench.restart()
  await bench.pass(6000)
  const [told, ...more] = watcher.news()
  assert.deepEqual(more, [])
  assert.match(told ?? '', /^active \d+ full$/)
  assert.ok(Number(told?.split(' ')[1]) > 0 && ann.notifies.at(-1)!.cseq!.number > before)
  await bob.register()
  bob.dial('*43')
  await bench.pass(1000)
  assert.match(watcher.news().join(), /partial/)
  assert.equal((await watcher.subscribe()).status, 200, 'it is refreshed as if nothing had been')
  assert.equal((await watcher.subscribe({ expires: '0' })).status, 200)
  watcher.news()
  await bench.crash()
  await bench.restart()
  await bench.pass(6000)
  assert.deepEqual(watcher.news(), [], 'what was ended stays ended')
})

test('who may not watch any more is not told over a restart', async () => {
  const { bench, ann } = await openStage()
  const watcher = watcherOf(bench, ann, '202')
  await watcher.subscribe()
  watcher.news()
  await bench.crash()
  bench.rows = { ...sampleRows, devices: sampleRows.devices.filter(({ sipUser }) => sipUser !== 'acme201') }
  await bench.restart()
  await bench.pass(6000)
  assert.deepEqual(watcher.news(), [])
})

test('RFC 3680 a telephone hears where it is registered, and nobody else does', async () => {
  const { bench, ann, bob } = await openStage()
  const own = watcherOf(bench, ann, 'acme201')
  assert.equal((await own.subscribe({ event: 'reg' })).status, 200)
  const bodies = (): string[] => ann.notifies.map((one) => one.body.toString('latin1'))
  assert.match(
    bodies().at(-1)!,
    /version="0" state="full"[^]*state="active"[^]*<uri>sip:acme201@192\.0\.2\.1:5060<\/uri>/,
  )
  const second = await bench.phone('acme201', '192.0.2.9')
  await second.register()
  await bench.pass(300)
  assert.match(bodies().at(-1)!, /version="1"[^]*192\.0\.2\.9/)
  await second.register(0)
  await bench.pass(300)
  assert.match(bodies().at(-1)!, /version="2"/)
  assert.ok(!bodies().at(-1)!.includes('192.0.2.9'))
  assert.equal((await watcherOf(bench, bob, 'acme201', 'nosy').subscribe({ event: 'reg' })).status, 403)
})
