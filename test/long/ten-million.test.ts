/**
 * Ten million call records in the table: Transactions of a customer's month, the running list of calls, and the file of
 * a hundred thousand rows. Prints the plan and the time of each. About ten minutes and 12 GB of disk.
 */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../../src/base/index.ts'
import type { Tx } from '../../src/platform/db/index.ts'
import type { CsvAnswer } from '../../src/platform/http/index.ts'
import { newestCalls, type CallFilter } from '../../src/company/ledger/read-calls.ts'
import { ask, withStage, type Asker, type Stage } from '../../src/company/ledger/test-stage.ts'
import { sumNextDay } from '../../src/company/ledger/sum-days.ts'
import { makeManyCalls } from './many-calls.ts'

const ROWS = 10_000_000
const CUSTOMERS = 1000
const P95_MS = 50
const FILE_ROWS = 100_000
const MEGABYTES_MAX = 64
const TIMES = 60

const clock = systemClock({ keepAlive: true })
const month = { from: '2025-06-01T00:00:00Z', to: '2025-07-01T00:00:00Z' }

const atOf = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

/** The same statements, each answered by its plan; parts of a statement stay as they are. */
function explaining(tx: Tx): Tx {
  const asked = (strings: TemplateStringsArray, ...values: unknown[]) => {
    const isWhole = /^\s*(select\s*$|with\b)/.test(strings[0]!)
    if (!isWhole) return (tx as unknown as (...all: unknown[]) => unknown)(strings, ...values)
    const texts = [`explain (analyze, buffers, timing off, costs off, summary off) ${strings[0]}`, ...strings.slice(1)]
    return (tx as unknown as (...all: unknown[]) => unknown)(Object.assign(texts, { raw: texts }), ...values)
  }
  return Object.assign(asked, { unsafe: tx.unsafe.bind(tx) }) as unknown as Tx
}

const planText = (rows: unknown): string =>
  (rows as { 'QUERY PLAN': string }[]).map((row) => row['QUERY PLAN']).join('\n    ')

async function printPlans(stage: Stage, tenantPath: string, filter: CallFilter, context: TestContext): Promise<void> {
  await stage.office.as({ tenantPath }, async (tx) => {
    const page = { limit: 50, after: undefined } as const
    context.diagnostic(`page of ${tenantPath}\n    ${planText(await newestCalls(explaining(tx), filter, page))}`)
  })
}

type Timed = { readonly p50: number; readonly p95: number; readonly worst: number }

async function timed(act: (at: number) => Promise<unknown>): Promise<Timed> {
  const taken: number[] = []
  for (let at = 0; at < TIMES; at++) {
    const before = clock.monotonic()
    await act(at)
    taken.push(clock.monotonic() - before)
  }
  const sorted = taken.toSorted((a, b) => a - b)
  const of = (share: number): number => sorted[Math.min(TIMES - 1, Math.floor(TIMES * share))]!
  return { p50: of(0.5), p95: of(0.95), worst: sorted.at(-1)! }
}

async function read(stage: Stage, name: 'listCalls' | 'listTransactions', asker: Asker, query: object) {
  const answer = await ask(stage, name, asker, { query })
  assert(answer.ok, JSON.stringify(answer))
  return answer.value as { items: { id: string }[]; next: string | null; totals?: { count: number } }
}

