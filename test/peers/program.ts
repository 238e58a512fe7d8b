/** Programs that we did not write, started by tests as independent peers and ended with them. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { systemClock } from '../../src/base/index.ts'

const clock = systemClock({ keepAlive: true })
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export type Program = {
  readonly pid: number
  /** All that it wrote so far, both streams in order. */
  output(): string
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Types into it. */
  type(text: string): void
  /** Sends a signal of the program's own meaning. */
  signal(name: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL when that is not enough within two seconds; resolves when it is gone. */
  stop(): Promise<void>
}

/** Waits a moment of real time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}

/** Waits until `find` gives something other than undefined and false; undefined when it does not in time. */
export async function eventually<T>(find: () => T | undefined | false, limitMs = 15_000): Promise<T | undefined> {
  for (const deadline = clock.monotonic() + limitMs; ; await pause(20)) {
    const found = find()
    if (found !== undefined && found !== false) return found
    if (clock.monotonic() > deadline) return undefined
  }
}

/** Starts a program; what it writes is kept up to 4 MB. */
export function startProgram(command: string, args: readonly string[], folder: string): Program {
  const child = spawn(command, [...args], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  running.add(child)
  let text = ''
  const take = (chunk: Buffer): void => {
    if (text.length < 4 * 1024 * 1024) text += chunk.toString('latin1')
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  child.stdin.on('error', () => {})
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      running.delete(child)
      text += String(error)
      resolve(127)
    })
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return {
    pid: child.pid ?? 0,
    output: () => text,
    exited,
    type: (typed) => void child.stdin.write(typed),
    signal: (name) => void child.kill(name),
    async stop() {
      if (!running.has(child)) return
      child.kill('SIGTERM')
      const kill = clock.after(2000, () => void child.kill('SIGKILL'))
      await exited
      kill.stop()
    },
  }
}

/**
 * The `skip` of a test that needs a Debian program: false when it is there, else how to get it. With
 * `CI=true` a missing peer is a failure instead.
 */
export function unlessInstalled(program: string, debianPackage = program): string | false {
  if (spawnSync('which', [program], { stdio: 'ignore' }).status === 0) return false
  const advice = `${program} is missing: apt-get install ${debianPackage}`
  if (process.env['CI'] === 'true') throw new Error(advice)
  return advice
}

function holdUdp(port: number): Promise<{ port: number; release: () => Promise<void> } | undefined> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => resolve(undefined))
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () =>
      resolve({ port: socket.address().port, release: () => new Promise((done) => socket.close(() => done())) }),
    )
  })
}

/** Whether somebody listens on a UDP port of 127.0.0.1, at the latest after three seconds. */
export async function isUdpTaken(port: number): Promise<boolean> {
  for (let tries = 0; tries < 60; tries++) {
    const held = await holdUdp(port)
    if (!held) return true
    await held.release()
    await pause(50)
  }
  return false
}

function isTcpFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)))
  })
}

/** Below what systems lend to outgoing connections, so that none of them takes a port between the look and its use. */
const LOWEST_PORT = 12_000
const PAIRS = 5_000

/** Each lane of a full run has a range of its own: nothing takes a port between another lane's look and its use. */
const laneStart = LOWEST_PORT + 2 * PAIRS * Number(process.env['DIALHOUSE_TEST_LANE'] ?? '0')

/**
 * Ports of 127.0.0.1 that are free for UDP and TCP at this moment; the port after each is free for TCP too, for phones
 * that open it for TLS without being asked.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; release: () => Promise<void> }[] = []
  while (held.length < count) {
    const port = laneStart + 2 * randomInt(PAIRS)
    const one = await holdUdp(port)
    if (!one) continue
    if ((await isTcpFree(port)) && (await isTcpFree(port + 1))) held.push(one)
    else await one.release()
  }
  await Promise.all(held.map((one) => one.release()))
  return held.map((one) => one.port)
}

/** A range of UDP ports that are free at this moment, half open, with an even beginning. */
export async function freePortRange(size: number): Promise<{ first: number; end: number }> {
  for (;;) {
    const [start = 0] = await freePorts(1)
    const first = start + (start % 2)
    const held = await Promise.all(Array.from({ length: size }, (_, at) => holdUdp(first + at)))
    for (const one of held) await one?.release()
    if (held.every(Boolean)) return { first, end: first + size }
  }
}
