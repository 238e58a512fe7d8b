/**
 * `bench invoices`: a billing run from the stored calls to issued and posted invoices: some with 100 usage lines and
 * their PDF, and a hundred thousand customers without. One process works, beside PostgreSQL; its memory is watched.
 */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetrics, FailureError, silentLog, systemClock, virtualClock, type Result } from '../../base/index.ts'
import { advanceRun, canada, deliverInvoices, readSellers } from '../../company/billing/index.ts'
import { createDeck, createProduct, deckColumns, importDeck } from '../../company/catalog/index.ts'
import { openBooks, openLedger } from '../../company/ledger/index.ts'
import { createProvider } from '../../company/tenant/index.ts'
import { migrate, openDb, startServer, type Db } from '../../platform/db/index.ts'
import { describeMachine, type BenchResult, type Figures } from './bench.ts'

const wall = systemClock({ keepAlive: true })
const WITH_PDF = 2000
const LINES = 100
const WITHOUT_PDF = 100_000
const CALLS_WITHOUT = 2
const SAMPLE_MS = 500
const MB = 1024 * 1024
const deck = `${deckColumns.join(',')}\n1,North America,domestic,outbound,0,6,0.01,6,0.01,0,0,no\n`

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Measures both, each in a database of its own. */
export async function measure(): Promise<BenchResult> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-bench-'))
  chmodSync(dataFolder, 0o755)
  const settings = { shared_buffers: '512MB', max_wal_size: '4GB' }
  const server = valueOf(await startServer({ dataFolder, clock: wall, log: silentLog, settings }))
  try {
    const withPdf = await measureRun(server.url, { customers: WITH_PDF, calls: LINES, isDelivered: true })
    const without = await measureRun(server.url, {
      customers: WITHOUT_PDF,
      calls: CALLS_WITHOUT,
      isDelivered: false,
    })
    const figures = {
      invoicesPerHourWithPdf: withPdf.invoicesPerHour,
      withPdf: { ...withPdf, usageLines: LINES },
      withoutPdf: without,
    }
    return { name: 'invoices', machine: describeMachine(), figures, peer: null, ratios: {} }
  } finally {
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

type Load = { readonly customers: number; readonly calls: number; readonly isDelivered: boolean }

async function measureRun(serverUrl: string, load: Load): Promise<Figures & { readonly invoicesPerHour: number }> {
  const address = new URL(serverUrl)
  address.pathname = `/run_${load.customers}`
  const url = address.href
  valueOf(await migrate(url, { clock: wall, log: silentLog }))
  const clock = virtualClock(Temporal.Instant.from('2026-11-01T12:00:00Z').epochMilliseconds)
  const shared = { url, clock, log: silentLog, statementTimeoutMs: 0 }
  const office = valueOf(await openDb({ ...shared, role: 'office', max: 4 }))
  const charge = valueOf(await openDb({ ...shared, role: 'charge', max: 3 }))
  try {
    await fill(office, charge, load)
    const ledger = openLedger({ db: charge, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} })
    const watch = watchMemory()
    const began = wall.monotonic()
    const [seller] = await office.as({ tenantPath: 'nw/' }, (tx) => readSellers(tx))
    const parts = { db: office, clock, log: silentLog, taxes: [canada], post: ledger.postBilling }
    const outcome = await advanceRun(parts, { seller: seller!, day: '2026-11-01', kind: 'customer' })
    const billedMs = wall.monotonic() - began
    const delivery = { db: office, clock, log: silentLog, addressOn: () => 'https://portal.example/' }
    if (load.isDelivered) await deliverInvoices(delivery, seller!)
    const ms = wall.monotonic() - began
    const memory = watch.stop()
    await ledger.close()
    const counted = await office.as(
      { tenantPath: 'nw/' },
      (tx) => tx<{ count: number }[]>`select count(*)::int as count from invoice where posted_at is not null`,
    )
    const invoices = counted[0]!.count
    return {
      invoices,
      state: outcome.state,
      seconds: Math.round(ms) / 1000,
      billedSeconds: Math.round(billedMs) / 1000,
      invoicesPerHour: Math.round((invoices / ms) * 3_600_000),
      ...memory,
    }
  } finally {
    await charge.close()
    await office.close()
  }
}

