/** A played period: every day its calls, its payments, its jobs; month ends come by themselves. */

import { createHash } from 'node:crypto'
import { formatMicros, seededRandom, type Result, ok } from '../../base/index.ts'
import { canada, proveMonth } from '../../company/billing/index.ts'
import { evidenceFolder, readEvidence } from '../../company/ledger/index.ts'
import { createDraw } from '../../world/draw.ts'
import { simulatedTaxOffice } from '../../world/tax-office.ts'
import { drawCalls } from './draw-calls.ts'
import { openPlayHouse, type PlayHouse, type PlayParts } from './house.ts'
import { createPayers } from './payers.ts'
import { moveTo, playHours, type DayCounts, type DayParts } from './play-day.ts'

export type Period = {
  /** Days, `to` is not played. */
  readonly from: string
  readonly to: string
  readonly callsPerMonth: number
}

export type Played = {
  readonly from: string
  readonly to: string
  readonly seed: number
  readonly customers: number
  readonly calls: number
  readonly refused: number
  readonly cut: number
  readonly payments: number
  readonly failedPayments: number
  readonly paid: string
  readonly invoices: number
  /** By currency, as decimals. */
  readonly totals: Readonly<Record<string, { usage: string; net: string; tax: string; total: string }>>
  readonly months: readonly { month: string; isGreen: boolean; calls: number; invoices: number; findings: number }[]
  /** Of the documents, in the order of seller and number. */
  readonly invoicesSha256: string
}

const CALLS_STREAM = 2_000_003
const PAYERS_STREAM = 3_000_017
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** When the jobs of a day run: after midnight everywhere in North America, past the hour of the run. */
const JOBS_AT_MS = 15 * HOUR_MS
const DAYS_A_MONTH = 30

/** Plays the period on the clock, which stands at its beginning. */
export async function playPeriod(parts: PlayParts, period: Period): Promise<Result<Played>> {
  const opened = await openPlayHouse(parts)
  if (!opened.ok) return opened
  const house = opened.value
  const { clock, config, log } = parts
  try {
    const draw = createDraw(seededRandom(config.seed + CALLS_STREAM))
    const payers = createPayers(house, clock, createDraw(seededRandom(config.seed + PAYERS_STREAM)))
    const day: DayParts = { house, clock, log, evidence: evidenceFolder(config.dataFolder), talking: [] }
    const counts = { calls: 0, refused: 0, cut: 0 }
    const first = instantOf(period.from)
    const last = instantOf(period.to)
    for (let start = first; start < last; start += DAY_MS) {
      const drawn = drawCalls(draw, house.callers, start, Math.round(period.callsPerMonth / DAYS_A_MONTH))
      const noon = start + JOBS_AT_MS
      add(counts, await playHours(day, { from: start, to: noon }, drawn))
      await runJobs(house, parts, noon)
      await payers.payOn(noon)
      add(counts, await playHours(day, { from: noon, to: start + DAY_MS }, drawn))
    }
    // The last month ends with the period: its invoices are made on the day after it.
    add(counts, await playHours(day, { from: last, to: last + HOUR_MS }, []))
    await runJobs(house, parts, last + JOBS_AT_MS)
    const { payments, failures, paidMicros } = payers.counts
    return ok({
      from: period.from,
      to: period.to,
      seed: config.seed,
      customers: house.callers.length,
      ...counts,
      payments,
      failedPayments: failures,
      paid: formatMicros(paidMicros),
      ...(await invoicesOf(house)),
      months: await proveAll(house, parts, period),
    })
  } finally {
    await house.close()
  }
}

const instantOf = (day: string): number => Temporal.PlainDate.from(day).toZonedDateTime('UTC').epochMilliseconds

function add(counts: DayCounts, more: DayCounts): void {
  counts.calls += more.calls
  counts.refused += more.refused
  counts.cut += more.cut
}

/** Long enough for the ledger to see what changed about its accounts. */
const LOOK_MS = 3000

async function runJobs({ worker }: PlayHouse, { clock }: PlayParts, at: number): Promise<void> {
  moveTo(clock, at)
  clock.advance(LOOK_MS)
  await worker.runDue()
}

type SumRow = { currency: string; usage: bigint; net: bigint; tax: bigint; total: bigint; count: number }

async function invoicesOf(house: PlayHouse): Promise<Pick<Played, 'invoices' | 'totals' | 'invoicesSha256'>> {
  return house.office.as({ tenantPath: house.tenantPath }, async (tx) => {
    const sums = await tx<SumRow[]>`
      select currency, sum(usage_micros)::bigint as usage, sum(net_micros)::bigint as net,
             sum(tax_micros)::bigint as tax, sum(total_micros)::bigint as total, count(*)::int as count
      from invoice where issued_at is not null group by currency order by currency`
    const documents = await tx<{ number: string; sha256: string }[]>`
      select number, encode(sha256(content), 'hex') as sha256
      from invoice join invoice_document on invoice_id = invoice.id
      join tenant as seller on seller.id = seller_id order by seller.path collate "C", number collate "C"`
    const hash = createHash('sha256')
    for (const { number, sha256 } of documents) hash.update(`${number} ${sha256}\n`)
    const totals = sums.map(({ currency, usage, net, tax, total }) => {
      const texts = { usage: formatMicros(usage), net: formatMicros(net), tax: formatMicros(tax) }
      return [currency, { ...texts, total: formatMicros(total) }] as const
    })
    return {
      invoices: sums.reduce((count, row) => count + row.count, 0),
      totals: Object.fromEntries(totals),
      invoicesSha256: hash.digest('hex'),
    }
  })
}

/** The proof of every month that is over. */
async function proveAll(house: PlayHouse, { config }: PlayParts, { from, to }: Period): Promise<Played['months']> {
  const folder = evidenceFolder(config.dataFolder)
  const proofs: { month: string; isGreen: boolean; calls: number; invoices: number; findings: number }[] = []
  const last = Temporal.PlainDate.from(to)
  let month = Temporal.PlainDate.from(from).toPlainYearMonth()
  while (Temporal.PlainDate.compare(month.add({ months: 1 }).toPlainDate({ day: 1 }), last) <= 0) {
    const { isGreen, calls, invoices, findings } = await proveMonth(
      {
        db: house.office,
        tenantPath: house.tenantPath,
        taxes: [canada, simulatedTaxOffice()],
        evidence: (months) => readEvidence(folder, months),
      },
      month.toString(),
    )
    proofs.push({ month: month.toString(), isGreen, calls, invoices, findings: findings.length })
    month = month.add({ months: 1 })
  }
  return proofs
}
