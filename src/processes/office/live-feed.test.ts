import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { newId, silentLog, systemClock } from '../../base/index.ts'
import { createLocalBusNetwork } from '../../platform/bus/index.ts'
import { permissionsOf, type Caller } from '../../platform/identity/index.ts'
import { callRated } from '../../company/ledger/index.ts'
import { callChanged, endLiveCall } from '../../company/switch/index.ts'
import type { Brands } from './brands.ts'
import { openLiveFeed } from './live-feed.ts'
import { liveCallOf } from './test-company.ts'
import { withOffice, type Person, type TestOffice } from './testing.ts'

type Stream = { readonly events: () => string[]; close(): Promise<void> }

/** Reads a stream of events until it is closed. */
async function watch(ask: TestOffice['ask'], who: Person): Promise<Stream> {
  const answer = await ask(who, 'GET', '/api/v1/live')
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  const reader = answer.body!.getReader()
  let text = ''
  const reading = (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += Buffer.from(next.value).toString()
  })()
  return {
    events: () => [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name, data]) => `${name} ${data}`),
    async close() {
      await reader.cancel()
      await reading
    },
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !isSo(); tries++)
    await new Promise<void>((resolve) => void setTimeout(resolve, 10))
}

test('calls as they happen', async (suite) => {
  await withTestDatabase(async ({ openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async ({ ask, people, tree, persons, signal, charge, live }) => {
      const names = [
        'provider_noc@nw',
        'partner_admin@maple',
        'customer_admin@acme',
        'customer_admin@cedar',
        'ada@acme',
        'bob@acme',
      ]
      const streams = new Map<string, Stream>()
      for (const name of names) streams.set(name, await watch(ask, people.get(name)!))
      const whoSaw = (text: string) =>
        names.filter((name) =>
          streams
            .get(name)!
            .events()
            .some((event) => event.includes(text)),
        )
      const { acme, cedar } = tree

      await suite.test('each one sees the calls of his own tenants, a phone user his own', async () => {
        signal.publish(callChanged, liveCallOf([acme.tenantId], 'callada', [persons.ada]))
        signal.publish(callChanged, liveCallOf([cedar.tenantId], 'callcedar'))
        signal.publish(callChanged, liveCallOf([acme.tenantId, cedar.tenantId], 'callboth', [persons.bob]))
        signal.publish(callChanged, liveCallOf([], 'callnobody'))
        await until(() => whoSaw('callboth').length === 5 && whoSaw('callnobody').length > 0)
        assert.deepEqual(whoSaw('callnobody'), ['provider_noc@nw'])
        assert.deepEqual(whoSaw('callada'), [
          'provider_noc@nw',
          'partner_admin@maple',
          'customer_admin@acme',
          'ada@acme',
        ])
        assert.deepEqual(whoSaw('callcedar'), ['provider_noc@nw', 'customer_admin@cedar'])
        assert.deepEqual(whoSaw('callboth'), [
          'provider_noc@nw',
          'partner_admin@maple',
          'customer_admin@acme',
          'customer_admin@cedar',
          'bob@acme',
        ])
      })

      await suite.test('what a call costs is shown to those whose call it is alone', async () => {
        const eventOf = (name: string, mark: string) =>
          JSON.parse(
            streams
              .get(name)!
              .events()
              .find((one) => one.includes(mark))!
              .replace(/^call /, ''),
          ) as {
            reservedMicros: string | null
          }
        assert.equal(eventOf('customer_admin@acme', 'callada').reservedMicros, '60000')
        assert.equal(eventOf('customer_admin@acme', 'callboth').reservedMicros, null)
        assert.equal(eventOf('ada@acme', 'callada').reservedMicros, null)
      })

      await suite.test('a charge reaches the customer and the person whose call it was', async () => {
        const cdrId = '01900000-0000-7000-8000-000000000001'
        const rated = { cdrId, tenantId: acme.tenantId, personId: persons.ada, chargeMicros: 1n, currency: 'CAD' }
        charge.publish(callRated, rated)
        await until(() => whoSaw(cdrId).length === 4)
        assert.deepEqual(whoSaw(cdrId), ['provider_noc@nw', 'partner_admin@maple', 'customer_admin@acme', 'ada@acme'])
      })

      await suite.test('only a call that one sees can be ended', async () => {
        const ended: string[] = []
        signal.serve(endLiveCall, ({ callId }) => (ended.push(callId), true))
        live.calls.push(liveCallOf([acme.tenantId], 'callacme'))
        const end = (name: string) => ask(people.get(name), 'DELETE', '/api/v1/live-calls/callacme')
        assert.equal((await end('customer_admin@cedar')).status, 404)
        assert.deepEqual(ended, [])
        assert.equal((await end('customer_admin@acme')).status, 204)
        assert.deepEqual(ended, ['callacme'])
      })

      await suite.test('the switch away is said, not hidden', async () => {
        await signal.close()
        const answer = await ask(people.get('customer_admin@acme'), 'GET', '/api/v1/live-calls')
        assert.equal(answer.status, 503)
        const devices = await ask(people.get('customer_admin@acme'), 'GET', '/api/v1/devices')
        assert.equal(devices.status, 200)
      })
      for (const stream of streams.values()) await stream.close()
    })
  })
})

test('whoever makes keys at will cannot take the places of all other tenants', async () => {
  const clock = systemClock()
  const bus = await createLocalBusNetwork().join({ name: 'office', clock, log: silentLog })
  const feed = openLiveFeed({ bus, brands: {} as Brands, log: silentLog })
  const keyOf = (tenantId: string): Caller => ({
    tenantPath: 'nw/x/',
    tenantId,
    role: 'customer_admin',
    loginId: undefined,
    apiKeyId: newId(clock),
    sessionId: undefined,
    personId: undefined,
    name: 'a key',
    zone: 'UTC',
    locale: 'en-CA',
    permissions: permissionsOf('customer_admin'),
  })
  const [greedy, other] = [newId(clock), newId(clock)]
  let taken = 0
  for (let n = 0; n < 2500; n++) {
    const caller = keyOf(greedy)
    if (!feed.hasRoom(caller)) break
    feed.watch({ caller, emit: () => {}, end: () => {} })
    taken++
  }
  assert.equal(taken, 500)
  assert.ok(feed.hasRoom(keyOf(other)))
  feed.close()
  await bus.close()
})
