/** A whole demo for a journey: started as a user starts it, asked through its API, looked at as an outsider can. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, silentLog, systemClock } from '../../src/base/index.ts'
import { startOwnDemo, type OwnDemo, type OwnDemoOptions } from '../../src/commands/own-demo.ts'
import { busFolder, createSocketBus, type Bus } from '../../src/platform/bus/index.ts'
import { openDb } from '../../src/platform/db/index.ts'
import { checkLedger } from '../../src/company/ledger/index.ts'
import { worldAct, type DemoInfo } from '../../src/world/index.ts'
import { startBaresip, type Baresip } from '../peers/baresip.ts'
import { freePortRange, freePorts, pause } from '../peers/program.ts'

const clock = systemClock({ keepAlive: true })
const home = join(import.meta.dirname, '../..')

export type Answer = { readonly status: number; readonly body: unknown; readonly text: string }

export type Journey = {
  readonly demo: OwnDemo
  readonly info: DemoInfo
  /** A folder for what the peers write. */
  readonly folder: string
  readonly bus: Bus
  /** Asks the API with a key of `demo-info`. */
  ask(as: 'staff' | 'partner' | 'customer', path: string, body?: unknown): Promise<Answer>
  /** Looks into the books behind the API: the rules that are broken; none when all is right. */
  brokenRules(): Promise<readonly string[]>
  /** A phone that we did not write, with the credentials of a reserved phone. */
  phone(at: number, toneHz: number): Promise<Baresip>
  end(): Promise<number | null>
}

/** Starts a demo that is quiet: no calls but the journey's own, unless `trickles`. */
export async function startJourney(options: OwnDemoOptions & { readonly trickles?: boolean } = {}): Promise<Journey> {
  const started = await startOwnDemo(options)
  assert.ok(started.ok, started.ok ? '' : started.failure.message)
  const demo = started.value
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-journey-'))
  const opened = await createSocketBus({ name: 'journey', folder: busFolder(demo.dataFolder), clock, log: silentLog })
  assert.ok(opened.ok)
  const bus = opened.value
  const info = readDemoInfo(demo)
  if (!options.trickles) {
    await bus.request('world', worldAct, { kind: 'trickle', on: false })
    await bus.request('world', worldAct, { kind: 'stopCalls' })
  }
  const phones: Baresip[] = []
  return {
    demo,
    info,
    folder,
    bus,
    ask: (as, path, body) => askApi(info, info.apiKeys[as], path, body),
    brokenRules: () => brokenRules(demo),
    async phone(at, toneHz) {
      const phone = await openPhone(info, join(folder, `phone-${at}`), at, toneHz)
      phones.push(phone)
      return phone
    },
    async end() {
      await Promise.all(phones.map((phone) => phone.close()))
      await bus.close()
      rmSync(folder, { recursive: true, force: true })
      return demo.stop()
    },
  }
}

/** What `demo-info --json` prints for this demo. */
export function readDemoInfo({ environment }: OwnDemo): DemoInfo {
  const command = [join(home, 'dialhouse.mjs'), 'demo-info', '--json']
  const told = spawnSync(process.execPath, command, { encoding: 'utf8', env: environment })
  assert.equal(told.status, 0, told.stderr)
  return JSON.parse(told.stdout) as DemoInfo
}

/** The reserved phones of the demo: the world does not use them. */
export function reservedPhones(info: DemoInfo): readonly DemoInfo['phones'][number][] {
  return info.phones.filter((phone) => phone.reserved)
}

async function brokenRules({ dataFolder }: OwnDemo): Promise<readonly string[]> {
  const url = { socketFolder: join(dataFolder, 'socket'), port: 5432, database: 'dialhouse' }
  const db = await openDb({ url, role: 'charge', clock, log: silentLog, max: 1 })
  assert.ok(db.ok, db.ok ? '' : db.failure.message)
  const faults = await db.value.asService(checkLedger)
  await db.value.close()
  return faults.filter((it) => it.count > 0).map((it) => `${it.rule}: ${it.examples.join(' ')}`)
}

async function openPhone(info: DemoInfo, folder: string, at: number, toneHz: number): Promise<Baresip> {
  const { user, password } = reservedPhones(info)[at]!
  const { host, port } = info.sip
  const [sipPort = 0, controlPort = 0] = await freePorts(2)
  const rtpPorts = await freePortRange(16)
  const account = { user, password, host, port }
  const phone = await startBaresip({ folder, account, sipPort, controlPort, rtpPorts, toneHz })
  assert.ok(await phone.registered(), phone.program.output())
  return phone
}

async function askApi(info: DemoInfo, key: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${info.http}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': `${clock.monotonic()}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = undefined
  }
  return { status: response.status, body: parsed, text }
}

/** Looks until `find` gives something; throws with the last reason when it does not in time. */
export async function until<T>(what: string, find: () => Promise<T | undefined | false>, limitMs = 10_000): Promise<T> {
  const deadline = clock.monotonic() + limitMs
  let reason = ''
  for (;;) {
    try {
      const found = await find()
      if (found !== undefined && found !== false) return found
    } catch (thrown) {
      reason = messageOf(thrown)
    }
    assert.ok(clock.monotonic() < deadline, `in vain for ${limitMs} ms: ${what} ${reason}`)
    await pause(100)
  }
}
