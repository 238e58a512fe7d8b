/** The first minutes of a new user: the demo starts, its link shows a call, two phones of others talk for nothing. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pause, unlessInstalled } from '../peers/program.ts'
import { reservedPhones, startJourney, until, type Journey } from './journey.ts'

const skip = unlessInstalled('baresip')

type CallRow = {
  readonly callId: string
  readonly class: string
  readonly from: string
  readonly to: string
  readonly chargeMicros: string
  readonly chargeReason: string
  readonly durationSeconds: number
}

type Page = { readonly items: readonly CallRow[] }

describe('the first minutes of the demo', () => {
  let journey: Journey
  before(async () => {
    journey = await startJourney({ trickles: true })
  })
  after(() => journey?.end())

  test('F63 one command prints one line and every process answers', async () => {
    assert.equal(journey.demo.output(), `dialhouse ready ${journey.demo.url}\n`)
    assert.equal(journey.demo.errors().replace(/^dialhouse: (installing|building).*\n/gm, ''), '')
    const health = await fetch(`${journey.info.http}/healthz`)
    assert.equal(health.status, 200)
    const { status, processes } = (await health.json()) as { status: string; processes: Record<string, string> }
    assert.equal(status, 'ok')
    assert.deepEqual(Object.keys(processes).toSorted(), ['charge', 'media-1', 'office', 'postgres', 'signal', 'world'])
  })

  test('F64 the printed link signs in once and shows a live call within ten seconds', async () => {
    const page = await fetch(journey.demo.url, { redirect: 'manual' })
    const cookie = page.headers
      .getSetCookie()
      .map((it) => it.split(';')[0])
      .join('; ')
    assert.ok(cookie, `${page.status} sets no cookie`)
    const seen = await until('a live call', async () => {
      const answer = await fetch(`${journey.info.http}/api/v1/live-calls`, { headers: { cookie } })
      const { items } = (await answer.json()) as { items: readonly unknown[] }
      return items.length > 0 && items
    })
    assert.ok(seen.length > 0)
    const view = await fetch(new URL(page.headers.get('location') ?? '/', journey.info.http), {
      headers: { cookie, accept: 'text/html' },
    })
    assert.equal(view.status, 200)
    assert.match(await view.text(), /Live calls/)
    const again = await fetch(journey.demo.url, { redirect: 'manual' })
    assert.equal(again.status, 410)
  })

  test('demo-info names everything that a newcomer needs', () => {
    const { logins, apiKeys, sip, numbers, emergency, carriers } = journey.info
    assert.deepEqual(Object.keys(logins).toSorted(), ['customer', 'partner', 'staff', 'user'])
    assert.deepEqual(Object.keys(apiKeys).toSorted(), ['customer', 'partner', 'staff'])
    assert.ok(reservedPhones(journey.info).length >= 10)
    assert.equal(sip.port, journey.demo.ports.sip)
    assert.ok(numbers.onnet.length > 0 && numbers.domestic.length > 0 && numbers.international.length > 0)
    assert.equal(emergency.dial, '911')
    assert.equal(carriers.length, 2)
  })

  test(
    'R43 F1 F23 two phones of others register, hear each other, and the call is free as on-net',
    { skip },
    async () => {
      const ann = await journey.phone(0, 440)
      const bob = await journey.phone(1, 1000)
      const { sip } = journey.info
      const callee = reservedPhones(journey.info)[1]!
      await ann.dial(`sip:${callee.extension}@${sip.host}:${sip.port}`)
      assert.ok(await ann.event('CALL_ESTABLISHED'), ann.program.output())
      assert.ok(await bob.event('CALL_ESTABLISHED'), bob.program.output())
      await pause(2500)
      await ann.hangUp()
      assert.ok(await bob.event('CALL_CLOSED'), bob.program.output())
      assert.ok(ann.heardTone(1000) > 0.8, `ann heard ${ann.heardTone(1000)} of bob`)
      assert.ok(bob.heardTone(440) > 0.8, `bob heard ${bob.heardTone(440)} of ann`)
      const caller = reservedPhones(journey.info)[0]!
      const row = await until('the call record', async () => {
        const { body } = await journey.ask('customer', '/api/v1/calls?limit=50')
        return (body as Page).items.find((it) => it.from === caller.extension && it.to === callee.extension)
      })
      assert.equal(row.class, 'onnet')
      assert.equal(row.chargeMicros, '0')
      assert.equal(row.chargeReason, 'onnet')
      assert.ok(row.durationSeconds >= 2 && row.durationSeconds <= 5, `${row.durationSeconds} s`)
    },
  )
})
