/** Each part is killed during twenty live calls: audio goes on, nothing is lost, nothing is charged twice. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { crashProcess, restartProcess, supervisedProcesses } from '../../src/processes/index.ts'
import { startOwnDemo } from '../../src/commands/own-demo.ts'
import { startMarkOf } from '../../src/processes/supervisor/run-file.ts'
import { worldAct, worldFigures, type WorldFigures } from '../../src/world/index.ts'
import { freePorts, pause, unlessInstalled } from '../peers/program.ts'
import { callScenario } from '../peers/sipp-scenarios.ts'
import { startSipp, type Sipp } from '../peers/sipp.ts'
import { reservedPhones, startJourney, until, type Journey } from './journey.ts'

const skip = unlessInstalled('sipp', 'sip-tester')
const CALLS = 20
const HOLD_MS = 8000

type Row = {
  readonly callId: string
  readonly to: string
  readonly durationSeconds: number
  readonly hangupCause: string
  readonly chargeMicros: string
}
type Account = { readonly customer: string; readonly balanceMicros: string; readonly reservedMicros: string }

describe('faults during live calls', { skip }, () => {
  let journey: Journey
  before(async () => {
    journey = await startJourney()
  })
  after(() => journey?.end())

  const pidOf = async (name: string): Promise<number> => {
    const state = await journey.bus.request('supervisor', supervisedProcesses, {})
    assert.ok(state.ok)
    const pid = state.value.find((it) => it.name === name)?.pid
    assert.ok(pid, `${name} runs`)
    return pid
  }
  const rowsTo = async (to: string): Promise<readonly Row[]> => {
    const { body, text, status } = await journey.ask('staff', '/api/v1/calls?limit=100')
    assert.equal(status, 200, text)
    return (body as { items: readonly Row[] }).items.filter((it) => it.to === to && it.durationSeconds > 0)
  }
  const accountOf = async (customer: string): Promise<Account> => {
    const { body } = await journey.ask('staff', '/api/v1/accounts?limit=100')
    return (body as { items: readonly Account[] }).items.find((it) => it.customer === customer)!
  }
  const isHealthy = async (): Promise<boolean> => {
    const answer = await fetch(`${journey.info.http}/healthz`)
    const { processes } = (await answer.json()) as { processes: Readonly<Record<string, string>> }
    return answer.status === 200 && Object.values(processes).every((word) => word === 'ok')
  }
  /** Twenty calls of one reserved phone to a number of its own, which answers at once. */
  const twentyCalls = async (at: number, to: string): Promise<Sipp> => {
    const { user, password } = reservedPhones(journey.info)[at]!
    const { host, port } = journey.info.sip
    const [sipPort = 0, mediaPort = 0] = await freePorts(2)
    const sipp = startSipp({
      folder: join(journey.folder, `calls-${to}`),
      scenario: callScenario({ from: user, password, holdMs: HOLD_MS }),
      target: { host, port },
      sipPort,
      mediaPort: mediaPort - (mediaPort % 2),
      service: to,
      calls: CALLS,
      rate: 20,
      limitSeconds: 60,
    })
    await until('twenty calls talk', async () => {
      const { body } = await journey.ask('staff', '/api/v1/live-calls')
      const calls = (body as { items: readonly { to: string; state: string }[] }).items
      return calls.filter((it) => it.to === to && it.state === 'talking').length === CALLS
    })
    return sipp
  }

  for (const [at, victim] of ['office', 'charge', 'postgres'].entries()) {
    test(`${victim} is killed during twenty calls: all go on and are charged once`, async () => {
      const to = `+1647555${5100 + at * 1000}`
      const { customer } = reservedPhones(journey.info)[6]!
      const owedBefore = BigInt((await accountOf(customer)).balanceMicros)
      const calls = await twentyCalls(6, to)
      const pid = await pidOf(victim)
      const ended = await journey.bus.request('supervisor', crashProcess, { name: victim })
      assert.ok(ended.ok && ended.value.ended)
      await until('it is gone', async () => startMarkOf(pid) === undefined)
      const result = await calls.result
      assert.deepEqual([result.succeeded, result.failed], [CALLS, 0], result.errors)
      await until('everything answers again', isHealthy, 20_000)
      const rows = await until(
        'every record',
        async () => {
          const found = await rowsTo(to)
          return found.length >= CALLS && found
        },
        20_000,
      )
      assert.equal(rows.length, CALLS)
      assert.equal(new Set(rows.map((it) => it.callId)).size, CALLS, 'each call has one record')
      for (const row of rows)
        assert.ok(row.durationSeconds >= 8 && row.durationSeconds <= 11, `${row.durationSeconds} s`)
      const charged = rows.reduce((sum, it) => sum + BigInt(it.chargeMicros), 0n)
      const account = await until('nothing is reserved', async () => {
        const now = await accountOf(customer)
        return now.reservedMicros === '0' && now
      })
      assert.ok(charged > 0n)
      assert.equal(BigInt(account.balanceMicros) - owedBefore, charged, 'the balance moved by the charges, once')
      assert.deepEqual(await journey.brokenRules(), [])
    })
  }

  test('audio goes on while office, charge and PostgreSQL are killed', async () => {
    await journey.bus.request('world', worldAct, { kind: 'startCalls', count: CALLS + 5, callKind: 'domestic' })
    const figures = async (): Promise<WorldFigures> => {
      const answer = await journey.bus.request('world', worldFigures, {})
      assert.ok(answer.ok)
      return answer.value
    }
    const heardInASecond = async (): Promise<number> => {
      const { packetsHeard } = await figures()
      await pause(1000)
      return (await figures()).packetsHeard - packetsHeard
    }
    // Fifty packets a second and call: the rate shows that so many are talking, not only ringing.
    const usual = await until('the world talks', async () => {
      const heard = await heardInASecond()
      return heard >= CALLS * 50 && heard
    })
    for (const name of ['office', 'charge', 'postgres']) {
      await journey.bus.request('supervisor', crashProcess, { name })
      const heard = await heardInASecond()
      // A call or two may have ended meanwhile by itself.
      assert.ok(heard > usual * 0.8, `${heard} packets in a second after the death of ${name}, ${usual} before`)
    }
    await journey.bus.request('world', worldAct, { kind: 'stopCalls' })
    await until('everything answers again', isHealthy, 20_000)
  })

  for (const [at, how] of ['killed', 'restarted in order'].entries()) {
    test(`R102 signal is ${how} during twenty calls: all go on, each has one record of its real length`, async () => {
      const to = `+1647555${8100 + at * 10}`
      const calls = await twentyCalls(7, to)
      await pause(1000)
      const pid = await pidOf('signal')
      if (at === 0) await journey.bus.request('supervisor', crashProcess, { name: 'signal' })
      else await journey.bus.request('supervisor', restartProcess, { name: 'signal' })
      await until('it is gone', async () => startMarkOf(pid) === undefined)
      const result = await calls.result
      assert.deepEqual([result.succeeded, result.failed], [CALLS, 0], result.errors)
      await until('everything answers again', isHealthy, 20_000)
      const rows = await until(
        'every record',
        async () => {
          const found = await rowsTo(to)
          return found.length >= CALLS && found
        },
        20_000,
      )
      assert.equal(new Set(rows.map((it) => it.callId)).size, CALLS)
      assert.equal(rows.length, CALLS)
      for (const { durationSeconds, hangupCause } of rows) {
        assert.equal(hangupCause, 'normal')
        // A BYE into the void is repeated until somebody is there to answer it.
        assert.ok(durationSeconds >= HOLD_MS / 1000 && durationSeconds <= HOLD_MS / 1000 + 3, `${durationSeconds} s`)
      }
      assert.deepEqual(await journey.brokenRules(), [])
    })
  }

  test('the supervisor is killed: calls go on, and the next one adopts every process', async () => {
    const to = '+16475559100'
    const calls = await twentyCalls(8, to)
    const first = await journey.bus.request('supervisor', supervisedProcesses, {})
    assert.ok(first.ok)
    const { demo } = journey
    demo.process.kill('SIGKILL')
    await until('it is gone', async () => demo.process.signalCode !== null)
    const next = await startOwnDemo({ dataFolder: demo.dataFolder, ports: demo.ports })
    assert.ok(next.ok, next.ok ? '' : next.failure.message)
    const now = await journey.bus.request('supervisor', supervisedProcesses, {})
    assert.ok(now.ok)
    const pids = (state: typeof now.value) => Object.fromEntries(state.map((it) => [it.name, it.pid]))
    assert.deepEqual(pids(now.value), pids(first.value))
    const result = await calls.result
    assert.deepEqual([result.succeeded, result.failed], [CALLS, 0], result.errors)
    const code = await next.value.stop({ keepData: true })
    assert.equal(code, 0)
    for (const { name, pid } of now.value) assert.equal(startMarkOf(pid!), undefined, `${name} is left behind`)
  })
})
