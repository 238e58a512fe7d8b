/** The palette among a million calls: a number in its forms, its first digits, a Call-ID, names. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '../../src/base/index.ts'
import { permissionsOf, type Caller } from '../../src/platform/identity/index.ts'
import { withStage } from '../../src/company/ledger/test-stage.ts'
import { search } from '../../src/processes/office/search.ts'
import { makeManyCalls } from './many-calls.ts'

const ROWS = 1_000_000
const CUSTOMERS = 1000
const P95_MS = 100
const TIMES = 40

const clock = systemClock({ keepAlive: true })

/** Call-ID of the n-th call, as many-calls.ts makes it. */
const callIdOf = (n: number): string => `${createHash('md5').update(String(n)).digest('hex')}@phone`

const kinds: Readonly<Record<string, (at: number) => string>> = {
  'a number as people write it': (at) => `(613) 555-${String((at * 37) % 10_000).padStart(4, '0')}`,
  'a number in E.164': (at) => `+1416555${String((at * 7) % 1000).padStart(4, '0')}`,
  'the first digits of every number': () => '416555',
  'a number that nobody has': () => '+33123456789',
  'a Call-ID': (at) => callIdOf(at * 1009),
  'part of a name': (at) => `customer ${at}`,
}

test('the palette finds within 100 ms among a million calls', async (context) => {
  await withStage(async (stage) => {
    const provider = { tenantId: stage.house.providerId, path: 'nw/' }
    const big = await makeManyCalls(stage.ownerSql, { rows: ROWS, customers: CUSTOMERS, provider })
    const callers = [
      { role: 'provider_admin', tenantId: provider.tenantId, tenantPath: 'nw/' },
      { role: 'customer_admin', tenantId: big.tenantId, tenantPath: big.path },
    ] as const
    for (const who of callers) {
      const caller = { ...who, permissions: permissionsOf(who.role) } as Caller
      for (const [what, typedAt] of Object.entries(kinds)) {
        const taken: number[] = []
        let found = 0
        for (let at = 0; at < TIMES; at++) {
          const before = clock.monotonic()
          const items = await stage.office.as(caller, (tx) => search(tx, caller, typedAt(at)))
          taken.push(clock.monotonic() - before)
          found += items.length
        }
        const sorted = taken.toSorted((first, second) => first - second)
        const p95 = sorted[Math.floor(TIMES * 0.95)]!
        const median = sorted[TIMES / 2]!
        context.diagnostic(`${who.role}, ${what}: ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${found} found`)
        assert.ok(p95 < P95_MS, `${what}: ${p95} ms`)
      }
    }
  })
})
