/** The ceiling: whatever calls do at once, what a customer owes stays under its limit and the printed bound. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { virtualClock, type Micros } from '../../base/index.ts'
import { durationSeconds, priceCall, type RateRow } from '../rating/index.ts'
import { createCredit, type AccountTerms, type Credit } from './credit.ts'
import { overrunMicros } from './grant.ts'
import type { Grant, ReserveRequest } from './protocol.ts'

const kingdom: RateRow = {
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

const terms: AccountTerms = {
  id: 'account',
  tenantId: 'tenant',
  tenantPath: 'nw/acme/',
  kind: 'customer',
  limits: [],
  currency: 'CAD',
  creditLimitMicros: 0n,
  deckId: 'deck',
  callsMax: 100,
  status: 'open',
}

function creditWith(limit: Micros, callsMax = 100): Credit {
  const credit = createCredit()
  credit.putAccount({ ...terms, creditLimitMicros: limit, callsMax }, 0n)
  return credit
}

function asks(cdrId: string, at = 0): ReserveRequest {
  return { cdrId, callId: cdrId, accountId: 'account', direction: 'outbound', destination: '+442071838750', at }
}

const quoteOf = (row: RateRow) => ({ versionId: 'version', row })

/** What is owed and set aside, of the whole account. */
function committed(credit: Credit): Micros {
  const head = credit.account('account')!
  return head.postedMicros + head.pendingMicros + head.reservedMicros
}

function settle(credit: Credit, cdrId: string, charge: Micros): void {
  credit.release(cdrId)
  credit.addPending('account', charge)
}

/** What the switch does with a grant: it asks for more at 80 % or 20 s before its end, and stops at its end. */
function talk(options: {
  readonly credit: Credit
  readonly clock: ReturnType<typeof virtualClock>
  readonly row: RateRow
  readonly cdrId: string
  readonly granted: Grant
  readonly hangUpAfterMs: number
  readonly latenessMs: number
  readonly onEnd: (seconds: number) => void
}): void {
  const { credit, clock, row, cdrId, hangUpAfterMs, latenessMs } = options
  const answeredAt = clock.now()
  assert(credit.confirm(cdrId, answeredAt).ok)
  const timers: { stop(): void }[] = []
  const end = (): void => {
    for (const timer of timers) timer.stop()
    const seconds = durationSeconds(answeredAt, clock.now())
    settle(credit, cdrId, priceCall(row, seconds).chargeMicros)
    options.onEnd(seconds)
  }
  const follow = (grant: Grant): void => {
    for (const timer of timers.splice(0)) timer.stop()
    const spent = clock.now() - answeredAt
    const grantedMs = grant.grantedSeconds * 1000
    timers.push(clock.after(grantedMs - spent + latenessMs, end))
    timers.push(clock.after(hangUpAfterMs - spent, end))
    if (grant.final) return
    const askMs = Math.max(grantedMs * 0.8, grantedMs - 20_000)
    const ask = (): void => {
      const more = credit.extend(cdrId, Math.ceil((clock.now() - answeredAt) / 1000))
      if (more.ok && more.value.grantedSeconds > grant.grantedSeconds) follow(more.value)
    }
    timers.push(clock.after(askMs - spent, ask))
  }
  follow(options.granted)
}

test('1.00 left and 20 international calls at once: all end, and nothing is owed beyond the limit', () => {
  const limit = 1_000_000n
  const credit = creditWith(limit)
  const clock = virtualClock(0)
  let [refused, ended] = [0, 0]
  for (let i = 0; i < 20; i++) {
    const granted = credit.reserve(asks(`call-${i}`), quoteOf(kingdom))
    if (granted.ok) {
      const call = { credit, clock, row: kingdom, cdrId: `call-${i}`, granted: granted.value, latenessMs: 900 }
      talk({ ...call, hangUpAfterMs: 3_600_000, onEnd: () => void ended++ })
    } else {
      assert.equal(granted.failure.code, 'ledger.no_credit')
      refused++
    }
    assert(committed(credit) <= limit)
  }
  clock.advance(2 * 3_600_000)
  assert.equal(refused + ended, 20)
  assert(ended > 0)
  assert.equal(clock.nextDue(), undefined)
  assert(credit.account('account')!.pendingMicros <= limit)
})

const price = fc.bigInt(0n, 2_000_000_000n)
const block = fc.constantFrom(1, 6, 30, 60)
const anyRow: fc.Arbitrary<RateRow> = fc.record({
  prefix: fc.constant('44'),
  direction: fc.constant('outbound' as const),
  destination: fc.constant('Somewhere'),
  class: fc.constant('international' as const),
  connectMicros: fc.bigInt(0n, 400_000n),
  firstSeconds: block,
  firstNanos: price,
  nextSeconds: block,
  nextNanos: price,
  graceSeconds: fc.constantFrom(0, 0, 3, 100),
  minimumMicros: fc.constantFrom(0n, 0n, 250_000n),
  blocked: fc.constant(false),
})

