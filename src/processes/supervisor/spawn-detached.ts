/** Starts a process that does not hang on its starter: a session of its own, its output in a file. */

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Log } from '../../base/index.ts'
import { rotateLog } from './rotate-log.ts'

export type ChildOptions = {
  readonly name: string
  readonly command: readonly string[]
  /** Set on top of the supervisor's own; undefined removes a variable. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folders: { readonly run: string; readonly log: string }
  readonly build: string
  readonly clock: Clock
  readonly log: Log
  /** How long SIGTERM may take before SIGKILL follows. */
  readonly stopTimeoutMs: number
}

/** The new process; without a pid when it could not be started, which is logged. */
export function spawnDetached({ name, command, environment, log }: ChildOptions, logFile: string): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true })
  rotateLog(logFile)
  // A file, not a pipe: a pipe would break, and end the child's next write, when the supervisor dies.
  const output = openSync(logFile, 'a', 0o640)
  const [program, ...args] = command
  const child = spawn(program!, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...environment },
  })
  child.on('error', (error) => log.error('a process could not be started', { name, error }))
  closeSync(output)
  return child
}
