/** What every bench gives: its figures, the peer's from the same run, their ratios, and the machine. */

import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'

export type Figures = Readonly<Record<string, unknown>>

export type BenchResult = {
  readonly name: string
  readonly machine: Figures
  readonly figures: Figures
  /** Null where no peer does the same work. */
  readonly peer: { readonly name: string; readonly version: string; readonly figures: Figures } | null
  readonly ratios: Figures
}

/** The machine that the figures hold for. */
export function describeMachine(): Figures {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    system: systemName(),
    kernel: release(),
    node: process.versions.node,
  }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}
