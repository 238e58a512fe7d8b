/** `rate`: what calls cost by a deck in a file; what `POST /api/v1/rating/simulate` computes, without a server. */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { fail, formatMicros, localToEpochMs, ok, systemClock, type Failure, type Result } from '../base/index.ts'
import { simulateDeckFile, simulateQuestion, type FileSimulation } from '../company/catalog/index.ts'

const usage = `usage: node dialhouse.mjs rate --deck FILE --to NUMBER --seconds N [--at TIME] [--zone ZONE] [--json]
                              [--direction inbound] [--currency CAD] [--interval after_first|total]
                              [--digits 2..6] [--mode half-up|half-even|up|down] [--split N,N,...]
       node dialhouse.mjs rate --question FILE [--json]

  --deck      a deck as CSV or XLSX
  --at        when it is answered: 2026-10-01 08:30 in the zone, or an instant with its Z; now without it
  --question  a body of POST /api/v1/rating/simulate, with a plan and several calls
`
/** Nothing larger is a deck or a question. */
const BYTES_MAX = 64 * 1_048_576

/** `rate`: exit code 1 when nothing could be rated. */
export async function run(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage)
    return 0
  }
  const values = parsed(args)
  const rated = values && (await rate(values))
  if (!values || !rated) {
    process.stderr.write(usage)
    return 2
  }
  if (!rated.ok) {
    process.stderr.write(`dialhouse: ${rated.failure.message}\n`)
    return 1
  }
  process.stdout.write(values.json ? `${rated.value.json}\n` : textOf(rated.value))
  return 0
}

function textOf({ calls, totalMicros, currency }: FileSimulation): string {
  const lines = calls.map(({ to, explanation }) => `${to}\n  ${explanation.join('\n  ')}\n`)
  return calls.length > 1 ? `${lines.join('')}total: ${formatMicros(totalMicros)} ${currency}\n` : lines.join('')
}

const text = { type: 'string' } as const
const options = {
  deck: text,
  question: text,
  to: text,
  seconds: text,
  at: text,
  zone: { ...text, default: 'UTC' },
  direction: { ...text, default: 'outbound' },
  digits: { ...text, default: '6' },
  mode: { ...text, default: 'half-up' },
  interval: { ...text, default: 'after_first' },
  currency: { ...text, default: 'CAD' },
  split: text,
  json: { type: 'boolean', default: false },
} as const

/** Undefined for arguments that are none. */
function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch {
    return undefined
  }
}

/** Undefined when what to rate is not said. */
async function rate(values: NonNullable<ReturnType<typeof parsed>>): Promise<Result<FileSimulation> | undefined> {
  const now = systemClock().now()
  if (values.question !== undefined) {
    const file = await readFileWithin(values.question)
    return file.ok ? simulateQuestion(file.value.toString('utf8'), now) : file
  }
  const { deck, to, seconds, at, zone, direction, interval, currency, mode } = values
  if (deck === undefined || to === undefined || seconds === undefined) return undefined
  const answeredAt = at === undefined ? now : instantOf(at, zone)
  if (answeredAt === undefined) return fail('command.no_time', `"${at}" is no time in ${zone}`)
  const file = await readFileWithin(deck)
  if (!file.ok) return file
  const splitAt = (values.split ?? '').split(',').filter(Boolean).map(Number)
  const call = { to, direction, durationMs: Number(seconds) * 1000, splitAt }
  const rounding = { mode, digits: Number(values.digits) }
  return simulateDeckFile(file.value, { call, zone, interval, currency, rounding }, answeredAt)
}

function instantOf(time: string, zone: string): number | undefined {
  if (!time.endsWith('Z')) return localToEpochMs(time, zone)
  try {
    return Temporal.Instant.from(time.replace(' ', 'T')).epochMilliseconds
  } catch {
    return undefined
  }
}

/** A whole file, refused by its size before it is read, and while it is read if it grows. */
async function readFileWithin(path: string): Promise<Result<Buffer, Failure>> {
  const tooLarge = fail('command.file_too_large', `${path} is larger than ${BYTES_MAX} bytes`)
  try {
    if ((await stat(path)).size > BYTES_MAX) return tooLarge
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > BYTES_MAX) return tooLarge
      chunks.push(chunk)
    }
    return ok(Buffer.concat(chunks))
  } catch (thrown) {
    return fail('command.no_file', `${path} cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}
