/** The reseller chain: every level pays by its own deck, holds its own credit, and sees what is its own. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMetrics, newId, silentLog, systemClock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { durationSeconds, priceCall, type RateRow } from '../rating/index.ts'
import { checkLedger } from './check-ledger.ts'
import { createCredit, type AccountTerms } from './credit.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import type { CdrRecord } from './protocol.ts'
import { buildTestChain, callRecord, reserveRequest, type TestChain } from './testing.ts'

const clock = systemClock({ keepAlive: true })

type Bench = { chain: TestChain; ledger: Ledger; db: Db; office: Db; reopen(): Promise<Ledger> }

async function withChain(
  limits: { customer: bigint; sub: bigint; partner: bigint },
  act: (bench: Bench) => Promise<void>,
): Promise<void> {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const chain = await buildTestChain(office, limits)
    const db = await database.openDb('charge')
    const opened: Ledger[] = []
    const reopen = async (): Promise<Ledger> => {
      const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
      opened.push(ledger)
      while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      return ledger
    }
    try {
      await act({ chain, ledger: await reopen(), db, office, reopen })
      assert.deepEqual(await db.asService(checkLedger), [])
    } finally {
      for (const ledger of opened) await ledger.close()
    }
  })
}

const plenty = { customer: 100_000_000n, sub: 100_000_000n, partner: 100_000_000n }

test('one call charges customer, sub-partner and partner in one posting, and each sees what is his', async () => {
  await withChain(plenty, async ({ chain, ledger, db, office, reopen }) => {
    const { customer, levels } = chain
    const request = reserveRequest(customer)
    assert(ledger.reserve(request).ok)
    assert((await ledger.confirm(request.cdrId, clock.now())).ok)
    const holds = await db.asService((tx) => tx`select level from reservation_level order by level`)
    assert.deepEqual(
      holds.map((row) => row['level']),
      [1, 2],
    )
    const heir = await reopen()
    const record: CdrRecord = callRecord(customer, 61, { id: request.cdrId })
    assert.deepEqual(await heir.settle([record, record]), [record.id, record.id])
    const lines = await db.asService(
      (tx) => tx<{ account_id: string; amount_micros: bigint }[]>`
        select account_id, amount_micros from ledger_entry where amount_micros > 0 order by line`,
    )
    // 61 s: two minutes at 0.35, two at 0.18, and 61 seconds of 0.09 a minute.
    assert.deepEqual(
      lines.map((row) => [row.account_id, row.amount_micros]),
      [
        [customer.accountId, 700_000n],
        [levels[0]!.accountId, 360_000n],
        [levels[1]!.accountId, 91_500n],
      ],
    )
    const seen = async (path: string): Promise<number> =>
      (await office.as({ tenantPath: path }, (tx) => tx`select 1 from cdr_charge`)).length
    assert.deepEqual(
      await Promise.all([customer, ...levels, { path: 'nw/' }].map(({ path }) => seen(path))),
      [0, 1, 2, 2],
    )
    assert.equal((await db.asService((tx) => tx`select 1 from reservation_level`)).length, 0)
  })
})

test('a level without credit refuses, the caller learns no more than that, the staff learn who', async () => {
  await withChain({ ...plenty, partner: 20_000n }, async ({ chain, ledger }) => {
    // The partner's deck bills by the second: 20,000 micros are 13 of them, and one call takes them all.
    const granted = ledger.reserve(reserveRequest(chain.customer))
    assert(granted.ok && granted.value.final)
    assert.equal(granted.value.grantedSeconds, 12)
    const refused = ledger.reserve(reserveRequest(chain.customer))
    assert(!refused.ok)
    assert.equal(refused.failure.code, 'ledger.no_credit')
    assert.equal(refused.failure.details, undefined)
    const [told] = ledger.refusals()
    assert.equal(told?.refusedBy, chain.levels[1]!.accountId)
    assert.equal(told.tenantId, chain.levels[1]!.tenantId)
    assert.equal(told.accountId, chain.customer.accountId)
  })
})

test('the credit of a partner is shared by all his customers and given back by a payment of his', async () => {
  await withChain({ ...plenty, sub: 180_000n }, async ({ chain, ledger }) => {
    const request = reserveRequest(chain.customer)
    assert(ledger.reserve(request).ok)
    const other = reserveRequest(chain.customer)
    assert.equal(ledger.reserve(other).ok, false)
    assert.deepEqual(await ledger.settle([callRecord(chain.customer, 30, { id: request.cdrId })]), [request.cdrId])
    assert.equal(ledger.reserve(other).ok, false, 'one minute of wholesale is used up')
    const { accountId } = chain.levels[0]!
    const paid = await ledger.post('payment', {
      postingId: newId(clock),
      accountId,
      amountMicros: 180_000n,
      occurredAt: clock.now(),
      reason: 'wire 7',
      createdBy: undefined,
    })
    assert(paid.ok && paid.value.balanceMicros === 0n)
    assert(ledger.reserve(other).ok)
  })
})

const row: RateRow = {
  prefix: '44',
  direction: 'outbound',
  destination: 'United Kingdom',
  class: 'international',
  connectMicros: 0n,
  firstSeconds: 60,
  firstNanos: 350_000_000n,
  nextSeconds: 60,
  nextNanos: 350_000_000n,
  graceSeconds: 0,
  minimumMicros: 0n,
  blocked: false,
}

const anyRow = fc.record({
  connectMicros: fc.bigInt(0n, 300_000n),
  firstSeconds: fc.constantFrom(1, 6, 30, 60),
  firstNanos: fc.bigInt(0n, 500_000_000n),
  nextSeconds: fc.constantFrom(1, 6, 30, 60),
  nextNanos: fc.bigInt(1n, 500_000_000n),
  graceSeconds: fc.constantFrom(0, 3),
})

test('whatever decks and limits the levels have, no level ever promises more than it has', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyRow, fc.bigInt(0n, 3_000_000n)), { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(5), fc.nat(2), fc.integer({ min: 1, max: 2000 })), { maxLength: 60 }),
      (levels, acts) => {
        const credit = createCredit()
        const paths = ['nw/a/b/c/', 'nw/a/b/', 'nw/a/']
        const accounts = levels.map(([, limit], at): AccountTerms => {
          const kind = at === 0 ? 'customer' : 'wholesale'
          const own = { id: `level ${at}`, tenantId: `t${at}`, tenantPath: paths[at]!, kind, limits: [] } as const
          return { ...own, currency: 'CAD', creditLimitMicros: limit, deckId: 'd', callsMax: 100, status: 'open' }
        })
        for (const account of accounts) credit.putAccount(account, 0n)
        const quotes = levels.map(([over], at) => ({ versionId: `v${at}`, row: { ...row, ...over } }))
        for (const [call, kind, seconds] of acts) {
          const cdrId = `call ${call}`
          const held = credit.reservation(cdrId)
          if (kind === 0) {
            const ask = {
              cdrId,
              callId: cdrId,
              accountId: 'level 0',
              direction: 'outbound',
              destination: '+44',
            } as const
            credit.reserve({ ...ask, at: 0 }, ...quotes)
          } else if (kind === 1 && held) credit.extend(cdrId, Math.min(seconds, held.paidSeconds))
          else if (kind === 2 && held) {
            const lasted = Math.min(durationSeconds(0, seconds * 1000), held.paidSeconds)
            credit.release(cdrId)
            for (const [at, account] of accounts.entries()) {
              credit.addPending(account.id, priceCall(quotes[at]!.row, lasted).chargeMicros)
            }
          }
          for (const account of accounts) {
            const head = credit.account(account.id)!
            const open = [...credit.reservations()].flatMap((one) => [one, ...one.upper])
            const sum = open
              .filter((one) => one.accountId === account.id)
              .reduce((n, one) => n + one.reservedMicros, 0n)
            assert.equal(head.reservedMicros, sum)
            assert(head.pendingMicros + head.reservedMicros <= account.creditLimitMicros, 'a promise beyond the limit')
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})
