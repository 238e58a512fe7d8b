/** `bench footprint`: what the demo takes of memory, all its processes and PostgreSQL included. */

import { join } from 'node:path'
import { FailureError, silentLog, systemClock } from '../../base/index.ts'
import { busFolder, createSocketBus, type Bus } from '../../platform/bus/index.ts'
import { supervisedProcesses } from '../../processes/index.ts'
import { readRunFile } from '../../processes/supervisor/run-file.ts'
import { startOwnDemo, type OwnDemo } from '../own-demo.ts'
import { describeMachine, type BenchResult } from './bench.ts'
import { putUnderLoad } from './footprint-load.ts'
import { familyOf, memoryOf } from './proportional-memory.ts'

const MB = 1024 * 1024
const SETTLE_MS = 20_000
const clock = systemClock({ keepAlive: true })

type Footprint = { readonly totalMb: number; readonly processesMb: Readonly<Record<string, number>> }

/** Starts a demo of its own, measures it at rest and under load, and leaves nothing running. */
export async function measure(): Promise<BenchResult> {
  const demo = await startOwnDemo()
  if (!demo.ok) throw new FailureError(demo.failure)
  try {
    const bus = await openBus(demo.value.dataFolder)
    try {
      const figures = await measureDemo(demo.value, bus)
      return { name: 'footprint', machine: describeMachine(), figures, peer: null, ratios: {} }
    } finally {
      await bus.close()
    }
  } finally {
    await demo.value.stop()
  }
}

async function measureDemo(demo: OwnDemo, bus: Bus) {
  await pause(SETTLE_MS)
  const atRest = await footprintOf(demo, bus)
  const load = await putUnderLoad(bus)
  await pause(SETTLE_MS)
  const loaded = { ...(await load.figures()), ...(await footprintOf(demo, bus)) }
  await load.end()
  return { readyMs: demo.readyMs, atRest, loaded }
}

async function footprintOf(demo: OwnDemo, bus: Bus): Promise<Footprint> {
  const pids = await processesOf(demo, bus)
  const processesMb: Record<string, number> = {}
  let total = 0
  for (const [name, pid] of pids) {
    // The others are the supervisor's family, and counted under their own names.
    const family = name === 'supervisor' ? [pid] : familyOf(pid)
    const bytes = family.reduce((sum, member) => sum + memoryOf(member), 0)
    processesMb[name] = Math.round(bytes / MB)
    total += bytes
  }
  return { totalMb: Math.round(total / MB), processesMb }
}

async function processesOf({ dataFolder }: OwnDemo, bus: Bus): Promise<ReadonlyMap<string, number>> {
  const pids = new Map<string, number>()
  const supervisor = readRunFile(join(dataFolder, 'run'), 'supervisor')
  if (supervisor) pids.set('supervisor', supervisor.pid)
  const state = await bus.request('supervisor', supervisedProcesses, {})
  if (!state.ok) throw new FailureError(state.failure)
  for (const { name, pid } of state.value) if (pid !== undefined) pids.set(name, pid)
  return pids
}

async function openBus(dataFolder: string): Promise<Bus> {
  const bus = await createSocketBus({ name: 'bench', folder: busFolder(dataFolder), clock, log: silentLog })
  if (!bus.ok) throw new FailureError(bus.failure)
  return bus.value
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}
