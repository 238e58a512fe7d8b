/**
 * Structured log: one JSON line an event. The message is static text; data goes into attributes, and
 * personal data (numbers, addresses, digits, SIP bodies, mail addresses) only under `pii.*` keys,
 * which are masked unless the operator asks for them.
 */

import type { Clock } from './clock.ts'
import { isoInstant } from './clock.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Values of an event. A key that starts with `pii.` holds personal data. */
export type LogAttributes = Readonly<Record<string, unknown>>

export type Log = {
  debug(message: string, attributes?: LogAttributes): void
  info(message: string, attributes?: LogAttributes): void
  warn(message: string, attributes?: LogAttributes): void
  error(message: string, attributes?: LogAttributes): void
  /** The same log with attributes added to every event. */
  with(attributes: LogAttributes): Log
}

export type LogOptions = {
  readonly clock: Clock
  readonly process: string
  readonly level?: LogLevel
  /** Shows `pii.*` values instead of masking them. */
  readonly showPersonalData?: boolean
  /** Where a finished line goes; the default is standard error. */
  readonly write?: (line: string) => void
}

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
const secretKey = /password|secret|token|authorization|cookie|ha1|masterkey/i

/** Keeps the last two characters of personal data, so that two events can be matched by eye. */
function masked(value: unknown): string {
  const text = String(value)
  return text.length <= 4 ? '***' : `***${text.slice(-2)}`
}

function shown(key: string, value: unknown, showPersonalData: boolean): unknown {
  if (secretKey.test(key)) return '[secret]'
  if (key.startsWith('pii.') && !showPersonalData) return masked(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return { message: value.message, stack: value.stack }
  return value
}

/** Starts a log; every process has one and passes it down. */
export function createLog(options: LogOptions, fixed: LogAttributes = {}): Log {
  const floor = rank[options.level ?? 'info']
  const write = options.write ?? ((line: string) => void process.stderr.write(`${line}\n`))
  const emit = (level: LogLevel, message: string, attributes: LogAttributes = {}): void => {
    if (rank[level] < floor) return
    const head = { time: isoInstant(options.clock.now()), level, process: options.process, message }
    const event = { ...head, ...fixed, ...attributes, ...head }
    // At every depth: what is inside an attribute has a name too.
    write(JSON.stringify(event, (key, value: unknown) => shown(key, value, options.showPersonalData ?? false)))
  }
  return {
    debug: (message, attributes) => emit('debug', message, attributes),
    info: (message, attributes) => emit('info', message, attributes),
    warn: (message, attributes) => emit('warn', message, attributes),
    error: (message, attributes) => emit('error', message, attributes),
    with: (attributes) => createLog(options, { ...fixed, ...attributes }),
  }
}

/** A log that says nothing, for tests that do not look at it. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
}
