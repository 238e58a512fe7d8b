/**
 * `bench rerate`: a million stored records priced again in PostgreSQL, over a deck of 200,000 prefixes that has not
 * changed, and over one with times of day. Every record is read, priced from its number and length, and compared with
 * what it was charged.
 */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, createMetrics, FailureError, isoInstant, newId, silentLog } from '../../base/index.ts'
import { systemClock, type Result } from '../../base/index.ts'
import { createDeck, importDeck, readDeck } from '../../company/catalog/index.ts'
import { openAccount, openBooks, openLedger, type RerateResult } from '../../company/ledger/index.ts'
import { compileRateTable, plainTariff, type RateTable, type Tariff } from '../../company/rating/index.ts'
import { createProvider } from '../../company/tenant/index.ts'
import { migrate, openDb, startServer, type Db, type Tx } from '../../platform/db/index.ts'
import { describeMachine, type BenchResult, type Figures } from './bench.ts'
import { drawCalls, largeDeck } from './rating-deck.ts'

const RECORDS = 1_000_000
const TIMED_RECORDS = 200_000
const CUSTOMERS = 500
const PER_WRITE = 10_000
const SEED = 20_261_124
const DAY_MS = 86_400_000
const clock = systemClock({ keepAlive: true })

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Stores the records in a database of its own, and leaves nothing behind. */
export async function measure(): Promise<BenchResult> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-bench-'))
  chmodSync(dataFolder, 0o755)
  const settings = { shared_buffers: '256MB', max_wal_size: '2GB' }
  const server = valueOf(await startServer({ dataFolder, clock, log: silentLog, settings }))
  try {
    const plain = await measureDeck(server.url, { name: 'plain', csv: largeDeck(SEED), records: RECORDS })
    const timed = { name: 'timed', csv: timedDeck(largeDeck(SEED)), records: TIMED_RECORDS, tariff: evenings }
    const figures = { ...plain, timed: await measureDeck(server.url, timed) }
    return { name: 'rerate', machine: describeMachine(), figures, peer: null, ratios: {} }
  } finally {
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

const evenings: Tariff = {
  ...plainTariff,
  zone: 'America/Toronto',
  periods: [{ name: 'evening', windows: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute: 1080, toMinute: 480 }] }],
}

/** Every row once more for the evening, at another price. */
function timedDeck(csv: string): string {
  const [head = '', ...lines] = csv.trim().split('\n')
  const both = lines.slice(0, 50_000).flatMap((line) => [`${line},`, `${line.replaceAll(',0.', ',0.0')},evening`])
  return [`${head},period`, ...both].join('\n')
}

type Load = { readonly name: string; readonly csv: string; readonly records: number; readonly tariff?: Tariff }

async function measureDeck(serverUrl: string, load: Load): Promise<Figures> {
  const address = new URL(serverUrl)
  address.pathname = `/${load.name}`
  const url = address.href
  valueOf(await migrate(url, { clock, log: silentLog }))
  const office = valueOf(await openDb({ url, role: 'office', clock, log: silentLog, max: 1, statementTimeoutMs: 0 }))
  const db = valueOf(await openDb({ url, role: 'charge', clock, log: silentLog, max: 3, statementTimeoutMs: 0 }))
  try {
    const house = await buildHouse(office, load)
    const tariff = load.tariff ?? plainTariff
    const table = compileRateTable(valueOf(readDeck(load.csv, { ...tariff, interval: 'after_first' })), tariff)
    await storeRecords(db, { ...house, table, records: load.records })
    const { seconds, result } = await rerateAll(db, house)
    assert(result.records === load.records && result.withoutRate === 0, 'every record was priced again')
    const round = (value: number): number => Math.round(value * 100) / 100
    const { records, differences } = result
    return { records, seconds: round(seconds), perSecond: Math.round(records / seconds), differences }
  } finally {
    await Promise.all([office.close(), db.close()])
  }
}

type House = {
  readonly tenantId: string
  readonly deckId: string
  readonly versionId: string
  readonly customers: readonly { readonly tenantId: string; readonly accountId: string }[]
}

const brand = { host: 'bench.localhost', colour: '#224466', supportEmail: 'a@example.com' }

