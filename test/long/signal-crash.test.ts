/**
 * `signal` is killed, and restarted in order, while three hundred paid calls of SIPp talk with audio: how many go on,
 * what tshark heard at the far end meanwhile, and what each call cost are counted.
 */

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FailureError, silentLog, systemClock, type Result } from '../../src/base/index.ts'
import { startBenchHouse, type BenchHouse } from '../../src/commands/bench/sip/bench-house.ts'
import { checkLedger } from '../../src/company/ledger/index.ts'
import { liveCalls } from '../../src/company/switch/index.ts'
import { busFolder, createSocketBus, type Bus } from '../../src/platform/bus/index.ts'
import { openDb, roleUrl, type Db } from '../../src/platform/db/index.ts'
import { until } from '../journeys/journey.ts'
import { freePorts, pause, unlessInstalled } from '../peers/program.ts'
import { accountField, answerScenario, callScenario } from '../peers/sipp-scenarios.ts'
import { startSipp, type Sipp } from '../peers/sipp.ts'
import { rtpStreams, startCapture, type RtpStream } from '../peers/tshark.ts'

const skip = unlessInstalled('sipp', 'sip-tester') || unlessInstalled('tshark')
const clock = systemClock({ keepAlive: true })
const CALLS = 300
const PHONES = 200
const RATE = 15
/** Twenty seconds until all talk, fifteen for the restart, and no call ends before the restart is over. */
const HOLD_MS = 60_000
const LISTEN_MS = 5000
/** What one busy machine makes of a pace of 20 ms anyway, and far less than the time without `signal`. */
const PAUSE_MAX_MS = 250
/** 0.012 a minute, begun in steps of six seconds. */
const STEP = { seconds: 6, micros: 1200n } as const

type Stored = {
  readonly call_id: string
  readonly duration_seconds: number
  readonly real_ms: number
  readonly hangup_cause: string
  readonly charge_micros: bigint
}

function done<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

type Opened = { readonly folder: string; readonly house: BenchHouse; readonly bus: Bus; readonly db: Db }