test('any calls, prices, lengths and latenesses: the overspend stays under the sum of the bounds of the calls', (t) => {
  const anyCall = fc.record({
    row: anyRow,
    startMs: fc.integer({ min: 0, max: 900_000 }),
    ringMs: fc.integer({ min: 0, max: 30_000 }),
    hangUpAfterMs: fc.oneof(fc.integer({ min: 1, max: 600_000 }), fc.constant(36_000_000)),
    latenessMs: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 5000 })),
  })
  let late = 0
  const property = fc.property(fc.array(anyCall, { maxLength: 40 }), fc.bigInt(0n, 5_000_000n), (calls, limit) => {
    const credit = creditWith(limit)
    const clock = virtualClock(0)
    let [bound, open] = [0n, 0]
    calls.forEach((call, at) => {
      const cdrId = `call-${at}`
      clock.after(call.startMs, () => {
        const granted = credit.reserve(asks(cdrId, clock.now()), quoteOf(call.row))
        if (!granted.ok) return
        open++
        bound += overrunMicros(call.row, call.latenessMs)
        const onEnd = (): void => void open--
        clock.after(call.ringMs, () => talk({ ...call, credit, clock, cdrId, granted: granted.value, onEnd }))
      })
    })
    clock.advance(40_000_000)
    const head = credit.account('account')!
    assert.equal(open, 0, 'every call has ended')
    assert.equal(head.reservedMicros, 0n)
    assert.equal(head.calls, 0)
    if (bound > 0n) late++
    assert(head.pendingMicros <= limit + bound, `${head.pendingMicros} owed of ${limit}, bound ${bound}`)
  })
  fc.assert(property, { numRuns: 300 })
  t.diagnostic(`${late} of 300 runs had calls that were stopped too late`)
})

test('whatever is asked in whatever order, twice or for nothing: sums agree and no promise passes the limit', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const act = fc.oneof(
    fc.record({ kind: fc.constant('reserve' as const), id }),
    fc.record({ kind: fc.constant('confirm' as const), id }),
    fc.record({ kind: fc.constant('extend' as const), id, elapsed: fc.integer({ min: 0, max: 4000 }) }),
    fc.record({ kind: fc.constant('release' as const), id }),
    fc.record({ kind: fc.constant('settle' as const), id }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), anyRow, fc.bigInt(0n, 20_000_000n), (acts, row, limit) => {
      const credit = creditWith(limit, 3)
      for (const one of acts) {
        const before = credit.reservation(one.id)
        if (one.kind === 'reserve') {
          const first = credit.reserve(asks(one.id), quoteOf(row))
          if (first.ok) assert.deepEqual(credit.reserve(asks(one.id), quoteOf(row)), first)
        } else if (one.kind === 'confirm') assert.equal(credit.confirm(one.id, 5).ok, before !== undefined)
        else if (one.kind === 'extend') {
          const more = credit.extend(one.id, one.elapsed)
          assert.equal(more.ok, before !== undefined)
          if (more.ok) assert(more.value.grantedSeconds >= before!.paidSeconds - 1, 'a grant never shrinks')
        } else if (one.kind === 'release') assert.equal(credit.release(one.id), before !== undefined)
        else if (before) settle(credit, one.id, priceCall(row, before.paidSeconds).chargeMicros)
        const open = [...credit.reservations()]
        const head = credit.account('account')!
        assert.equal(
          head.reservedMicros,
          open.reduce((sum, held) => sum + held.reservedMicros, 0n),
        )
        assert.equal(head.calls, open.length)
        assert(open.length <= 3)
        assert(committed(credit) <= limit)
        for (const held of open) assert(held.reservedMicros >= priceCall(row, held.paidSeconds).chargeMicros)
      }
    }),
    { numRuns: 500 },
  )
})

test('worked: two calls on 10.00 at 1.00 a minute are charged 10.00, and a third is refused meanwhile', () => {
  const row = { ...kingdom, firstNanos: 1_000_000_000n, nextNanos: 1_000_000_000n }
  const credit = creditWith(10_000_000n)
  const clock = virtualClock(0)
  for (const [cdrId, minutes] of [
    ['a', 60],
    ['b', 60],
  ] as const) {
    const granted = credit.reserve(asks(cdrId), quoteOf(row))
    assert(granted.ok)
    const call = { credit, clock, row, cdrId, granted: granted.value, latenessMs: 100 }
    talk({ ...call, hangUpAfterMs: minutes * 60_000, onEnd: () => {} })
  }
  clock.advance(290_000)
  assert.equal(credit.reserve(asks('c'), quoteOf(row)).ok, false)
  clock.advance(3_600_000)
  assert.equal(credit.account('account')!.pendingMicros, 10_000_000n)
})

test('a free destination may be called with no credit at all; too many calls at once are refused', () => {
  const free = { ...kingdom, firstNanos: 0n, nextNanos: 0n }
  const credit = creditWith(0n, 2)
  for (const id of ['a', 'b']) assert(credit.reserve(asks(id), quoteOf(free)).ok)
  const third = credit.reserve(asks('c'), quoteOf(free))
  assert(!third.ok && third.failure.code === 'ledger.too_many_calls')
})