async function buildHouse(office: Db, { csv, tariff }: Load): Promise<House> {
  return office.as({ tenantPath: 'nw/' }, async (tx) => {
    const at = clock.now()
    const full = { ...brand, phone: '', postalAddress: '' }
    const { tenantId } = valueOf(await createProvider(tx, clock, { slug: 'nw', name: 'Bench', brand: full }))
    await openBooks(tx, clock, { tenantId, currency: 'CAD' })
    const deckId = await createDeck(tx, clock, { tenantId, name: 'Large', currency: 'CAD' })
    const { versionId } = valueOf(await importDeck(tx, clock, { tenantId, deckId, csv, activate: true, tariff }))
    await tx`update rate_deck_version set activated_at = ${at - 60 * DAY_MS} where id = ${versionId}`
    const customers: { tenantId: string; accountId: string }[] = []
    const terms = { currency: 'CAD', creditLimitMicros: 1_000_000_000_000n, rateDeckId: deckId, callsMax: 100 } as const
    for (let n = 0; n < CUSTOMERS; n++) {
      const id = newId(clock)
      await tx`
        insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
        values (${id}, ${id}, ${tenantId}, 'customer', ${`nw/c${n}/`}, ${`c${n}`}, ${`c${n}`}, ${at})`
      customers.push({ tenantId: id, accountId: await openAccount(tx, clock, { tenantId: id, ...terms }) })
    }
    return { tenantId, deckId, versionId, customers }
  })
}

type Store = House & { readonly table: RateTable; readonly records: number }

/** Records of the last thirty days, each with the charge of the deck; only those that the deck has a price for. */
async function storeRecords(db: Db, { table, records, customers, versionId }: Store): Promise<void> {
  const { numbers, seconds } = drawCalls(SEED + 1, records * 2)
  const from = clock.now() - 30 * DAY_MS
  let [drawn, stored] = [0, 0]
  while (stored < records) {
    const rows: string[][] = [[], [], [], [], [], [], []]
    for (; rows[0]!.length < PER_WRITE && stored + rows[0]!.length < records; drawn++) {
      const [number, length] = [numbers[drawn % numbers.length]!, seconds[drawn % numbers.length]!]
      const at = from + Math.floor(((stored + rows[0]!.length) * 29 * DAY_MS) / records)
      const charge = table.charge('outbound', number, length, at)
      if (charge === undefined) continue
      const { tenantId, accountId } = customers[drawn % CUSTOMERS]!
      const row = [newId(clock), tenantId, accountId, number, isoInstant(at), String(length), String(charge)]
      for (const [column, value] of row.entries()) rows[column]!.push(value)
    }
    await db.asService((tx) => storeSome(tx, rows, versionId))
    stored += rows[0]!.length
  }
}

async function storeSome(tx: Tx, rows: readonly string[][], versionId: string): Promise<void> {
  const [ids, tenants, accounts, numbers, instants, lengths, charges] = rows
  await tx`
    insert into cdr (id, tenant_id, call_id, account_id, direction, class, from_number, from_name, to_number, to_name,
                     started_at, answered_at, ended_at, occurred_at, duration_seconds, ended_by, hangup_cause,
                     sip_status, estimated, sip_call_id, charge_micros, currency, charge_reason, billed_seconds,
                     version_id, prefix, destination_name, explanation, stored_at)
    select id, tenant_id, id::text, account_id, 'outbound', 'international', '+14165550100', 'Front desk', number, '',
           at - interval '5 seconds', at, at + length * interval '1 second', at, length, 'caller', 'normal', 200, false,
           id::text, charge, 'CAD', 'rated', length, ${versionId}, left(substr(number, 2), 4), 'Destination', '[]',
           at + length * interval '1 second'
    from unnest(${ids!}::uuid[], ${tenants!}::uuid[], ${accounts!}::uuid[], ${numbers!}::text[],
                ${instants!}::timestamptz[], ${lengths!}::int[], ${charges!}::bigint[])
      as one (id, tenant_id, account_id, number, at, length, charge)`
}

async function rerateAll(db: Db, { tenantId, deckId }: House): Promise<{ seconds: number; result: RerateResult }> {
  const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
  try {
    while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(10, resolve))
    const id = newId(clock)
    const now = clock.now()
    await db.asService(
      (tx) => tx`
        insert into rerate (id, tenant_id, deck_id, from_at, to_at, reason, state, created_at)
        values (${id}, ${tenantId}, ${deckId}, ${now - 40 * DAY_MS}, ${now}, 'bench', 'asked', ${now})`,
    )
    const began = clock.monotonic()
    await ledger.rerate()
    const seconds = (clock.monotonic() - began) / 1000
    const [row] = await db.asService(
      (tx) => tx<{ result: RerateResult | null }[]>`select result from rerate where id = ${id}`,
    )
    assert(row?.result, 'the rerating was looked at')
    return { seconds, result: row.result }
  } finally {
    await ledger.close()
  }
}
