/** The ceiling at full length: twenty calls talk at once until a credit of 1.00 is used up; about five minutes. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePorts, unlessInstalled } from '../peers/program.ts'
import { callScenario } from '../peers/sipp-scenarios.ts'
import { startSipp } from '../peers/sipp.ts'
import { chargeByDeck, linesOf } from '../journeys/deck-oracle.ts'
import { reservedPhones, startJourney, until, type Journey } from '../journeys/journey.ts'

const skip = unlessInstalled('sipp', 'sip-tester')
const CALLS = 20
/** 1.00 */
const CREDIT = 1_000_000n
/** A block that twenty calls can pay for from 1.00, and not often. */
const BLOCK = { least: 20_000n, most: 32_000n }
const PATIENCE_MS = 420_000

type Account = {
  readonly id: string
  readonly currency: string
  readonly customer: string
  readonly reservedMicros: string
  readonly availableMicros: string
}
type Row = {
  readonly to: string
  readonly durationSeconds: number
  readonly chargeMicros: string
  readonly hangupCause: string
}

async function itemsOf<T>(journey: Journey, path: string): Promise<readonly T[]> {
  const { status, body, text } = await journey.ask('staff', path)
  assert.equal(status, 200, text)
  return (body as { items: readonly T[] }).items
}

async function accountOf(journey: Journey, customer: string): Promise<Account> {
  const accounts = await itemsOf<Account>(journey, '/api/v1/accounts?limit=100')
  return accounts.find((it) => it.customer === customer)!
}

/** A number abroad that answers at once, whose block costs what is wanted. */
async function numberAbroad(journey: Journey, currency: string): Promise<string> {
  type Deck = { readonly id: string; readonly currency: string; readonly activeVersionId: string | null }
  const decks = await itemsOf<Deck>(journey, '/api/v1/decks')
  const deck = decks.find((it) => it.currency === currency && it.activeVersionId !== null)
  assert.ok(deck)
  const file = await journey.ask('staff', `/api/v1/decks/${deck.id}/versions/${deck.activeVersionId}/rows.csv`)
  const [header = [], ...lines] = linesOf(file.text)
  const column = (line: readonly string[], name: string): string => line[header.indexOf(name)] ?? ''
  const found = lines
    .filter((line) => column(line, 'class') === 'international')
    .map((line) => `+${column(line, 'prefix').padEnd(8, '5')}100`)
    .find((to) => {
      const block = chargeByDeck(file.text, to, 1)
      return block >= BLOCK.least && block <= BLOCK.most
    })
  assert.ok(found, 'the deck has such a destination')
  return found
}

async function call(journey: Journey, at: number, service: string, options: { holdMs: number; calls: number }) {
  const { user, password } = reservedPhones(journey.info)[at]!
  const [sipPort = 0] = await freePorts(1)
  return startSipp({
    folder: join(journey.folder, `call-${at}-${service}`),
    scenario: callScenario({ from: user, holdMs: options.holdMs, ...(service === '911' ? {} : { password }) }),
    target: journey.info.sip,
    sipPort,
    mediaPort: 2 * Math.floor((await freePorts(1))[0]! / 2),
    service,
    calls: options.calls,
    rate: 20,
    limitSeconds: PATIENCE_MS / 1000,
  })
}

test(
  'R51 F21 twenty calls abroad talk until 1.00 is used up: all end, nothing is spent past it',
  { skip },
  async () => {
    const journey = await startJourney()
    try {
      const { customer } = reservedPhones(journey.info)[10]!
      const first = await accountOf(journey, customer)
      const amountMicros = String(BigInt(first.availableMicros) - CREDIT)
      const adjustment = { amountMicros, reason: 'leaves 1.00 for a test' }
      const adjusted = await journey.ask('staff', `/api/v1/accounts/${first.id}/adjustments`, adjustment)
      assert.equal(adjusted.status, 200, adjusted.text)
      const to = await numberAbroad(journey, first.currency)
      const talking = async (): Promise<number> => {
        const calls = await itemsOf<{ to: string; state: string }>(journey, '/api/v1/live-calls')
        return calls.filter((it) => it.to === to && it.state === 'talking').length
      }
      const many = await call(journey, 10, to, { holdMs: PATIENCE_MS, calls: CALLS })
      await until('all talk at once', async () => (await talking()) === CALLS)
      const emergency = await (await call(journey, 11, '911', { holdMs: 1000, calls: 1 })).result
      assert.equal(emergency.succeeded, 1, emergency.errors)
      assert.ok((await talking()) > 0, 'the paid calls were still there')
      await until('all calls have ended', async () => (await talking()) === 0, PATIENCE_MS)
      await many.stop()
      const last = await until('nothing is reserved any more', async () => {
        const now = await accountOf(journey, customer)
        return now.reservedMicros === '0' && now
      })
      const rows = (await itemsOf<Row>(journey, '/api/v1/transactions?from=2026-01-01&to=2100-01-01&limit=100')).filter(
        (it) => it.to === to,
      )
      assert.equal(rows.length, CALLS)
      assert.deepEqual([...new Set(rows.map((it) => it.hangupCause))], ['grant_exhausted'])
      const spent = rows.reduce((sum, it) => sum + BigInt(it.chargeMicros), 0n)
      const seconds = rows.map((it) => it.durationSeconds).join(', ')
      process.stdout.write(`spent ${spent} micros of ${CREDIT} in calls of ${seconds} s\n`)
      assert.ok(spent > 0n && spent <= CREDIT, `spent ${spent} micros of ${CREDIT}`)
      assert.equal(BigInt(last.availableMicros), CREDIT - spent)
      assert.deepEqual(await journey.brokenRules(), [])
    } finally {
      await journey.end()
    }
  },
)
