/** Memory of an installation: the proportional set size (PSS) of each process, shared pages counted once in all. */

import { readdirSync, readFileSync } from 'node:fs'

/** Proportional set size of one process in bytes; 0 when it is gone. */
export function memoryOf(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** Who started a process; 0 when it is gone. */
export function parentOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

/** A process and everything that it started, as the kernel's table of parents tells. */
export function familyOf(root: number): readonly number[] {
  const childrenOf = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const parent = parentOf(Number(entry))
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(entry)])
  }
  const family = [root]
  for (const pid of family) family.push(...(childrenOf.get(pid) ?? []))
  return family
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