test('ten million call records are reported within 50 ms, and a long file needs no more memory', async (context) => {
  await withStage(async (stage) => {
    const before = clock.monotonic()
    const provider = { tenantId: stage.house.providerId, path: 'nw/' }
    const big = await makeManyCalls(stage.ownerSql, { rows: ROWS, customers: CUSTOMERS, provider })
    context.diagnostic(`${ROWS} records made in ${Math.round((clock.monotonic() - before) / 1000)} s`)
    const beforeSums = clock.monotonic()
    let days = 0
    while (await sumNextDay(stage.office)) days++
    context.diagnostic(`${days} days summed in ${Math.round((clock.monotonic() - beforeSums) / 1000)} s`)
    const [size] = await stage.ownerSql`
      select pg_size_pretty(pg_table_size('cdr')) as table, pg_size_pretty(pg_indexes_size('cdr')) as indexes,
             current_setting('server_version') as server`
    context.diagnostic(JSON.stringify(size))
    const small = await stage.ownerSql<{ id: string; path: string }[]>`
      select id, path from tenant where kind = 'customer' and name like 'Customer %' order by id limit ${TIMES}`
    const path = (slug: string): string => `nw/${slug}/`
    const bigOne: Asker = { tenantPath: big.path, tenantId: big.tenantId, zone: 'UTC' }
    const staff: Asker = { tenantPath: 'nw/', role: 'provider_admin', zone: 'UTC' }
    const partner = (slug: string): Asker => ({ tenantPath: path(slug), role: 'partner_admin', zone: 'UTC' })
    const customerAt = (at: number): Asker => {
      const { id, path: tenantPath } = small[at % small.length]!
      return { tenantPath, tenantId: id, zone: 'UTC' }
    }
    const first = await read(stage, 'listTransactions', bigOne, month)
    assert(first.totals!.count > FILE_ROWS, `${first.totals!.count} calls of the big customer in a month`)
    const cases: Record<string, (at: number) => Promise<unknown>> = {
      'Transactions, a month of 1,000 customers': (at) => read(stage, 'listTransactions', customerAt(at), month),
      [`Transactions, a month of ${first.totals!.count} calls`]: () => read(stage, 'listTransactions', bigOne, month),
      'Transactions, its later pages': (at) =>
        read(stage, 'listTransactions', bigOne, { ...month, to: `2025-06-${String(2 + (at % 28)).padStart(2, '0')}` }),
      'running list of calls, a customer': (at) => read(stage, 'listCalls', customerAt(at), {}),
      'running list of calls, the largest customer': () => read(stage, 'listCalls', bigOne, {}),
      'running list of calls, a small partner': () => read(stage, 'listCalls', partner('small-partner'), {}),
      'running list of calls, a large partner': () => read(stage, 'listCalls', partner('large-partner'), {}),
      'running list of calls, the provider': () => read(stage, 'listCalls', staff, {}),
      "Transactions, one customer's month asked by staff": () =>
        read(stage, 'listTransactions', staff, { ...month, customerId: big.tenantId }),
    }
    const slow: string[] = []
    for (const [name, act] of Object.entries(cases)) {
      const { p50, p95, worst } = await timed(act)
      context.diagnostic(`${name}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`)
      if (p95 > P95_MS) slow.push(`${name}: p95 ${p95.toFixed(1)} ms`)
    }
    const all = { from: atOf(month.from), to: atOf(month.to), personId: null, storedBy: clock.now() }
    await printPlans(stage, big.path, { ...all, customerId: big.tenantId }, context)
    await printPlans(stage, path('large-partner'), { ...all, isPart: true }, context)
    await printPlans(stage, 'nw/', all, context)
    await streamsWithoutMemory(stage, bigOne, context)
    assert.deepEqual(slow, [])
  })
})

/** Rows are read in portions: what the process holds does not grow with the file. */
async function streamsWithoutMemory(stage: Stage, asker: Asker, context: TestContext): Promise<void> {
  const answer = await ask(stage, 'downloadTransactions', asker, { query: month })
  const before = clock.monotonic()
  let rows = 0
  let [least, most] = [Infinity, 0]
  for await (const line of (answer.value as CsvAnswer).rows) {
    rows += line.length > 0 ? 1 : 0
    if (rows % 5000 !== 0 || rows < 20_000) continue
    const megabytes = process.memoryUsage().rss / 1_048_576
    least = Math.min(least, megabytes)
    most = Math.max(most, megabytes)
  }
  const seconds = (clock.monotonic() - before) / 1000
  context.diagnostic(
    `file of ${rows} lines in ${seconds.toFixed(1)} s; memory between ${least.toFixed(0)} and ${most.toFixed(0)} MB`,
  )
  assert(rows > FILE_ROWS)
  assert(most - least < MEGABYTES_MAX, `${most - least} MB more at its end`)
}
