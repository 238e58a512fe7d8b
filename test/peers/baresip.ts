/**
 * baresip (Debian, 1.0) as a phone: it registers, calls, answers, speaks a steady tone and records what
 * it hears. Driven over its control port (JSON in netstrings).
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { measureTone, sines } from '../../src/network/media/index.ts'
import { eventually, pause, startProgram, type Program } from './program.ts'
import { readDump, writeWav } from './wave-file.ts'

export type BaresipAccount = {
  readonly user: string
  readonly password: string
  /** Where it registers and sends its calls. */
  readonly host: string
  readonly port: number
  readonly transport?: 'udp' | 'tcp' | 'tls'
  /** Seconds asked for; 0 does not register (default 600). */
  readonly expiresSeconds?: number
}

export type BaresipOptions = {
  /** Emptied, then used for its configuration and recordings. */
  readonly folder: string
  readonly account: BaresipAccount
  /** Its own SIP port and its control port on 127.0.0.1. */
  readonly sipPort: number
  readonly controlPort: number
  /** UDP ports of its media, half open. */
  readonly rtpPorts: { readonly first: number; readonly end: number }
  /** What it says, for up to two minutes: a sine of this many hertz. */
  readonly toneHz: number
  readonly answers?: 'at once' | 'by command'
}

/** `REGISTER_OK`, `CALL_INCOMING`, `CALL_RINGING`, `CALL_ESTABLISHED`, `CALL_CLOSED` ... with their text. */
export type BaresipEvent = { readonly type: string; readonly param: string }

export type Baresip = {
  readonly program: Program
  /** Every event so far. */
  readonly events: readonly BaresipEvent[]
  /** Waits for an event of a type, counted from the start or from `after` events on. */
  event(type: string, options?: { limitMs?: number; after?: number }): Promise<BaresipEvent | undefined>
  /** Whether it is registered, at the latest after five seconds. */
  registered(): Promise<boolean>
  dial(target: string): Promise<void>
  accept(): Promise<void>
  hangUp(): Promise<void>
  /** Any command of its menu. */
  command(name: string, params?: string): Promise<void>
  /** What it heard in its last call, once that has ended: linear samples, 8 kHz. */
  heard(): Int16Array
  /** The share of `hz` in what it heard in its last call (0-1), leaving out the first half second. */
  heardTone(hz: number): number
  close(): Promise<void>
}

const modules = ['g711.so', 'sndfile.so', 'aufile.so', 'aubridge.so']
const applications = ['auloop.so', 'menu.so', 'ctrl_tcp.so']

function configOf(options: BaresipOptions): string {
  const { folder, sipPort, controlPort, rtpPorts } = options
  return [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${sipPort}`,
    'call_local_timeout 120',
    'call_max_calls 20',
    'audio_player aubridge,nil',
    `audio_source aufile,${join(folder, 'tone.wav')}`,
    'audio_alert aubridge,nil',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    'audio_buffer 20-160',
    `rtp_ports ${rtpPorts.first}-${rtpPorts.end}`,
    'jitter_buffer_delay 1-2',
    'rtp_stats yes',
    'net_interface 127.0.0.1',
    'module_path /usr/lib/baresip/modules',
    ...modules.map((name) => `module ${name}`),
    'module_tmp account.so',
    ...applications.map((name) => `module_app ${name}`),
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    `snd_path ${folder}`,
    '',
  ].join('\n')
}

function accountOf({ account, answers = 'at once' }: BaresipOptions): string {
  const { user, password, host, port, transport = 'udp', expiresSeconds = 600 } = account
  const mode = answers === 'at once' ? 'auto' : 'manual'
  const address = `<sip:${user}@${host}:${port};transport=${transport}>`
  return `${address};auth_user=${user};auth_pass=${password};answermode=${mode};regint=${expiresSeconds}\n`
}

async function openControl(port: number, program: Program): Promise<Socket> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect({ host: '127.0.0.1', port })
      attempt.once('connect', () => resolve(attempt))
      attempt.once('error', () => resolve(undefined))
    })
    if (socket) return socket
    await pause(50)
  }
  await program.stop()
  throw new Error(`baresip does not open its control port:\n${program.output()}`)
}

/** Hands every netstring of a stream on. */
function eachNetstring(socket: Socket, take: (text: string) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const colon = pending.indexOf(':')
      const length = Number(pending.toString('latin1', 0, Math.max(0, colon)))
      if (colon < 0 || !(pending.length > colon + 1 + length)) return
      take(pending.toString('utf8', colon + 1, colon + 1 + length))
      pending = pending.subarray(colon + 2 + length)
    }
  })
}

function isRegistered(output: string, events: readonly BaresipEvent[]): boolean {
  return /200 OK \(.*\) \[\d+ binding/.test(output) || events.some((event) => event.type === 'REGISTER_OK')
}

/** Starts a phone; it registers by itself. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const { folder } = options
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config'), configOf(options))
  writeFileSync(join(folder, 'accounts'), accountOf(options))
  writeFileSync(join(folder, 'contacts'), '')
  writeFileSync(join(folder, 'tone.wav'), writeWav(sines([options.toneHz], -10, 120_000)))
  // Its output is a pipe here, which it would fill in blocks.
  const program = startProgram('stdbuf', ['-oL', '-eL', 'baresip', '-4', '-f', folder], folder)
  const control = await openControl(options.controlPort, program)
  control.on('error', () => {})
  const events: BaresipEvent[] = []
  eachNetstring(control, (text) => {
    const message = JSON.parse(text) as { event?: boolean; type?: string; param?: string }
    if (message.event) events.push({ type: message.type ?? '', param: message.param ?? '' })
  })
  const command = async (name: string, params = ''): Promise<void> => {
    const text = JSON.stringify({ command: name, params })
    await new Promise<void>((resolve) => control.write(`${Buffer.byteLength(text)}:${text},`, () => resolve()))
  }
  const heard = (): Int16Array => {
    const dumps = readdirSync(folder).filter((name) => /^dump-.*-dec\.wav$/.test(name))
    const last = dumps.toSorted().at(-1)
    return last === undefined ? new Int16Array(0) : readDump(readFileSync(join(folder, last)))
  }
  return {
    program,
    events,
    event: (type, { limitMs, after = 0 } = {}) =>
      eventually(() => events.slice(after).find((event) => event.type === type), limitMs),
    registered: async () => (await eventually(() => isRegistered(program.output(), events))) === true,
    dial: (target) => command('dial', target),
    accept: () => command('accept'),
    hangUp: () => command('hangup'),
    command,
    heard,
    heardTone: (hz) => measureTone(heard().subarray(4000), hz).share,
    async close() {
      control.destroy()
      await program.stop()
    },
  }
}
