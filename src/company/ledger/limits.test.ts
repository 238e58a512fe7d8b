/** Limits as a list: daily caps and budgets are checked in the same reservation as the credit. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../base/index.ts'
import type { RateRow } from '../rating/index.ts'
import { createCredit, type AccountTerms } from './credit.ts'
import type { Limit } from './spending.ts'
import { ask, clock, withStage } from './test-stage.ts'
import { callRecord, reserveRequest } from './testing.ts'

const row: RateRow = {
  prefix: '44',
  direction: 'outbound',
  destination: 'United Kingdom',
  class: 'international',
  connectMicros: 0n,
  firstSeconds: 60,
  firstNanos: 1_000_000_000n,
  nextSeconds: 60,
  nextNanos: 1_000_000_000n,
  graceSeconds: 0,
  minimumMicros: 0n,
  blocked: false,
}
const home: RateRow = { ...row, prefix: '1', class: 'domestic' }

const HOUR = 3_600_000

function creditWith(...limits: Limit[]) {
  const credit = createCredit()
  const own = { id: 'a', tenantId: 't', tenantPath: 'nw/acme/', kind: 'customer', currency: 'CAD' } as const
  const terms: AccountTerms = {
    ...own,
    creditLimitMicros: 1_000_000_000n,
    deckId: 'd',
    callsMax: 100,
    status: 'open',
    limits,
  }
  credit.putAccount(terms, 0n)
  let calls = 0
  /** A call of whole minutes at 1.00 a minute; undefined when it is refused. */
  const talk = (at: number, minutes: number, by: RateRow): number | undefined => {
    const cdrId = `call ${calls++}`
    const call = { cdrId, callId: cdrId, accountId: 'a', direction: 'outbound', destination: '+44', at } as const
    if (!credit.reserve(call, { versionId: 'v', row: by }).ok) return undefined
    credit.extend(cdrId, Math.max(0, minutes * 60 - 300))
    const talked = Math.min(minutes, Math.floor(credit.reservation(cdrId)!.paidSeconds / 60))
    credit.release(cdrId)
    credit.spend('a', { at, class: by.class, micros: BigInt(talked) * 1_000_000n })
    return talked
  }
  return { credit, talk }
}

const abroad = { id: 'l', name: 'abroad', classes: ['international', 'premium'], zone: 'America/Toronto' } as const

test('a budget of a rolling window refuses its class alone, and frees itself as the window moves on', () => {
  const start = virtualClock(1_760_000_000_000).now()
  const { talk } = creditWith({ ...abroad, windowHours: 24, amountMicros: 10_000_000n })
  assert.equal(talk(start, 6, row), 6)
  assert.equal(talk(start + 10 * HOUR, 9, row), 4, 'what is left of the budget ends the call')
  assert.equal(talk(start + 10 * HOUR, 1, row), undefined)
  assert.equal(talk(start + 10 * HOUR, 30, home), 30, 'another class has another budget')
  assert.equal(talk(start + 23 * HOUR, 1, row), undefined)
  assert.equal(talk(start + 24.5 * HOUR, 9, row), 6)
  assert.equal(talk(start + 34.5 * HOUR, 9, row), 4)
})

test("a daily cap begins anew at the customer's midnight, on a day of 25 hours too", () => {
  const at = (text: string): number => Temporal.ZonedDateTime.from(`${text}[America/Toronto]`).epochMilliseconds
  const { talk } = creditWith({ ...abroad, classes: [], windowHours: undefined, amountMicros: 5_000_000n })
  assert.equal(talk(at('2026-10-31T23:50'), 9, home), 5)
  assert.equal(talk(at('2026-10-31T23:59'), 1, home), undefined)
  assert.equal(talk(at('2026-11-01T00:00'), 3, home), 3)
  assert.equal(talk(at('2026-11-01T23:30'), 9, home), 2)
  assert.equal(talk(at('2026-11-02T00:00'), 1, row), 1)
})

test('calls at once cannot pass a budget together: what they reserve counts', () => {
  const { credit } = creditWith({ ...abroad, windowHours: 1, amountMicros: 3_000_000n })
  const call = { callId: 'c', accountId: 'a', direction: 'outbound', destination: '+44', at: 0 } as const
  const results = Array.from({ length: 9 }, (_, n) =>
    credit.reserve({ ...call, cdrId: `c${n}` }, { versionId: 'v', row }),
  )
  const held = [...credit.reservations()].reduce((sum, one) => sum + one.reservedMicros, 0n)
  assert.equal(held, 3_000_000n)
  const refused = results.find((one) => !one.ok)
  assert(refused && !refused.ok)
  assert.equal(refused.failure.code, 'ledger.over_limit')
  assert.equal(refused.failure.details?.['limit'], 'abroad')
})

test('F24 staff set limits, charge obeys them within a second, and a payment lets calls pass again', async () => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const staff = { tenantPath: 'nw/' }
    const params = { id: acme.accountId }
    const budgets = [{ name: 'abroad', classes: ['international'], windowHours: 24, amountMicros: '700000' }]
    const body = { creditLimitMicros: '1000000', callsMax: 7, budgets, reason: 'agreed by mail' }
    const set = await ask(stage, 'setLimits', staff, { params, body })
    assert(set.ok, JSON.stringify(set))
    const read = await ask(stage, 'readLimits', { tenantPath: acme.path }, { params })
    assert.deepEqual(read.value, set.value)
    const bad = { params, body: { ...body, prepaid: true } }
    const refusedSet = await ask(stage, 'setLimits', staff, bad)
    assert.equal(refusedSet.failure?.code, 'ledger.bad_limit')
    const granted = async (grant: boolean): Promise<string> => {
      for (let tries = 0; tries < 200; tries++) {
        const request = reserveRequest(acme)
        const asked = stage.ledger.reserve(request)
        const record = callRecord(acme, 0, { id: request.cdrId, answeredAt: undefined })
        if (asked.ok) await stage.ledger.settle([record])
        if (asked.ok === grant) return asked.ok ? '' : asked.failure.code
        await new Promise<void>((resolve) => void clock.after(10, resolve))
      }
      return assert.fail('charge did not obey in two seconds')
    }
    assert.equal(await granted(true), '')
    await stage.ledger.settle([callRecord(acme, 120)])
    assert.equal(await granted(false), 'ledger.over_limit')
    const none = { params, body: { budgets: [], reason: 'over' } }
    assert((await ask(stage, 'setLimits', staff, none)).ok)
    await stage.ledger.settle([callRecord(acme, 60)])
    // Until the change of the list is seen, the budget refuses as well.
    for (let tries = 0; (await granted(false)) !== 'ledger.no_credit'; tries++) {
      assert.ok(tries < 200, 'charge did not obey in two seconds')
      await new Promise<void>((resolve) => void clock.after(10, resolve))
    }
    const paid = { params, body: { amountMicros: '1000000', reason: 'cheque 5' } }
    assert((await ask(stage, 'postPayment', staff, paid)).ok)
    assert(stage.ledger.reserve(reserveRequest(acme)).ok, 'the very next call passes')
  })
})
