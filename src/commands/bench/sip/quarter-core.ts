/** Holds a process to a share of a core by a control group, so that the load generator is not what gives way first. */

import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Short, so that the process is slowed and not stopped for long stretches. */
const PERIOD_US = 10_000
const V1 = '/sys/fs/cgroup/cpu'
const V2 = '/sys/fs/cgroup'

/** Limits `pid` to `share` of a core; the returned function lifts it. Undefined where that is not allowed. */
export function limitCpu(pid: number, share: number): (() => void) | undefined {
  const quota = String(Math.round(PERIOD_US * share))
  try {
    const root = existsSync(join(V1, 'cpu.cfs_quota_us')) ? V1 : V2
    const group = join(root, `dialhouse-bench-${process.pid}`)
    mkdirSync(group)
    if (root === V1) {
      // The quota alone holds it: against others it has its full weight.
      writeFileSync(join(group, 'cpu.shares'), '262144')
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US))
      writeFileSync(join(group, 'cpu.cfs_quota_us'), quota)
    } else {
      writeFileSync(join(group, 'cpu.weight'), '10000')
      writeFileSync(join(group, 'cpu.max'), `${quota} ${PERIOD_US}`)
    }
    writeFileSync(join(group, 'cgroup.procs'), String(pid))
    return () => {
      writeFileSync(join(root, 'cgroup.procs'), String(pid))
      rmdirSync(group)
    }
  } catch {
    return undefined
  }
}
