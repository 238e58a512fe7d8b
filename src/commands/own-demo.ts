/** A demo of one's own, on free ports and an empty data folder: for benches and for tests of the whole. */

import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail, ok, systemClock, type Failure, type Result } from '../base/index.ts'
import { portFault } from '../processes/supervisor/preflight.ts'

const home = join(import.meta.dirname, '../..')
const HOST = '127.0.0.1'
const READY_MS = 90_000
const STOP_MS = 40_000
/** Below the ports that the system lends to outgoing connections. */
const PORTS = { first: 20_080, count: 9_000 } as const
const RTP_PORTS = 1_000

export type DemoPorts = { readonly http: number; readonly sip: number; readonly rtp: number }

export type OwnDemo = {
  /** What the ready line names. */
  readonly url: string
  readonly dataFolder: string
  readonly ports: DemoPorts
  /** For other commands on the same installation. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** From the start of the command to its ready line. */
  readonly readyMs: number
  /** The supervisor. */
  readonly process: ChildProcess
  /** Everything that it wrote on standard output, and on standard error. */
  output(): string
  errors(): string
  /** SIGTERM; the exit code when it is gone. The data folder is removed unless it is to be kept. */
  stop(options?: { keepData?: boolean }): Promise<number | null>
}

export type OwnDemoOptions = {
  /** An existing folder and its ports, to start again. */
  readonly dataFolder?: string
  readonly ports?: DemoPorts
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Starts `node dialhouse.mjs demo` and waits for its ready line; fails with what it said instead. */
export async function startOwnDemo(options: OwnDemoOptions = {}): Promise<Result<OwnDemo, Failure>> {
  const clock = systemClock({ keepAlive: true })
  const dataFolder = options.dataFolder ?? newDataFolder()
  const ports = options.ports ?? (await freePorts())
  const environment = {
    ...process.env,
    DIALHOUSE_DATA: dataFolder,
    DIALHOUSE_HTTP: `${HOST}:${ports.http}`,
    DIALHOUSE_SIP: `${HOST}:${ports.sip}`,
    DIALHOUSE_RTP: `${ports.rtp}-${ports.rtp + RTP_PORTS - 1}`,
    ...options.environment,
  }
  const begun = clock.monotonic()
  const program = runDemo(environment)
  const stop: OwnDemo['stop'] = async ({ keepData = false } = {}) => {
    const code = await program.end()
    if (!keepData) rmSync(dataFolder, { recursive: true, force: true })
    return code
  }
  const url = await program.ready
  if (url === undefined) {
    await stop({ keepData: options.dataFolder !== undefined })
    return fail('demo.not_ready', `the demo did not become ready: ${program.errors().trim() || 'it said nothing'}`)
  }
  const readyMs = Math.round(clock.monotonic() - begun)
  const { child, output, errors } = program
  return ok({ url, dataFolder, ports, environment, readyMs, process: child, output, errors, stop })
}

/** The command with its output read; `ready` is undefined when it ends or takes too long. */
function runDemo(environment: Readonly<Record<string, string | undefined>>) {
  const clock = systemClock({ keepAlive: true })
  const child = spawn(process.execPath, [join(home, 'dialhouse.mjs'), 'demo'], {
    cwd: home,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  const gone = new Promise<undefined>((resolve) => child.once('exit', () => resolve(undefined)))
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  const said = new Promise<string>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString()
      const line = /^dialhouse ready (\S+)\n/m.exec(output)
      if (line) resolve(line[1]!)
    })
  })
  let late = clock.after(0, () => {})
  const tooLate = new Promise<undefined>((resolve) => (late = clock.after(READY_MS, () => resolve(undefined))))
  const ready = Promise.race([said, gone, tooLate]).finally(() => late.stop())
  const end = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      const stuck = clock.after(STOP_MS, () => child.kill('SIGKILL'))
      await gone
      stuck.stop()
    }
    return child.exitCode
  }
  return { child, ready, end, output: () => output, errors: () => errors }
}

function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-demo-'))
  // The account that PostgreSQL runs under must pass through.
  chmodSync(folder, 0o711)
  return folder
}

/** Copies that start together begin their search at different places; media looks within its range itself. */
async function freePorts(): Promise<DemoPorts> {
  let at = (process.pid * 37) % PORTS.count
  const next = async (): Promise<number> => {
    do at = (at + 1) % PORTS.count
    while (!(await isFree(PORTS.first + at)))
    return PORTS.first + at
  }
  const http = await next()
  const sip = await next()
  return { http, sip, rtp: 32_000 + (process.pid % 32) * RTP_PORTS }
}

async function isFree(port: number): Promise<boolean> {
  const protocols = ['tcp', 'udp'] as const
  const faults = await Promise.all(protocols.map((protocol) => portFault({ host: HOST, port }, protocol)))
  return faults.every((code) => code === undefined)
}
