/**
 * Run files: which operating-system process plays which part of this installation. They outlive the
 * supervisor, so that the next one can adopt what still runs or end what it cannot trust.
 */

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type RunFile = {
  readonly name: string
  readonly pid: number
  /** Start mark of the pid in the kernel's table: a reused pid has another one. */
  readonly startMark: string
  /** Fingerprint of program and configuration: a process of another build is ended, not adopted. */
  readonly build: string
  readonly startedAt: number
}

function pathOf(runFolder: string, name: string): string {
  return join(runFolder, `${name}.run.json`)
}

/** What the kernel says of a pid: its start mark while it runs (a zombie does not), else undefined. */
export function startMarkOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    if (process.platform === 'linux') return undefined
    return isAlive(pid) ? 'unknown' : undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Notes a started process; the file appears whole or not at all. */
export function writeRunFile(runFolder: string, file: RunFile): void {
  mkdirSync(runFolder, { recursive: true, mode: 0o700 })
  const path = pathOf(runFolder, file.name)
  writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The process noted under `name` when it is still that very process; otherwise undefined. */
export function readRunFile(runFolder: string, name: string): RunFile | undefined {
  try {
    const file = JSON.parse(readFileSync(pathOf(runFolder, name), 'utf8')) as RunFile
    return startMarkOf(file.pid) === file.startMark ? file : undefined
  } catch {
    return undefined
  }
}

/** Forgets a process that has ended. */
export function removeRunFile(runFolder: string, name: string): void {
  rmSync(pathOf(runFolder, name), { force: true })
}
