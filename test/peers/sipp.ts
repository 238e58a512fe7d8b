/** SIPp (Debian, 3.6): many calls at once, each as a scenario says, and counted by SIPp itself. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause, startProgram, type Program } from './program.ts'

export type SippOptions = {
  /** Its scenario, statistics and errors go there; made when missing. */
  readonly folder: string
  /** Text of a scenario: one of `sipp-scenarios.ts`, or your own. */
  readonly scenario: string
  /** Where requests go; answering scenarios need none. */
  readonly target?: { readonly host: string; readonly port: number }
  readonly sipPort: number
  /** Its own address, 127.0.0.1 by default. */
  readonly host?: string
  /** The network namespace that it runs in. */
  readonly namespace?: string
  /** RTP of its first call; even. */
  readonly mediaPort?: number
  readonly transport?: 'udp' | 'tcp'
  /** Number called: `[service]` of the scenario. */
  readonly service?: string
  readonly calls?: number
  /** Calls begun a second (default 10), and at most at once (default `calls`). */
  readonly rate?: number
  readonly atOnce?: number
  /** Lines `a;b;...` for `[field0]`, `[field1]` ...; taken in turn. */
  readonly fields?: readonly string[]
  /** How its Call-IDs are made, such as `%u-%p`; with its address behind an @ when absent. */
  readonly callId?: string
  /** Sends back every RTP packet that it gets. */
  readonly echoes?: boolean
  readonly limitSeconds?: number
}

export type SippResult = {
  readonly succeeded: number
  readonly failed: number
  /** Calls begun, both kinds. */
  readonly calls: number
  readonly retransmissions: number
  /** What SIPp found wrong, in its words. */
  readonly errors: string
  readonly exitCode: number | null
}

export type Sipp = {
  readonly program: Program
  /** Resolves when every call has ended, or SIPp was stopped. */
  readonly result: Promise<SippResult>
  /** Ends it; its result is told as of the last second. */
  stop(): Promise<SippResult>
}

function argumentsOf(options: SippOptions): string[] {
  const { folder, target, calls, transport = 'udp', rate = 10 } = options
  const args = ['-sf', join(folder, 'scenario.xml'), '-i', options.host ?? '127.0.0.1', '-p', String(options.sipPort)]
  args.push('-t', transport === 'udp' ? 'u1' : 't1', '-nostdin', '-r', String(rate), '-fd', '1')
  args.push('-trace_stat', '-stf', join(folder, 'stat.csv'), '-trace_err', '-error_file', join(folder, 'errors.log'))
  if (calls !== undefined) args.push('-m', String(calls), '-l', String(options.atOnce ?? calls))
  if (options.mediaPort !== undefined) args.push('-mi', options.host ?? '127.0.0.1', '-mp', String(options.mediaPort))
  if (options.service !== undefined) args.push('-s', options.service)
  if (options.fields) args.push('-inf', join(folder, 'fields.csv'))
  if (options.callId !== undefined) args.push('-cid_str', options.callId)
  if (options.echoes) args.push('-rtp_echo')
  if (options.limitSeconds !== undefined) args.push('-timeout', `${options.limitSeconds}s`, '-timeout_error')
  return target ? [...args, `${target.host}:${target.port}`] : args
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The cumulative figures of the last line of SIPp's statistics. */
function resultOf(folder: string, exitCode: number | null): SippResult {
  const lines = textOf(join(folder, 'stat.csv')).trimEnd().split('\n')
  const names = lines[0]?.split(';') ?? []
  const values = lines.length > 1 ? lines.at(-1)!.split(';') : []
  const figure = (name: string): number => Number(values[names.indexOf(name)] ?? 0)
  return {
    succeeded: figure('SuccessfulCall(C)'),
    failed: figure('FailedCall(C)'),
    calls: figure('TotalCallCreated'),
    retransmissions: figure('Retransmissions(C)'),
    errors: textOf(join(folder, 'errors.log')),
    exitCode,
  }
}

/** Starts a scenario; it runs by itself until its calls are done. */
export function startSipp(options: SippOptions): Sipp {
  const { folder } = options
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'scenario.xml'), options.scenario)
  writeFileSync(join(folder, 'stat.csv'), '')
  if (options.fields) writeFileSync(join(folder, 'fields.csv'), `SEQUENTIAL\n${options.fields.join('\n')}\n`)
  const { namespace } = options
  const inside = namespace === undefined ? [] : ['netns', 'exec', namespace, 'sipp']
  const program = startProgram(namespace === undefined ? 'sipp' : 'ip', [...inside, ...argumentsOf(options)], folder)
  const result = program.exited.then((code) => resultOf(folder, code))
  return {
    program,
    result,
    async stop() {
      // Asks for an end that writes the last statistics.
      program.signal('SIGUSR1')
      await Promise.race([result, pause(1000)])
      await program.stop()
      return result
    },
  }
}

/** Runs a scenario to its end. */
export function runSipp(options: SippOptions): Promise<SippResult> {
  return startSipp({ limitSeconds: 60, ...options }).result
}
