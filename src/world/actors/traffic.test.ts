import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom, silentLog, virtualClock } from '../../base/index.ts'
import type { Carrier, InboundCall } from './carrier.ts'
import type { PhoneAccount, Phones } from './phones.ts'
import type { CallResult } from './switchboard.ts'
import { startTraffic } from './traffic.ts'

const talked: CallResult = { status: 200, answered: true, talkedMs: 1, packetsHeard: 1, lastAudio: new Int16Array(0) }

/** Phones and a carrier that only note who calls whom; a call lasts as long as it was meant to. */
function exchange() {
  const clock = virtualClock(1_764_000_000_000)
  const calls: string[] = []
  let now = 0
  let most = 0
  const lasting = (talkMs: number): Promise<CallResult> => {
    most = Math.max(most, ++now)
    return new Promise((resolve) => {
      clock.after(talkMs, () => {
        now--
        resolve(talked)
      })
    })
  }
  const callers = Array.from({ length: 30 }, (_, at) => ({
    user: `phone-${at}`,
    password: '',
    name: `Phone ${at}`,
    extension: String(201 + at),
    did: `+1416555${String(100 + at).padStart(4, '0')}`,
    tenantId: `tenant ${Math.floor(at / 3)}`,
  }))
  const phones = {
    isRegistered: () => true,
    hangUpAll: () => {},
    call(account: PhoneAccount, dialled: string, talkMs: number) {
      calls.push(`${account.user} ${dialled}`)
      return lasting(talkMs)
    },
  } as unknown as Phones
  const carrier = {
    hangUpAll: () => {},
    call({ to, talkMs }: InboundCall) {
      calls.push(`outside ${to}`)
      return lasting(talkMs)
    },
  } as unknown as Carrier
  const traffic = startTraffic({ clock, random: seededRandom(5), log: silentLog, phones, carriers: [carrier], callers })
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 500) {
      clock.advance(500)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { traffic, calls, pass, most: () => most }
}

test('at rest a few calls go on for ever, of every kind, the first within a second', async () => {
  const { traffic, calls, pass, most } = exchange()
  await pass(1000)
  assert.equal(calls.length, 1)
  assert.match(calls[0]!, /^phone-0 /)
  await pass(1_200_000)
  assert.equal(most(), 4)
  for (const kind of [/ 2\d\d$/, / 1\d{10}$|^\S+ \d{10}$/, / 011/, /^outside /]) {
    assert.ok(
      calls.some((call) => kind.test(call)),
      String(kind),
    )
  }
  traffic.close()
})

test('calls that are asked for are bounded, and can be stopped', async () => {
  const { traffic, calls, pass, most } = exchange()
  traffic.setTrickle(false)
  assert.equal(traffic.startCalls(100, 'domestic'), 100)
  assert.equal(traffic.startCalls(100), 20)
  await pass(10_000)
  assert.ok(most() <= 120)
  assert.ok(calls.length >= 100)
  const before = calls.length
  traffic.startCalls(20)
  traffic.stopCalls()
  await pass(120_000)
  assert.ok(calls.length <= before + 1)
  assert.ok(traffic.callEmergency())
  assert.match(calls.at(-1)!, / 911$/)
  traffic.close()
})

test('a month is some hundred short calls in three minutes, and one at a time', async () => {
  const { traffic, calls, pass } = exchange()
  traffic.setTrickle(false)
  assert.ok(traffic.playMonth())
  assert.ok(!traffic.playMonth())
  await pass(190_000)
  assert.equal(traffic.figures().monthDay, 0)
  assert.ok(calls.length > 200 && calls.length < 460, `${calls.length} calls`)
  assert.equal(traffic.figures().answered, calls.length)
  assert.ok(traffic.playMonth())
  traffic.close()
})