async function withHouse(act: (opened: Opened) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-crash-'))
  const house = await startBenchHouse({ phones: PHONES })
  const [log, url] = [silentLog, done(roleUrl(house.databaseUrl, 'charge'))]
  const bus = done(await createSocketBus({ name: 'witness', folder: busFolder(house.dataFolder), clock, log }))
  const db = done(await openDb({ url, role: 'charge', clock, log, max: 1 }))
  try {
    await act({ folder, house, bus, db })
  } finally {
    await db.close()
    await bus.close()
    await house.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Callers that speak, and a carrier that listens at `earPort`. */
async function startCalls({ folder, house }: Opened): Promise<{ caller: Sipp; carrier: Sipp; earPort: number }> {
  const [sipPort = 0, mediaPort = 0, earPort = 0] = await freePorts(3)
  const ulawFile = join(folder, 'speech.ulaw')
  writeFileSync(ulawFile, Buffer.alloc(8000, 0x55))
  const carrier = startSipp({
    folder: join(folder, 'carrier'),
    scenario: answerScenario({ ringMs: 100 }),
    sipPort: house.calleePort,
    mediaPort: earPort,
    // Without a number of calls: it would count the questions whether it is there.
  })
  const caller = startSipp({
    folder: join(folder, 'callers'),
    scenario: callScenario({ from: '[field0]', isFromFields: true, holdMs: HOLD_MS, ulawFile }),
    target: { host: '127.0.0.1', port: house.sipPort },
    sipPort,
    mediaPort,
    service: '+14165559000',
    fields: house.phones.map(({ user, password }) => accountField(user, password)),
    calls: CALLS,
    rate: RATE,
    limitSeconds: 240,
  })
  return { caller, carrier, earPort }
}

function errorsIn(folder: string): string {
  const path = join(folder, 'callers', 'errors.log')
  return existsSync(path) ? readFileSync(path, 'utf8').slice(0, 2000) : ''
}

/** What the far end hears while `act` goes on. */
async function heardDuring(folder: string, port: number, act: () => Promise<unknown>): Promise<RtpStream[]> {
  const file = join(folder, `heard-${clock.now()}.pcap`)
  const capture = await startCapture({ file, filter: `udp dst port ${port}` })
  await act()
  await capture.stop()
  return rtpStreams({ file, port })
}

function summary(streams: readonly RtpStream[]) {
  return {
    streams: streams.length,
    packets: streams.reduce((sum, it) => sum + it.packets, 0),
    lost: streams.reduce((sum, it) => sum + Math.abs(it.lost), 0),
    longestGapMs: Math.max(...streams.map((it) => it.longestGapMs)),
  }
}

async function storedCalls(db: Db): Promise<readonly Stored[]> {
  const read = (): Promise<readonly Stored[]> =>
    db.asService(
      (tx) => tx<Stored[]>`
        select call_id, duration_seconds, hangup_cause, charge_micros,
               (extract(epoch from ended_at - answered_at) * 1000)::float8 as real_ms
        from cdr`,
    )
  return until('every record', async () => {
    const found = await read()
    return found.length >= CALLS && found
  })
}

async function interrupt(t: TestContext, opened: Opened, by: 'SIGKILL' | 'SIGUSR2', keptMin: number): Promise<void> {
  const { folder, house, bus, db } = opened
  const { caller, carrier, earPort } = await startCalls(opened)
  const talking = async (): Promise<number> => {
    const calls = await bus.request('signal', liveCalls, {})
    return calls.ok ? calls.value.filter((it) => it.state === 'talking').length : 0
  }
  await until(
    'all talk',
    async () => {
      const count = await talking()
      return count >= CALLS || assert.fail(`${count} do; ${errorsIn(folder)}`)
    },
    40_000,
  )
  const before = summary(await heardDuring(folder, earPort, () => pause(LISTEN_MS)))
  const begun = clock.monotonic()
  let awayMs = 0
  const during = summary(
    await heardDuring(folder, earPort, async () => {
      const from = clock.monotonic()
      await house.restart('signal', by)
      awayMs = Math.round(clock.monotonic() - from)
      await pause(Math.max(1000, LISTEN_MS - awayMs))
    }),
  )
  const carriedOn = await talking()
  const called = await caller.result
  const answered = await carrier.stop()
  const rows = await storedCalls(db)
  const seconds = rows.map((it) => it.duration_seconds)
  const figures = {
    by,
    awayMs,
    carriedOn,
    kept: called.succeeded,
    answeredByes: answered.succeeded,
    retransmissions: called.retransmissions,
    before,
    during,
    records: rows.length,
    lengths: [Math.min(...seconds), Math.max(...seconds)],
    realMs: [Math.min(...rows.map((it) => it.real_ms)), Math.max(...rows.map((it) => it.real_ms))],
    chargedMicros: String(rows.reduce((sum, it) => sum + it.charge_micros, 0n)),
    interruptedForMs: Math.round(clock.monotonic() - begun),
  }
  t.diagnostic(JSON.stringify(figures))
  assert.ok(carriedOn >= keptMin && called.succeeded >= keptMin, called.errors)
  assert.deepEqual([before.streams, during.streams], [CALLS, CALLS])
  assert.equal(during.lost, 0, 'no packet of audio is missing')
  assert.ok(during.longestGapMs < PAUSE_MAX_MS, `${during.longestGapMs} ms without a packet`)
  assert.deepEqual([rows.length, new Set(rows.map((it) => it.call_id)).size], [CALLS, CALLS])
  const normal = rows.filter((it) => it.hangup_cause === 'normal')
  assert.ok(normal.length >= keptMin)
  for (const row of normal) {
    assert.ok(row.real_ms >= HOLD_MS - 100 && row.real_ms <= HOLD_MS + 1000, `${row.real_ms} ms`)
  }
  for (const { duration_seconds: length, charge_micros: charge } of rows) {
    assert.equal(charge, BigInt(Math.ceil(length / STEP.seconds)) * STEP.micros, `${length} s`)
  }
  assert.deepEqual(await db.asService((tx) => checkLedger(tx)), [])
}

test('R102 signal is killed during 300 paid calls: 99.5 % go on, each is charged once', { skip }, async (t) => {
  await withHouse((opened) => interrupt(t, opened, 'SIGKILL', Math.ceil(CALLS * 0.995)))
})

test('R102 signal is restarted in order during 300 paid calls: all go on', { skip }, async (t) => {
  await withHouse((opened) => interrupt(t, opened, 'SIGUSR2', CALLS))
})
