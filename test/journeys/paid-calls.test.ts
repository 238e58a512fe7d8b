/** Paid calls through a carrier: the charge is deck times duration, seen at once, and never passes the limit. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePorts, unlessInstalled } from '../peers/program.ts'
import { callScenario } from '../peers/sipp-scenarios.ts'
import { startSipp } from '../peers/sipp.ts'
import { billionths, chargeByDeck, linesOf } from './deck-oracle.ts'
import { reservedPhones, startJourney, until, type Journey } from './journey.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

type Row = {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly class: string
  readonly durationSeconds: number
  readonly chargeMicros: string
  readonly currency: string
  readonly hangupCause: string
}
type Transactions = { readonly items: readonly Row[]; readonly totals: { readonly charges: readonly Charge[] } }
type Charge = { readonly currency: string; readonly chargeMicros: string }
type Account = {
  readonly id: string
  readonly currency: string
  readonly customer: string
  readonly balanceMicros: string
  readonly creditLimitMicros: string
  readonly reservedMicros: string
  readonly availableMicros: string
}

const CALLS = 20
/** 1.00 */
const CREDIT = 1_000_000n
const RANGE = 'from=2026-01-01&to=2100-01-01'

describe('paid calls', { skip }, () => {
  let journey: Journey
  before(async () => {
    journey = await startJourney()
  })
  after(() => journey?.end())

  /** One phone of a reserved customer calls a number through SIPp. */
  const call = async (at: number, service: string, options: { holdMs: number; calls?: number; rate?: number }) => {
    const { user, password } = reservedPhones(journey.info)[at]!
    const { host, port } = journey.info.sip
    const [sipPort = 0] = await freePorts(1)
    return startSipp({
      folder: join(journey.folder, `call-${at}-${service}`),
      // Nobody who ever proved a password from here is challenged for an emergency.
      scenario: callScenario({ from: user, holdMs: options.holdMs, ...(service === '911' ? {} : { password }) }),
      target: { host, port },
      sipPort,
      mediaPort: 2 * Math.floor((await freePorts(1))[0]! / 2),
      service,
      calls: options.calls ?? 1,
      rate: options.rate ?? 10,
      limitSeconds: 60,
    })
  }

  const transactions = async (): Promise<Transactions> => {
    const { body, text, status } = await journey.ask('staff', `/api/v1/transactions?${RANGE}&limit=100`)
    assert.equal(status, 200, text)
    return body as Transactions
  }

  const accountOf = async (customer: string): Promise<Account> => {
    const { body, text, status } = await journey.ask('staff', '/api/v1/accounts?limit=100')
    assert.equal(status, 200, text)
    return (body as { items: readonly Account[] }).items.find((it) => it.customer === customer)!
  }

  test('R31 R32 R40 calls at home and abroad cost what the deck says, in Transactions and in the file', async () => {
    const { numbers } = journey.info
    const caller = reservedPhones(journey.info)[6]!
    for (const to of [numbers.domestic[0]!, numbers.international[0]!]) {
      const running = await call(6, to, { holdMs: 4000 })
      const { succeeded, errors } = await running.result
      assert.equal(succeeded, 1, errors)
      const row = await until(
        `the charge of a call to ${to}`,
        async () => (await transactions()).items.find((it) => it.from === caller.did && it.to === to),
        5000,
      )
      assert.ok(row.durationSeconds >= 4 && row.durationSeconds <= 5, `${row.durationSeconds} s`)
      const details = await journey.ask('staff', `/api/v1/calls/${row.id}`)
      assert.equal(details.status, 200, details.text)
      const { explanation, deckVersionId } = details.body as { explanation: readonly string[]; deckVersionId: string }
      assert.ok(BigInt(row.chargeMicros) > 0n, 'a paid call has a charge')
      assert.equal(row.chargeMicros, await chargeByItsDeck(journey, row, deckVersionId), explanation.join('; '))
    }
    const { totals } = await transactions()
    const file = await journey.ask('staff', `/api/v1/transactions.csv?${RANGE}`)
    assert.equal(file.status, 200, file.text)
    const charges = Object.fromEntries(totals.charges.map((it) => [it.currency, BigInt(it.chargeMicros)]))
    assert.deepEqual(totalsOfFile(file.text), charges, file.text)
  })

  test('R48 R51 R79 F21 F24 twenty calls at once on 1.00 end within the bound; 911 is answered', async () => {
    const { customer } = reservedPhones(journey.info)[10]!
    const first = await accountOf(customer)
    const adjusted = await journey.ask('staff', `/api/v1/accounts/${first.id}/adjustments`, {
      amountMicros: String(BigInt(first.availableMicros) - CREDIT),
      reason: 'leaves 1.00 for a test',
    })
    assert.equal(adjusted.status, 200, adjusted.text)
    assert.equal((await accountOf(customer)).availableMicros, String(CREDIT))
    const to = await dearNumber(journey, first.currency)
    const many = await call(10, to, { holdMs: 120_000, calls: CALLS, rate: 20 })
    await until('somebody is talking', async () => (await liveCallsTo(journey, to)).length > 0)
    const emergency = await (await call(11, '911', { holdMs: 1000 })).result
    assert.equal(emergency.succeeded, 1, emergency.errors)
    assert.ok((await liveCallsTo(journey, to)).length > 0, 'the paid calls were still there')
    // One block of 60 seconds is what 1.00 pays for; the switch ends the call a second before.
    await until('all calls have ended', async () => (await liveCallsTo(journey, to)).length === 0, 70_000)
    await many.stop()
    const last = await until('nothing is reserved any more', async () => {
      const now = await accountOf(customer)
      return now.reservedMicros === '0' && now
    })
    const rows = (await transactions()).items.filter((it) => it.to === to)
    assert.equal(rows.length, CALLS)
    const answered = rows.filter((it) => it.durationSeconds > 0)
    assert.ok(answered.length > 0)
    assert.deepEqual([...new Set(answered.map((it) => it.hangupCause))], ['grant_exhausted'])
    const spent = rows.reduce((sum, it) => sum + BigInt(it.chargeMicros), 0n)
    // docs/loss-bound.md: nothing beyond the limit while a call is stopped within a second of its grant.
    assert.ok(spent > 0n && spent <= CREDIT, `spent ${spent} micros of ${CREDIT}`)
    assert.equal(BigInt(last.availableMicros), CREDIT - spent)
    assert.deepEqual(await journey.brokenRules(), [])
  })
})

