/** pgbench's own TPC-B, the peer of charging: a transaction is an account, a teller, a branch and a history. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const pgbench = '/usr/lib/postgresql/15/bin/pgbench'
const SCALE = 64

export type TpcB = { readonly version: string; readonly tps: Readonly<Record<string, number>>; readonly best: number }

/** Fills its tables in a database. */
export async function preparePgbench(url: string): Promise<void> {
  await run(pgbench, ['--initialize', '--quiet', `--scale=${SCALE}`, url], { maxBuffer: 1 << 24 })
}

/** Transactions a second of some numbers of clients, each for so many seconds. */
export async function runPgbench(url: string, seconds: number): Promise<TpcB> {
  const tps: Record<string, number> = {}
  for (const clients of [8, 64]) {
    const args = [`--client=${clients}`, '--jobs=2', `--time=${seconds}`, '--protocol=prepared', url]
    const { stdout } = await run(pgbench, args, { maxBuffer: 1 << 24 })
    tps[`clients${clients}`] = Math.round(Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN))
  }
  const { stdout } = await run(pgbench, ['--version'])
  return { version: stdout.trim(), tps, best: Math.max(...Object.values(tps)) }
}
