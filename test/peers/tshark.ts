/** tshark (Debian) as a witness: what really was on the wire, read by a program that is not ours. */

import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { eventually, pause, startProgram, type Program } from './program.ts'

export type Capture = {
  readonly program: Program
  /** Ends the capture; the file is complete then. */
  stop(): Promise<void>
}

/** Captures on the loopback interface what a filter (as of tcpdump) matches; resolves when it has begun. */
export async function startCapture(options: { readonly file: string; readonly filter: string }): Promise<Capture> {
  mkdirSync(dirname(options.file), { recursive: true })
  const args = ['-i', 'lo', '-n', '-q', '-B', '64', '-w', options.file, '-f', options.filter]
  const program = startProgram('tshark', args, dirname(options.file))
  // The file gets its head when the interface is open; the filter is in force a moment later.
  const began = await eventually(() => existsSync(options.file) && statSync(options.file).size > 0, 10_000)
  await pause(300)
  if (!began) {
    await program.stop()
    throw new Error(`tshark does not capture:\n${program.output()}`)
  }
  return {
    program,
    async stop() {
      // What is on its way to the file is given time to get there.
      await pause(300)
      await program.stop()
    },
  }
}

/** Fields of the packets of a capture that a display filter matches: one row a packet. */
export async function readCapture(options: {
  readonly file: string
  readonly filter: string
  readonly fields: readonly string[]
  /** `-d` rules such as `udp.port==21000,rtp`. */
  readonly decode?: readonly string[]
  /** `-o` preferences such as `udp.check_checksum:TRUE`. */
  readonly preferences?: readonly string[]
}): Promise<string[][]> {
  const args = ['-r', options.file, '-n', '-Y', options.filter, '-T', 'fields', '-E', 'separator=|']
  for (const field of options.fields) args.push('-e', field)
  for (const rule of options.decode ?? []) args.push('-d', rule)
  for (const preference of options.preferences ?? []) args.push('-o', preference)
  const program = startProgram('tshark', args, dirname(options.file))
  await program.exited
  const rows = program.output().split('\n')
  return rows.filter((row) => row.includes('|') || options.fields.length === 1).map((row) => row.split('|'))
}

export type RtpStream = { readonly packets: number; readonly lost: number; readonly longestGapMs: number }

/** The RTP streams to a port in a capture, as tshark counts them: by sequence numbers, and by arrival. */
export async function rtpStreams(options: { readonly file: string; readonly port: number }): Promise<RtpStream[]> {
  const args = ['-r', options.file, '-n', '-q', '-d', `udp.port==${options.port},rtp`, '-z', 'rtp,streams']
  const program = startProgram('tshark', args, dirname(options.file))
  await program.exited
  const rows = program.output().matchAll(/ (\d+) +(-?\d+) \([-.\d]+%\) +([-.\d]+) +([-.\d]+) +([-.\d]+) /g)
  return [...rows].map(([, packets, lost, , , longest]) => ({
    packets: Number(packets),
    lost: Number(lost),
    longestGapMs: Number(longest),
  }))
}
