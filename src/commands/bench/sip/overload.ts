/** How much goes through at twice of what `signal` can carry, with `signal` held to a quarter of a core. */

import type { BenchHouse } from './bench-house.ts'
import type { CallLoad, LoadResult } from './load.ts'
import { limitCpu } from './quarter-core.ts'
import { runLoad } from './run-load.ts'

const SHARE = 0.25
const SECONDS = 15
/** Around what its CPU per call lets expect; the best of them is its peak. */
const STEPS = [0.7, 0.85, 1, 1.2]
/** One call in so many is for help. */
const EMERGENCY_EVERY = 50

/** Peak, goodput at twice the peak, and what became of those that must never be lost. */
export async function overload(house: BenchHouse, load: CallLoad, cpuPerCallUs: number) {
  const pid = house.pids()['signal']![0]!
  const release = limitCpu(pid, SHARE)
  if (!release) return { goodputAtTwiceCapacity: null, why: 'a control group for CPU needs root on this machine' }
  try {
    const expected = (SHARE * 1e6) / cpuPerCallUs
    const steps: { ratePerSecond: number; completedPerSecond: number }[] = []
    for (const step of STEPS) {
      const ratePerSecond = Math.round(expected * step)
      const { load: result } = await runLoad({ ...load, ratePerSecond, seconds: SECONDS }, () => ({}))
      steps.push({ ratePerSecond, completedPerSecond: perSecond(result) })
    }
    const peak = Math.max(...steps.map((one) => one.completedPerSecond))
    const twice = {
      ...load,
      ratePerSecond: Math.round(2 * peak),
      seconds: 2 * SECONDS,
      emergencyEvery: EMERGENCY_EVERY,
    }
    const { load: result } = await runLoad(twice, () => ({}))
    const { failures, emergencies, lostByes, retransmissions, latenessMs } = result
    return {
      goodputAtTwiceCapacity: Math.round((perSecond(result) / peak) * 1000) / 1000,
      overload: {
        share: SHARE,
        steps,
        peakPerSecond: peak,
        offeredPerSecond: twice.ratePerSecond,
        completedPerSecond: perSecond(result),
        failures,
        emergencies,
        lostByes,
        retransmissions,
        latenessMs,
        isVoid: latenessMs.p99 > 10,
      },
    }
  } finally {
    release()
  }
}

function perSecond({ completed, seconds }: LoadResult): number {
  return Math.round((completed / seconds) * 10) / 10
}
