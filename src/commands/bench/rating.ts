/**
 * `bench rating`: priced calls a second on one core over a deck of 200,000 prefixes, its memory, how long its import
 * takes until it could price calls, and re-rating; beside the obvious program in Python on the same deck and calls.
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, FailureError, silentLog, systemClock, type Result } from '../../base/index.ts'
import { createDeck, importDeck, loadRateTable, readDeck } from '../../company/catalog/index.ts'
import { priceCall, rateCall, startRateTable, toMicros, type RateTable } from '../../company/rating/index.ts'
import { createProvider } from '../../company/tenant/index.ts'
import { migrate, openDb, roleUrl, startServer } from '../../platform/db/index.ts'
import { describeMachine, type BenchResult, type Figures } from './bench.ts'
import { DECK_ROWS, drawCalls, largeDeck } from './rating-deck.ts'

const CALLS = 1_000_000
const ROUNDS = 5
const SEED = 20_261_124
const clock = systemClock({ keepAlive: true })

/** Measures on a database of its own, and leaves nothing behind. */
export async function measure(): Promise<BenchResult> {
  const csv = largeDeck(SEED)
  const calls = drawCalls(SEED + 1, CALLS)
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-bench-'))
  // The server's account passes through it to its own folder.
  chmodSync(folder, 0o711)
  try {
    const imported = await measureImport(folder, csv)
    const memory = measureMemory(csv)
    const ours = priceAll(memory.table, calls)
    const peer = runPeer(folder, csv, calls)
    assert(peer.total === ours.total && peer.priced === ours.priced, 'both price every call alike')
    const rerated = rerate(memory.table, calls)
    const figures = {
      deckRows: DECK_ROWS,
      callsPerSecond: ours.callsPerSecond,
      callsPerSecondWithRow: priceWithRow(memory.table, calls),
      ...rerated,
      deckTableMb: round(memory.table.bytes / 1e6),
      deckHeapMb: memory.heapMb,
      ...imported,
    }
    return {
      name: 'rating',
      machine: describeMachine(),
      figures,
      peer: { name: 'a dict of prefixes in Python', version: peer.version, figures: { callsPerSecond: peer.rate } },
      ratios: { callsPerSecond: round(ours.callsPerSecond / peer.rate) },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const brand = {
  host: 'bench.localhost',
  colour: '#1f5f99',
  supportEmail: 'bench@example.com',
  phone: '',
  postalAddress: '',
}
const benchProvider = { slug: 'bench', name: 'Bench', brand }

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

const round = (value: number): number => Math.round(value * 100) / 100

type Calls = ReturnType<typeof drawCalls>

/** Does a round several times; the best is what the core can do when nobody else takes it. */
function bestRate(calls: Calls, price: (number: string, seconds: number) => bigint | undefined) {
  let best = Infinity
  let [total, priced] = [0n, 0]
  for (let turn = 0; turn < ROUNDS; turn++) {
    ;[total, priced] = [0n, 0]
    const from = clock.monotonic()
    for (let at = 0; at < CALLS; at++) {
      const charge = price(calls.numbers[at]!, calls.seconds[at]!)
      if (charge === undefined) continue
      total += charge
      priced++
    }
    best = Math.min(best, clock.monotonic() - from)
  }
  return { callsPerSecond: Math.round((CALLS / best) * 1000), total, priced }
}

function priceAll(table: RateTable, calls: Calls) {
  return bestRate(calls, (number, seconds) => table.charge('outbound', number, seconds))
}

/** With the row that a call in progress keeps. */
function priceWithRow(table: RateTable, calls: Calls): number {
  const priced = bestRate(calls, (number, seconds) => {
    const row = table.match('outbound', number)
    return row && priceCall(row, seconds, toMicros).chargeMicros
  })
  return priced.callsPerSecond
}

/** The whole derivation again, components and all, compared with the charge. */
function rerate(table: RateTable, calls: Calls): Figures {
  const from = clock.monotonic()
  let differences = 0
  for (let at = 0; at < CALLS; at++) {
    const [number, seconds] = [calls.numbers[at]!, calls.seconds[at]!]
    const terms = { rates: table.rates('outbound', number), plan: undefined }
    const again = rateCall(terms, [], { number, answeredAt: 0, seconds })
    if (again?.chargeMicros !== table.charge('outbound', number, seconds)) differences++
  }
  const seconds = (clock.monotonic() - from) / 1000
  return { reratedPerSecond: Math.round(CALLS / seconds), rerateDifferences: differences }
}

function measureMemory(csv: string): { readonly table: RateTable; readonly heapMb: number } {
  const rows = valueOf(readDeck(csv))
  const builder = startRateTable()
  for (const row of rows) builder.add(row)
  rows.length = 0
  collect()
  const before = process.memoryUsage()
  const table = builder.build()
  collect()
  const after = process.memoryUsage()
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  return { table, heapMb: round(Math.max(grown, table.bytes) / 1e6) }
}

function collect(): void {
  globalThis.gc?.()
}

function runPeer(folder: string, csv: string, calls: Calls) {
  const [deck, file] = [join(folder, 'deck.csv'), join(folder, 'calls.txt')]
  writeFileSync(deck, csv)
  writeFileSync(file, calls.numbers.map((number, at) => `${number} ${calls.seconds[at]}`).join('\n'))
  const program = join(import.meta.dirname, '../../../test/oracles/price_many.py')
  const ran = spawnSync('python3', [program, deck, file], { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(`the peer does not run: ${ran.error?.message ?? ran.stderr}`)
  const [seconds = '', priced = '', total = ''] = ran.stdout.trim().split(' ')
  const version = spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout.trim()
  return { version, rate: Math.round(CALLS / Number(seconds)), priced: Number(priced), total: BigInt(total) }
}

/** A file as text to a version that prices calls: read, checked, stored durably, loaded again, compiled. */
async function measureImport(dataFolder: string, csv: string): Promise<Figures> {
  const log = silentLog
  const server = valueOf(await startServer({ dataFolder, clock, log }))
  try {
    valueOf(await migrate(server.url, { clock, log }))
    const url = valueOf(roleUrl(server.url, 'office'))
    const db = valueOf(await openDb({ url, role: 'office', clock, log, max: 1 }))
    try {
      const scope = { tenantPath: 'bench/' }
      const { tenantId, deckId } = await db.as(scope, async (tx) => {
        const id = valueOf(await createProvider(tx, clock, benchProvider)).tenantId
        return { tenantId: id, deckId: await createDeck(tx, clock, { tenantId: id, name: 'Large', currency: 'CAD' }) }
      })
      const from = clock.monotonic()
      const request = { tenantId, deckId, csv, activate: true }
      const { versionId } = valueOf(await db.as(scope, (tx) => importDeck(tx, clock, request)))
      const stored = clock.monotonic()
      await db.as(scope, (tx) => loadRateTable(tx, tenantId, versionId))
      const seconds = { stored: (stored - from) / 1000, all: (clock.monotonic() - from) / 1000 }
      return { importSeconds: round(seconds.all), importStoredSeconds: round(seconds.stored) }
    } finally {
      await db.close()
    }
  } finally {
    await server.stop()
  }
}
