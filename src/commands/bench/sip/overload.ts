/** How much goes through at twice of what `signal` can carry, with `signal` held to a quarter of a core. */

import type { BenchHouse } from './bench-house.ts'
import type { CallLoad, LoadResult } from './load.ts'
import { limitCpu } from './quarter-core.ts'
import { runLoad } from './run-load.ts'

const SHARE = 0.25
const SECONDS = 12
/** A call costs less the more there are at once: the peak is looked for upwards from what its CPU lets expect. */
const FIRST = 0.85
const STEP = 1.3
const STEPS_MAX = 9
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
    for (let ratePerSecond = Math.round(expected * FIRST); steps.length < STEPS_MAX;) {
      const { load: result } = await runLoad({ ...load, ratePerSecond, seconds: SECONDS }, () => ({}))
      const completedPerSecond = perSecond(result)
      const best = Math.max(0, ...steps.map((one) => one.completedPerSecond))
      steps.push({ ratePerSecond, completedPerSecond })
      if (completedPerSecond <= best) break
      ratePerSecond = Math.round(ratePerSecond * STEP)
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
