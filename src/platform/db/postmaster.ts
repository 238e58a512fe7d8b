/** The server process: what its pid file says, whether it still runs, and how it is told to stop. */

import { readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export type Postmaster = {
  readonly pid: number
  /** Undefined until the server has written the whole file. */
  readonly socketFolder: string | undefined
  /** The System V segment that every process of the server is attached to. */
  readonly sharedMemoryId: number | undefined
}

function pidFile(clusterFolder: string): string {
  return join(clusterFolder, 'postmaster.pid')
}

/** What `postmaster.pid` tells; undefined when there is none. */
export function readPostmaster(clusterFolder: string): Postmaster | undefined {
  try {
    // Lines: pid, data folder, start time, port, socket folder, TCP address, shared memory key and id
    // (PostgreSQL, src/include/utils/pidfile.h).
    const lines = readFileSync(pidFile(clusterFolder), 'utf8').split('\n')
    const pid = Number(lines[0])
    const sharedMemoryId = Number(lines[6]?.trim().split(/\s+/)[1])
    if (!Number.isSafeInteger(pid) || pid <= 1) return undefined
    return {
      pid,
      socketFolder: lines[4]?.trim() || undefined,
      sharedMemoryId: Number.isSafeInteger(sharedMemoryId) ? sharedMemoryId : undefined,
    }
  } catch {
    return undefined
  }
}

/** Whether the process runs and is the server of this folder, not another one that was given its number. */
export function isServerRunning(pid: number, clusterFolder: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  if (process.platform !== 'linux') return true
  try {
    // The server's working folder is its cluster, also when somebody has removed that. A zombie has none.
    const folder = readlinkSync(`/proc/${pid}/cwd`)
    return folder === clusterFolder || folder === `${clusterFolder} (deleted)`
  } catch {
    return false
  }
}

/**
 * Removes the pid file of a server that is gone, for its number may belong to another process now, which
 * would keep PostgreSQL from starting. False while children of the dead server still hold its memory: to
 * start beside them would destroy data.
 */
export function clearAfterDeath(clusterFolder: string): boolean {
  const dead = readPostmaster(clusterFolder)
  if (!dead || process.platform !== 'linux') return true
  if (dead.sharedMemoryId !== undefined && isAttached(dead.sharedMemoryId)) return false
  rmSync(pidFile(clusterFolder), { force: true })
  return true
}

/** Whether any process is attached to a System V segment (columns of /proc/sysvipc/shm: key, id, ..., nattch 7th). */
function isAttached(sharedMemoryId: number): boolean {
  try {
    const rows = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').slice(1)
    const row = rows.map((line) => line.trim().split(/\s+/)).find((columns) => Number(columns[1]) === sharedMemoryId)
    return Number(row?.[6] ?? 0) > 0
  } catch {
    return false
  }
}

/** SIGINT asks PostgreSQL for a fast stop (sessions cut, everything written), SIGQUIT for an immediate one. */
export function signalServer(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It left by itself, which is what was asked for.
  }
}
