/** A long load at a steady rate over a line that loses datagrams: do calls fail, and does anything grow? */

import { readdirSync, readFileSync } from 'node:fs'
import { FailureError, silentLog, systemClock, type Result } from '../../../base/index.ts'
import { liveCalls } from '../../../company/switch/index.ts'
import { busFolder, createSocketBus } from '../../../platform/bus/index.ts'
import { openDb, roleUrl } from '../../../platform/db/index.ts'
import { startBenchHouse, type BenchHouse } from './bench-house.ts'
import type { LoadResult } from './load.ts'
import { limitCpu } from './quarter-core.ts'
import { runLoad } from './run-load.ts'

const PHONES = 200
const LOOK_MS = 2000
const STORED_MS = 20_000
const clock = systemClock({ keepAlive: true })

export type Soak = {
  readonly ratePerSecond: number
  readonly seconds: number
  /** Before it counts, without loss and without a limit: code that nobody has run yet is slow. */
  readonly warmSeconds: number
  readonly lossPerMille: number
  /** Of a core, for `signal`; undefined where it may have all it can get. */
  readonly share: number | undefined
}

/** At one moment: resident memory of a process and how many files and sockets it has open. */
type Sample = { readonly atSeconds: number; readonly megabytes: number; readonly handles: number }

export type Soaked = {
  readonly load: LoadResult
  /** Of `signal`, `charge` and `media-1`, while the load lasted. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>
  readonly records: number
  readonly callsLeft: number
  readonly isLimited: boolean
}

function done<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Runs it in a house of its own, and leaves nothing running. */
export async function soak({ ratePerSecond, seconds, warmSeconds, lossPerMille, share }: Soak): Promise<Soaked> {
  const house = await startBenchHouse({ phones: PHONES })
  const pids = house.pids()
  let release: (() => void) | undefined
  const load = {
    kind: 'calls',
    target: { host: '127.0.0.1', port: house.sipPort },
    callers: house.phones,
    calleePort: house.calleePort,
    ratePerSecond,
    seconds,
    holdMs: 1000,
    ringMs: 50,
    prefix: '1416',
    emergencyEvery: 0,
    lossPerMille,
  } as const
  try {
    const warm = { ...load, seconds: warmSeconds, lossPerMille: 0 }
    const before = warmSeconds > 0 ? (await runLoad(warm, () => ({}))).load.completed : 0
    if (share !== undefined) release = limitCpu(pids['signal']![0]!, share)
    const samples: Record<string, Sample[]> = { signal: [], charge: [], 'media-1': [] }
    const from = clock.monotonic()
    const look = clock.every(LOOK_MS, () => {
      const atSeconds = Math.round((clock.monotonic() - from) / 1000)
      for (const [name, list] of Object.entries(samples)) list.push(sampleOf(pids[name]![0]!, atSeconds))
    })
    const { load: result } = await runLoad(load, () => ({})).finally(() => look.stop())
    const { records, callsLeft } = await countedBy(house, before + result.begun)
    return { load: result, samples, isLimited: release !== undefined, records: records - before, callsLeft }
  } finally {
    release?.()
    await house.stop()
  }
}

function sampleOf(pid: number, atSeconds: number): Sample {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { atSeconds, megabytes: Number(kilobytes ?? 0) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length }
}

/** The records of all calls once they are stored, and the calls that `signal` still thinks it has. */
async function countedBy(house: BenchHouse, calls: number): Promise<Pick<Soaked, 'records' | 'callsLeft'>> {
  const [log, url] = [silentLog, done(roleUrl(house.databaseUrl, 'charge'))]
  const bus = done(await createSocketBus({ name: 'witness', folder: busFolder(house.dataFolder), clock, log }))
  const db = done(await openDb({ url, role: 'charge', clock, log, max: 1 }))
  try {
    let records = 0
    for (const until = clock.monotonic() + STORED_MS; records < calls && clock.monotonic() < until;) {
      const [row] = await db.asService((tx) => tx<{ count: number }[]>`select count(*)::int as count from cdr`)
      records = row?.count ?? 0
      await new Promise((resolve) => void clock.after(200, () => resolve(undefined)))
    }
    const left = await bus.request('signal', liveCalls, {})
    return { records, callsLeft: left.ok ? left.value.length : -1 }
  } finally {
    await db.close()
    await bus.close()
  }
}
