/** How much of its time this process works: what is left over tells whether more can be taken. */

import { performance } from 'node:perf_hooks'

/** Gives the share of the time since it was asked last that the event loop did not wait, 0-1. */
export function loopBusy(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const before = last
    last = performance.eventLoopUtilization()
    return performance.eventLoopUtilization(last, before).utilization
  }
}
