/** The reason that a process gave for its end, taken from the tail of its log. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 16 * 1024

/** The message of the last error in a log, in one line; undefined when there is none. */
export function lastErrorOf(path: string): string | undefined {
  const lines = tailOf(path).split('\n').filter(Boolean)
  for (const line of lines.toReversed()) {
    const message = errorIn(line)
    if (message) return message
  }
  return undefined
}

function tailOf(path: string): string {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
      readSync(file, bytes, 0, bytes.length, size - bytes.length)
      return bytes.toString('utf8')
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}

function errorIn(line: string): string | undefined {
  // What main.ts and Node print of an error that nobody caught: `TypeError: x is not a function`.
  if (!line.startsWith('{')) return /^dialhouse: (.+)/.exec(line)?.[1] ?? /^\w*(Error|Failure)\b.*: .+/.exec(line)?.[0]
  try {
    const event = JSON.parse(line) as {
      level?: string
      message?: string
      reason?: unknown
      error?: { message?: string }
    }
    if (event.level !== 'error') return undefined
    const why = typeof event.reason === 'string' ? event.reason : event.error?.message
    return why ?? event.message
  } catch {
    return undefined
  }
}