async function liveCallsTo(journey: Journey, to: string): Promise<readonly unknown[]> {
  const { body } = await journey.ask('staff', '/api/v1/live-calls')
  return (body as { items: readonly { to: string; state: string }[] }).items.filter((it) => it.to === to)
}

/** A number abroad that answers at once, so dear that one block nearly uses the credit up. */
async function dearNumber(journey: Journey, currency: string): Promise<string> {
  const { body, text } = await journey.ask('staff', '/api/v1/decks')
  const { items } = body as { items: readonly { id: string; currency: string; activeVersionId: string | null }[] }
  const deck = items.find((it) => it.currency === currency && it.activeVersionId !== null)
  assert.ok(deck, text)
  const file = await journey.ask('staff', `/api/v1/decks/${deck.id}/versions/${deck.activeVersionId}/rows.csv`)
  const [header = [], ...lines] = linesOf(file.text)
  const column = (line: readonly string[], name: string): string => line[header.indexOf(name)] ?? ''
  const candidates = lines
    .filter((line) => column(line, 'class') === 'international')
    .map((line) => `+${column(line, 'prefix').padEnd(8, '5')}100`)
    .map((to) => ({ to, block: chargeByDeck(file.text, to, 1) }))
    .filter(({ block }) => block <= CREDIT)
  const dearest = candidates.toSorted((a, b) => Number(b.block - a.block))[0]
  assert.ok(dearest)
  return dearest.to
}

/** The charge by the exported deck that priced this record. */
async function chargeByItsDeck(journey: Journey, row: Row, versionId: string): Promise<string> {
  const decks = await journey.ask('staff', '/api/v1/decks')
  assert.equal(decks.status, 200, decks.text)
  const { items } = decks.body as { items: readonly { id: string; versions: readonly { id: string }[] }[] }
  const deck = items.find((it) => it.versions.some((version) => version.id === versionId))
  assert.ok(deck, 'the deck of the record is listed')
  const file = await journey.ask('staff', `/api/v1/decks/${deck.id}/versions/${versionId}/rows.csv`)
  assert.equal(file.status, 200, file.text)
  return String(chargeByDeck(file.text, row.to, row.durationSeconds))
}

/** The lines of totals of a downloaded file: the charge in micros of each currency. */
function totalsOfFile(text: string): Readonly<Record<string, bigint>> {
  const [header = [], ...lines] = linesOf(text)
  const [charge, currency] = [header.indexOf('Charge'), header.indexOf('Currency')]
  const totals = lines.filter((line) => line[0] === 'Total' && line[currency] !== '')
  return Object.fromEntries(totals.map((line) => [line[currency]!, billionths(line[charge]!) / 1000n]))
}
