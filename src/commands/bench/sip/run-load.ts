/** Runs the load generator as a process of its own and counts the CPU of others meanwhile. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Load, LoadResult } from './load.ts'

/** The kernel counts in hundredths of a second on every Linux that Node runs on. */
const TICK_SECONDS = 0.01

/** CPU seconds that processes took so far, user and kernel; those that are gone count nothing. */
function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + secondsOf(pid), 0)
}

function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS
  } catch {
    return 0
  }
}

export type Measured = { readonly load: LoadResult; readonly cpu: Readonly<Record<string, number>> }

/** Puts a load on; `watched` names processes, and the CPU seconds of each are told from begin to end. */
export async function runLoad(
  load: Load,
  watched: () => Readonly<Record<string, readonly number[]>>,
): Promise<Measured> {
  const before = Object.entries(watched()).map(([name, pids]) => [name, cpuSeconds(pids)] as const)
  const result = await generate(load)
  const now = watched()
  const cpu = Object.fromEntries(before.map(([name, seconds]) => [name, cpuSeconds(now[name] ?? []) - seconds]))
  return { load: result, cpu }
}

function generate(load: Load): Promise<LoadResult> {
  const program = join(import.meta.dirname, 'generate.ts')
  const args = ['--disable-warning=ExperimentalWarning', program, JSON.stringify(load)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as LoadResult)
      else reject(new Error(`the load generator ended with ${code}`))
    })
  })
}
