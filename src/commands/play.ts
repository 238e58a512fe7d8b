/**
 * `play`: the world plays a period on a virtual clock, through the same ledger, jobs, invoices and payments as a
 * running installation; prints what it came to and the hash of the invoices. The same seed gives the same bytes.
 */

import { parseArgs } from 'node:util'
import { createLog, fail, ok, readConfig, systemClock, virtualClock, type Config, type Result } from '../base/index.ts'
import { startServer } from '../platform/db/index.ts'
import { playPeriod, type Period, type Played } from './play/play-period.ts'

const usage = 'usage: node dialhouse.mjs play --from DAY --to DAY [--calls N] [--json]   (DAY: YYYY-MM-DD; N a month)\n'
/** What a crash of the machine loses of a game can be played again: commits do not wait for the disk. */
const unhurried = { synchronous_commit: 'off' }
const CALLS_DEFAULT = '10000'
const CALLS_MAX = 1_000_000

/** Exit code 1 when it could not be played, or a month is not proven. */
export async function run(args: readonly string[]): Promise<number> {
  const asked = parsed(args)
  if (!asked) {
    process.stderr.write(usage)
    return 2
  }
  const config = readConfig(process.env)
  const played = config.ok ? await playOn(config.value, asked.period) : config
  if (!played.ok) {
    process.stderr.write(`dialhouse: ${played.failure.message}\n`)
    return 1
  }
  process.stdout.write(asked.isJson ? `${JSON.stringify(played.value)}\n` : textOf(played.value))
  return played.value.months.every(({ isGreen }) => isGreen) ? 0 : 1
}

function parsed(args: readonly string[]): { period: Period; isJson: boolean } | undefined {
  try {
    const text = { type: 'string' } as const
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: text,
        to: text,
        calls: { ...text, default: CALLS_DEFAULT },
        json: { type: 'boolean', default: false },
      },
    })
    const [from, to] = [values.from, values.to].map((day) => Temporal.PlainDate.from(day ?? '').toString())
    const callsPerMonth = Number(values.calls)
    if (!Number.isInteger(callsPerMonth) || callsPerMonth < 1 || callsPerMonth > CALLS_MAX) return undefined
    return from! < to! ? { period: { from: from!, to: to!, callsPerMonth }, isJson: values.json } : undefined
  } catch {
    return undefined
  }
}

async function playOn(config: Config, period: Period): Promise<Result<Played>> {
  const wall = systemClock({ keepAlive: true })
  const log = createLog({ clock: wall, process: 'play', level: config.logLevel === 'debug' ? 'debug' : 'error' })
  if (config.databaseUrl) {
    return fail('play.own_database', 'play keeps its own database in the data folder: leave DATABASE_URL out')
  }
  const server = await startServer({ dataFolder: config.dataFolder, clock: wall, log, settings: unhurried })
  if (!server.ok) return server
  try {
    if (server.value.isAdopted) {
      return fail('play.in_use', 'an installation runs on this data folder: play on another one (DIALHOUSE_DATA)')
    }
    const clock = virtualClock(Temporal.PlainDate.from(period.from).toZonedDateTime('UTC').epochMilliseconds)
    const played = await playPeriod({ config, clock, log, adminUrl: server.value.url }, period)
    return played.ok ? ok(played.value) : played
  } finally {
    await (server.value.isAdopted ? server.value.release() : server.value.stop())
  }
}

function textOf(played: Played): string {
  const totals = Object.entries(played.totals).map(
    ([currency, { usage: calls, tax, total }]) => `  ${currency}: calls ${calls}, taxes ${tax}, total ${total}`,
  )
  const months = played.months.map(
    (one) => `  ${one.month}: ${one.isGreen ? 'green' : `red, ${one.findings} findings`}`,
  )
  const head = `${played.from} to ${played.to}: ${played.customers} customers, ${played.calls} calls`
  const paid = `${played.invoices} invoices, ${played.payments} payments of ${played.paid}`
  return [head, paid, ...totals, ...months, `invoices ${played.invoicesSha256}`, ''].join('\n')
}
