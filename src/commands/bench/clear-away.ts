/** A bench that is told to stop leaves nothing: what it started ends, and its folder goes with all that is in it. */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../base/index.ts'
import { signalProcess } from '../../processes/supervisor/survivors.ts'
import { familyOf, parentOf } from './proportional-memory.ts'

const LOOK_MS = 100
/** A demo ends its processes in order, one after the other. */
const PATIENCE_MS = 30_000
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * From here on temporary files lie in a folder of the bench's own, and a signal ends its whole family before itself.
 * The returned function undoes that, and removes the folder.
 */
export function clearAwayOnSignal(clock: Clock): () => void {
  const before = process.env['TMPDIR']
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-bench-'))
  // The account that PostgreSQL runs under must pass through.
  chmodSync(folder, 0o711)
  process.env['TMPDIR'] = folder
  const told = (signal: NodeJS.Signals): void => {
    for (const name of signals) process.off(name, told)
    void endFamily(clock).then(() => {
      rmSync(folder, { recursive: true, force: true })
      // Nobody listens any more: it ends as any program does by this signal.
      process.kill(process.pid, signal)
    })
  }
  for (const name of signals) process.on(name, told)
  return () => {
    for (const name of signals) process.off(name, told)
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Tells every child once, also those that are started meanwhile, and kills what does not leave. */
async function endFamily(clock: Clock): Promise<void> {
  const told = new Set<number>()
  const deadline = clock.monotonic() + PATIENCE_MS
  for (;;) {
    const family = familyOf(process.pid).slice(1)
    if (family.length === 0) return
    const isLate = clock.monotonic() > deadline
    for (const pid of isLate ? family : family.filter((one) => parentOf(one) === process.pid && !told.has(one))) {
      told.add(pid)
      if (isLate) signalProcess(pid, 'SIGKILL')
      // Ours leave on the first; PostgreSQL waits for its sessions then, and cuts them on the second.
      else for (const signal of ['SIGTERM', 'SIGINT'] as const) signalProcess(pid, signal)
    }
    await new Promise((resolve) => void clock.after(LOOK_MS, () => resolve(undefined)))
  }
}
