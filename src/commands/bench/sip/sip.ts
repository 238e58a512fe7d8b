/**
 * `bench sip`: what a call costs `signal`, with everything that belongs to it (digest, route, reservation, record, SDP
 * rewritten, trace), beside Kamailio as a transaction-stateful proxy at the same rate; registrations; and how much
 * still goes through at twice of what it can carry.
 */

import { describeMachine, type BenchResult } from '../bench.ts'
import { freePort, startBenchHouse, type BenchHouse } from './bench-house.ts'
import { startKamailio } from './kamailio.ts'
import type { CallLoad, LoadResult } from './load.ts'
import { overload } from './overload.ts'
import { runLoad, type Measured } from './run-load.ts'

const PHONES = 200
const RATE = 150
const WARM_SECONDS = 40
const SECONDS = 20
/** Compiled code needs no warmth, only its memory. */
const PEER_WARM_SECONDS = 10
const REGISTRATIONS = { rate: 800, seconds: 15 }
const LATE_MS = 10

/** Starts what it needs, measures, and leaves nothing running. */
export async function measure(): Promise<BenchResult> {
  const house = await startBenchHouse({ phones: PHONES })
  try {
    const own = await measureCalls(house)
    const half = await measureHalfLoad(house, own.cpuPerCallUs)
    const registrations = await measureRegistrations(house)
    const strained = await overload(house, loadOf(house), own.cpuPerCallUs)
    const peer = await measureKamailio(house.calleePort)
    const ratio = peer && { cpuPerCallVsKamailio: rounded(own.cpuPerCallUs / peer.figures.cpuPerCallUs) }
    return {
      name: 'sip',
      machine: describeMachine(),
      figures: { ...own, ...half, ...registrations, ...strained },
      peer: peer ?? null,
      ratios: ratio ?? {},
    }
  } finally {
    await house.stop()
  }
}

function loadOf({ sipPort, calleePort, phones }: BenchHouse): CallLoad {
  return {
    kind: 'calls',
    target: { host: '127.0.0.1', port: sipPort },
    callers: phones,
    calleePort,
    ratePerSecond: RATE,
    seconds: SECONDS,
    holdMs: 1000,
    ringMs: 50,
    prefix: '1416',
    emergencyEvery: 0,
    lossPerMille: 0,
  }
}

async function measureCalls(house: BenchHouse) {
  const load = loadOf(house)
  await runLoad({ ...load, seconds: WARM_SECONDS }, () => house.pids())
  const { load: result, cpu } = await runLoad(load, () => house.pids())
  const perCall = (name: string): number => Math.round(((cpu[name] ?? 0) / result.completed) * 1e6)
  const cpuPerCallUs = perCall('signal')
  return {
    ratePerSecond: RATE,
    ...said(result),
    cpuPerCallUs,
    callsPerSecondPerCore: Math.round(1e6 / cpuPerCallUs),
    cpuPerCallOfOthersUs: { charge: perCall('charge'), media: perCall('media-1'), postgres: perCall('postgres') },
  }
}

/** What a call waits for us at half of what one core carries. */
async function measureHalfLoad(house: BenchHouse, cpuPerCallUs: number) {
  const ratePerSecond = Math.round(0.5e6 / cpuPerCallUs)
  const { load } = await runLoad({ ...loadOf(house), ratePerSecond }, () => ({}))
  return { atHalfLoad: { ratePerSecond, ...said(load) } }
}

async function measureRegistrations(house: BenchHouse) {
  const { rate: ratePerSecond, seconds } = REGISTRATIONS
  const target = { host: '127.0.0.1', port: house.sipPort }
  const load = { kind: 'registrations', target, users: house.phones, ratePerSecond, seconds } as const
  await runLoad({ ...load, seconds: 5 }, () => ({}))
  const { load: result, cpu } = await runLoad(load, () => house.pids())
  const cpuUs = Math.round(((cpu['signal'] ?? 0) / result.completed) * 1e6)
  return {
    registrations: { ratePerSecond, ...said(result), cpuUs },
    registrationsPerSecondPerCore: Math.round(1e6 / cpuUs),
  }
}

async function measureKamailio(calleePort: number) {
  const port = await freePort()
  const kamailio = await startKamailio(port, calleePort)
  if (!kamailio) return undefined
  try {
    const load: CallLoad = {
      kind: 'calls',
      target: { host: '127.0.0.1', port },
      callers: [{ user: 'bench' }],
      calleePort,
      ratePerSecond: RATE,
      seconds: SECONDS,
      holdMs: 1000,
      ringMs: 50,
      prefix: '1416',
      emergencyEvery: 0,
      lossPerMille: 0,
    }
    const watched = (): Record<string, readonly number[]> => ({ kamailio: kamailio.pids() })
    await runLoad({ ...load, seconds: PEER_WARM_SECONDS }, watched)
    const measured: Measured = await runLoad(load, watched)
    const { command, configuration } = kamailio
    const cpuPerCallUs = Math.round(((measured.cpu['kamailio'] ?? 0) / measured.load.completed) * 1e6)
    return {
      name: 'Kamailio, transaction-stateful proxy',
      version: kamailio.version,
      figures: { ratePerSecond: RATE, ...said(measured.load), cpuPerCallUs, command, configuration },
    }
  } finally {
    await kamailio.stop()
  }
}

/** Of a run: what was done, and whether its generator kept its time. */
function said(result: LoadResult) {
  const { begun, completed, failures, retransmissions, setupMs, latenessMs } = result
  return { begun, completed, failures, retransmissions, setupMs, latenessMs, isVoid: latenessMs.p99 > LATE_MS }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
