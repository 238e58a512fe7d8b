/**
 * `bench charging`: durable operations a second, a reserve or a settle each, beside pgbench's TPC-B on the same server
 * in the same run; and what 50,000 open reservations take of memory.
 */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMetrics, FailureError, newId, silentLog, systemClock, type Result } from '../../base/index.ts'
import { openLedger, type CdrRecord, type Ledger } from '../../company/ledger/index.ts'
import { migrate, openDb, startServer, type Db, type Tx } from '../../platform/db/index.ts'
import { describeMachine, type BenchResult } from './bench.ts'
import { buildHouse, type Customer, type House } from './charging-house.ts'
import { preparePgbench, runPgbench } from './pgbench.ts'

const CALLERS = 64
/** Whose calls the callers make, by turns. */
const CUSTOMERS = 6400
const SECONDS = 15
const WARM_MS = 3000
const OPEN_CALLS = 50_000
const clock = systemClock({ keepAlive: true })

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Starts a server of its own, as durable as every installation's, and leaves nothing behind. */
export async function measure(): Promise<BenchResult> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-bench-'))
  chmodSync(dataFolder, 0o755)
  const settings = { max_connections: '100', shared_buffers: '256MB', max_wal_size: '2GB' }
  const server = valueOf(await startServer({ dataFolder, clock, log: silentLog, settings }))
  try {
    const address = new URL(server.url)
    address.pathname = '/pgbench'
    valueOf(await migrate(address.href, { clock, log: silentLog }))
    await preparePgbench(address.href)
    const before = await runPgbench(address.href, SECONDS)
    const charging = await measureCharging(server.url)
    const after = await runPgbench(address.href, SECONDS)
    const best = Math.max(before.best, after.best)
    const peer = {
      name: 'pgbench TPC-B, scale 64',
      version: before.version,
      figures: { before: before.tps, after: after.tps },
    }
    const ratios = { operationsVsTpcb: ratio(charging.operations, best), pairsVsTpcb: ratio(charging.pairs, best) }
    return { name: 'charging', machine: describeMachine(), figures: charging, peer, ratios }
  } finally {
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

const ratio = (ours: number, theirs: number): number => Math.round((ours / theirs) * 100) / 100

async function measureCharging(serverUrl: string) {
  const address = new URL(serverUrl)
  address.pathname = '/charging'
  const url = address.href
  valueOf(await migrate(url, { clock, log: silentLog }))
  const office = valueOf(await openDb({ url, role: 'office', clock, log: silentLog, max: 1, statementTimeoutMs: 0 }))
  const db = valueOf(await openDb({ url, role: 'charge', clock, log: silentLog, max: 3, statementTimeoutMs: 0 }))
  try {
    const house = await buildHouse(office, clock, OPEN_CALLS)
    const flow = await withLedger(db, (ledger) => waitingCallers(ledger, db, house.customers.slice(0, CUSTOMERS)))
    return { ...flow, memory: await measureMemory(db, house) }
  } finally {
    await Promise.all([office.close(), db.close()])
  }
}

async function withLedger<T>(db: Db, act: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
  try {
    while (ledger.notes().length > 0) await pause(10)
    return await act(ledger)
  } finally {
    await ledger.close()
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

/** Callers who each wait until what they asked for is on disk: a reservation, then the record of its call. */
async function waitingCallers(ledger: Ledger, db: Db, customers: readonly Customer[]) {
  const tookMs: number[] = []
  const startAt = clock.monotonic() + WARM_MS
  const endAt = startAt + SECONDS * 1000
  let pairs = 0
  let rowsBefore = 0
  const timed = async (act: () => Promise<boolean>): Promise<void> => {
    const from = clock.monotonic()
    if (!(await act())) throw new Error('charging refused')
    if (from >= startAt && clock.monotonic() <= endAt) tookMs.push(clock.monotonic() - from)
  }
  const caller = async (seat: number): Promise<void> => {
    for (let turn = 0; clock.monotonic() < endAt; turn++) {
      const customer = customers[(seat + turn * CALLERS) % customers.length]!
      const record = callOf(customer)
      const { id: cdrId, callId, accountId, to: destination, startedAt: at } = record
      const isTimed = clock.monotonic() >= startAt
      await timed(async () => {
        const asked = ledger.reserve({ cdrId, callId, accountId: accountId!, direction: 'outbound', destination, at })
        return asked.ok && (await ledger.confirm(cdrId, at)).ok
      })
      await timed(async () => (await ledger.settle([record])).length === 1)
      if (isTimed && clock.monotonic() <= endAt) pairs++
    }
  }
  const counting = pause(WARM_MS).then(async () => void (rowsBefore = await rowsWritten(db)))
  await Promise.all([counting, ...Array.from({ length: CALLERS }, (_, seat) => caller(seat))])
  await pause(1500)
  const rows = (await rowsWritten(db)) - rowsBefore
  tookMs.sort((a, b) => a - b)
  const at = (share: number): number => Math.round((tookMs[Math.floor(tookMs.length * share)] ?? 0) * 100) / 100
  return {
    callers: CALLERS,
    operations: Math.round(tookMs.length / SECONDS),
    pairs: Math.round(pairs / SECONDS),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    rowsPerPair: Math.round((rows / pairs) * 10) / 10,
  }
}

/** Rows inserted, changed and removed so far in the tables of the ledger. */
async function rowsWritten(db: Db): Promise<number> {
  const [row] = await db.asService(
    (tx) => tx<{ rows: bigint }[]>`
      select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint as rows from pg_stat_user_tables`,
  )
  return Number(row?.rows ?? 0n)
}

function callOf({ tenantId, accountId }: Customer): CdrRecord {
  const now = clock.now()
  const id = newId(clock)
  return {
    id,
    callId: id,
    tenantId,
    accountId,
    personId: undefined,
    direction: 'outbound',
    class: 'international',
    from: '+14165550100',
    fromName: 'Front desk',
    to: '+442071838750',
    toName: '',
    startedAt: now - 64_000,
    ringingAt: now - 63_000,
    answeredAt: now - 61_000,
    endedAt: now,
    endedBy: 'caller',
    hangupCause: 'normal',
    sipStatus: 200,
    reserved: true,
    estimated: false,
    carrierId: undefined,
    sipCallId: `${id}@phone.example`,
    quality: '',
  }
}

/** Memory of a ledger that takes over 50,000 accounts, each with a call in progress. */
async function measureMemory(db: Db, { versionId }: House) {
  await db.asService((tx) => fillReservations(tx, versionId))
  collect()
  const before = process.memoryUsage()
  return withLedger(db, (ledger) => {
    collect()
    const { heapUsed, external, rss } = process.memoryUsage()
    const mb = (bytes: number): number => Math.round(bytes / 1024 / 1024)
    const ledgerMb = mb(heapUsed + external - before.heapUsed - before.external)
    return Promise.resolve({ openReservations: OPEN_CALLS, ledgerMb, processMb: mb(rss), notes: ledger.notes().length })
  })
}

/** A reservation for every account, as a former process leaves them. */
async function fillReservations(tx: Tx, versionId: string): Promise<void> {
  await tx`
    insert into reservation (cdr_id, tenant_id, account_id, call_id, direction, destination, version_id, prefix,
                             reserved_micros, granted_seconds, paid_seconds, final, reserved_at, answered_at)
    select id, tenant_id, id, id::text, 'outbound', '+442071838750', ${versionId}, '44', 1750000, 299, 300, false,
           ${clock.now()}, ${clock.now()}
    from account where kind = 'customer' on conflict do nothing`
}

/** Frees what is garbage, so that what is left is what is held. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const collector = runInNewContext('gc') as () => void
  collector()
}