/** Memory of this process while it runs: at the first quarter, and the most afterwards. */
function watchMemory() {
  const seen: number[] = []
  const timer = wall.every(SAMPLE_MS, () => void seen.push(Math.round(process.memoryUsage.rss() / MB)))
  return {
    stop() {
      timer.stop()
      const early = seen.slice(0, Math.max(1, Math.floor(seen.length / 4)))
      return { rssEarlyMb: Math.max(...early, 0), rssMaxMb: Math.max(...seen, 0) }
    },
  }
}

/** Customers with two services each, and their calls of October, written as rows: how they came is not measured. */
async function fill(office: Db, charge: Db, { customers, calls }: Load): Promise<void> {
  const clock = virtualClock(Temporal.Instant.from('2026-10-01T12:00:00Z').epochMilliseconds)
  const at = clock.now()
  await office.as({ tenantPath: 'nw/' }, async (tx) => {
    const brand = { host: 'bench.localhost', colour: '#224466', supportEmail: 'a@example.com' }
    const place = { phone: '+14165550100', postalAddress: 'Toronto' }
    const provider = await createProvider(tx, clock, { slug: 'nw', name: 'Bench', brand: { ...brand, ...place } })
    const { tenantId } = valueOf(provider)
    await openBooks(tx, clock, { tenantId, currency: 'CAD' })
    const deckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
    valueOf(await importDeck(tx, clock, { tenantId, deckId, csv: deck, activate: true }))
    const product = { tenantId, code: 'seat', name: 'Seat', kind: 'extension' as const, currency: 'CAD' }
    const productId = await createProduct(tx, clock, { ...product, monthlyMicros: 20_000_000n, setupMicros: 0n })
    await tx`
      insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
      select md5('t' || n)::uuid, md5('t' || n)::uuid, ${tenantId}, 'customer', 'nw/c' || n || '/', 'Customer ' || n,
             'c' || n, ${at}
      from generate_series(1, ${customers}::int) as n`
    await tx`
      insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
      select md5('t' || n)::uuid, 'NV-' || (1000000 + n), 'CA', '416', 'America/Toronto', 'active', ${at}
      from generate_series(1, ${customers}::int) as n`
    await tx`
      insert into account (id, tenant_id, kind, currency, credit_limit_micros, rate_deck_id, status, created_at)
      select md5('a' || n)::uuid, md5('t' || n)::uuid, 'customer', 'CAD', 1000000000, ${deckId}, 'open', ${at}
      from generate_series(1, ${customers}::int) as n`
    await tx`
      insert into subscription
        (id, tenant_id, product_id, started_on, monthly_micros, setup_micros, currency, created_at)
      select md5('s' || n || ' ' || k)::uuid, md5('t' || n)::uuid, ${productId}, '2026-10-05', 20000000, 10000000,
             'CAD', ${at}
      from generate_series(1, ${customers}::int) as n, generate_series(1, 2) as k`
  })
  await charge.asService(
    (tx) => tx`
      insert into cdr
        (id, tenant_id, call_id, account_id, direction, class, from_number, from_name, to_number, to_name, started_at,
         answered_at, ended_at, occurred_at, duration_seconds, ended_by, hangup_cause, sip_status, estimated,
         sip_call_id, charge_micros, currency, charge_reason, billed_seconds, destination_name, explanation, stored_at)
      select md5('c' || n || ' ' || k)::uuid, md5('t' || n)::uuid, 'call', md5('a' || n)::uuid, 'outbound', 'domestic',
             '+14165550100', '', '+1416555' || (1000 + k), '', own.at, own.at, own.at + interval '1 minute', own.at, 60,
             'caller', 'normal', 200, false, 'x', 10000 + k, 'CAD', 'rated', 60, 'Destination ' || k, '[]',
             own.at + interval '1 minute'
      from generate_series(1, ${customers}::int) as n, generate_series(1, ${calls}::int) as k,
           lateral (select '2026-10-06T12:00:00Z'::timestamptz + k * interval '1 hour' as at) as own`,
  )
}
