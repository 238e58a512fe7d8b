/** A house that takes cards: database, ledger and processor are real, and may be made to die between any two steps. */

import assert from 'node:assert/strict'
import { createMetrics, fail, newId, newToken, seededRandom, silentLog, virtualClock } from '../../src/base/index.ts'
import type { VirtualClock } from '../../src/base/index.ts'
import type { Db } from '../../src/platform/db/index.ts'
import { openSession, payerOf, takeEvent, useCard, type PaymentParts } from '../../src/company/billing/testing.ts'
import { openStripe } from '../../src/doors/gateways/index.ts'
import { openLedger } from '../../src/company/ledger/open-ledger.ts'
import { buildTestHouse, type TestHouse } from '../../src/company/ledger/testing.ts'
import { signatureOf } from '../../src/world/gateway/deliver-events.ts'
import { createCardProcessor, type CardProcessor, type GatewayEvent } from '../../src/world/gateway/gateway.ts'
import { demoKeys } from '../../src/world/gateway/serve-gateway.ts'
import { withTestDatabase, type Sql, type TestDatabase } from '../database.ts'

/** 2026-11-02, 9 in the morning in Toronto. */
const START_MS = 1_793_628_000_000
const DAY_MS = 86_400_000

/** Thrown where the process dies. */
export class Crash extends Error {}

export type PaymentHouse = {
  readonly clock: VirtualClock
  readonly parts: PaymentParts
  readonly sql: Sql
  readonly house: TestHouse
  readonly processor: CardProcessor
  readonly events: GatewayEvent[]
  readonly database: TestDatabase
  /** The process dies at the n-th step from now, before or after it was done; 0 lets it live. */
  dieAt(step: number): void
  /** How many steps were made since `dieAt`. */
  steps(): number
  newCustomer(): Promise<Customer>
  addInvoice(customer: Customer, cents: number, dueInDays?: number): Promise<string>
  /** A token of the card fields. */
  token(number: string, expiry?: { month: number; year: number }): string
  storeCard(customer: Customer, number: string): ReturnType<typeof useCard>
  payOnce(customer: Customer, number: string, cents: number, invoiceId?: string): ReturnType<typeof useCard>
  /** Delivers what the processor has sent, twice and in any order. */
  deliver(order: (events: readonly GatewayEvent[]) => readonly GatewayEvent[]): Promise<void>
}

export type Customer = { readonly tenantId: string; readonly accountId: string }

/** Opens one, and closes it after `act`. */
export async function withPaymentHouse(act: (house: PaymentHouse) => Promise<void>, seed = 1): Promise<void> {
  await withTestDatabase(async (database) => {
    const clock = virtualClock(START_MS)
    const office = await database.openDb('office', { clock })
    const charge = await database.openDb('charge')
    const house = await buildTestHouse(office)
    await database.ownerSql`
      insert into brand (tenant_id, name, host, colour, support_email, phone, postal_address)
      values (${house.providerId}, 'Northwind Voice', 'nw.localhost', '#1f4e79', 'help@nw.example', '', '')`
    const ledger = openLedger({ db: charge, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} })
    for (let tries = 0; ledger.notes().length > 0 && tries < 500; tries++) await new Promise((r) => setTimeout(r, 10))
    try {
      await act(houseOf({ database, clock, office, house, ledger, seed }))
    } finally {
      await ledger.close()
    }
  })
}

type Inside = {
  readonly database: TestDatabase
  readonly clock: VirtualClock
  readonly office: Db
  readonly house: TestHouse
  readonly ledger: ReturnType<typeof openLedger>
  readonly seed: number
}

/** Counts steps and dies at one of them: half of the time before it is done, else after. */
function createFate() {
  let [left, made, isDead] = [0, 0, false]
  return {
    set(step: number): void {
      ;[left, made, isDead] = [step, 0, false]
    },
    made: () => made,
    async pass<T>(act: () => Promise<T>): Promise<T> {
      if (isDead) throw new Crash()
      made++
      const dies = left > 0 && made === left
      if (dies) isDead = true
      if (dies && left % 2 === 0) throw new Crash()
      const done = await act()
      if (isDead) throw new Crash()
      return done
    },
  }
}

function houseOf({ database, clock, office, house, ledger, seed }: Inside): PaymentHouse {
  const random = seededRandom(seed)
  const fate = createFate()
  const events: GatewayEvent[] = []
  const processor = createCardProcessor({
    clock,
    random,
    publishableKey: demoKeys.publishable,
    secretKey: demoKeys.secret,
    deliver: (event) => void events.push(event),
  })
  const ask = (key: string, method: string, path: string, body: string, repeat?: string) =>
    processor.handle({ method, path, body, idempotencyKey: repeat, key })
  const gateway = openStripe({
    secretKey: demoKeys.secret,
    publishableKey: demoKeys.publishable,
    webhookSecret: demoKeys.webhook,
    apiUrl: 'http://127.0.0.1:1',
    fetch: (input, init) =>
      fate.pass(() => {
        const url = new URL(input instanceof Request ? input.url : input)
        const headers = new Headers(init?.headers)
        const body = typeof init?.body === 'string' ? init.body : ''
        const repeat = headers.get('idempotency-key') ?? undefined
        const key = headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
        const done = ask(key, init?.method ?? 'GET', `${url.pathname}${url.search}`, body, repeat)
        return Promise.resolve(Response.json(done.body, { status: done.status }))
      }),
  })
  const post = (kind: 'payment' | 'return'): PaymentParts['ledger']['pay'] => {
    return (request) => fate.pass(() => ledger.post(kind, request))
  }
  const db: Db = { ...office, as: (scope, act) => fate.pass(() => office.as(scope, act)) }
  const parts: PaymentParts = {
    db,
    clock,
    log: silentLog,
    random,
    secretBox: { seal: (_, text) => text, open: (_, text) => text },
    ledger: { pay: post('payment'), giveBack: post('return') },
    gatewayOf: () => Promise.resolve(gateway),
    portalUrl: (_, path) => `http://nw.localhost${path}`,
  }
  const { ownerSql: sql } = database
  const sessionFor = async (customer: Customer, cents?: number, invoiceId?: string): Promise<string> => {
    const token = newToken(random)
    await office.as({ tenantPath: 'nw/' }, async (tx) => {
      const payer = (await payerOf(tx, customer.tenantId))!
      const purpose = cents === undefined ? 'store' : 'pay'
      const amountMicros = cents === undefined ? null : BigInt(cents) * 10_000n
      const terms = { payer, token, purpose, invoiceId: invoiceId ?? null, amountMicros } as const
      await openSession(tx, clock, { ...terms, isLink: false, createdBy: null, days: 1 })
    })
    return token
  }
  let made = 0
  const token: PaymentHouse['token'] = (number, { month, year } = { month: 12, year: 2034 }) => {
    const card = { 'card[number]': number, 'card[exp_month]': `${month}`, 'card[exp_year]': `${year}` }
    const body = new URLSearchParams({ type: 'card', ...card, 'card[cvc]': '1234' }).toString()
    const done = ask(demoKeys.publishable, 'POST', '/v1/payment_methods', body)
    assert.equal(done.status, 200, JSON.stringify(done.body))
    return String(done.body['id'])
  }
  const use = { hasConsented: true, source: '127.0.0.1' }
  return {
    clock,
    parts,
    sql,
    house,
    processor,
    events,
    database,
    dieAt: (step) => fate.set(step),
    steps: () => fate.made(),
    async newCustomer() {
      const number = ++made
      const [tenantId, accountId] = [newId(clock), newId(clock)]
      const path = `nw/c${number}/`
      await sql`
        insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
        values (${tenantId}, ${tenantId}, ${house.providerId}, 'customer', ${path}, ${`Customer ${number}`},
                ${`c${number}`}, ${clock.now()})`
      await sql`
        insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
        values (${tenantId}, ${`NV-${100_000 + number}`}, 'CA', '416', 'America/Toronto', 'active', ${clock.now()})`
      await sql`
        insert into account (id, tenant_id, kind, currency, credit_limit_micros, rate_deck_id, status, created_at)
        values (${accountId}, ${tenantId}, 'customer', 'CAD', 500000000, ${house.deckId}, 'open', ${clock.now()})`
      await sql`
        insert into login (id, tenant_id, role, login, name, email, zone, locale, status, created_at)
        values (${newId(clock)}, ${tenantId}, 'customer_admin', ${`c${number}@x.example`}, 'Ava',
                ${`c${number}@x.example`}, 'America/Toronto', 'en', 'active', ${clock.now()})`
      return { tenantId, accountId }
    },
    async addInvoice({ tenantId, accountId }, cents, dueInDays = 15) {
      const id = newId(clock)
      const number = `NW-2026-${String(++made).padStart(6, '0')}`
      const micros = BigInt(cents) * 10_000n
      const [period] = await sql<{ n: number }[]>`
        select count(*)::int as n from invoice where account_id = ${accountId}`
      const to = Temporal.PlainDate.from('2026-11-01').subtract({ months: period!.n })
      await sql`
        insert into invoice
          (id, tenant_id, seller_id, customer_id, kind, account_id, number, number_in_series, status, currency,
           period_from, period_to, window_from, window_to, zone, net_micros, total_micros, billed, created_at,
           drafted_at, issued_at, due_at, posted_at)
        values
          (${id}, ${tenantId}, ${house.providerId}, ${tenantId}, 'customer', ${accountId}, ${number}, ${made}, 'issued',
           'CAD', ${to.subtract({ months: 1 }).toString()}::text::date, ${to.toString()}::text::date, ${clock.now()},
           ${clock.now()}, 'America/Toronto', ${micros}, ${micros}, '{}', ${clock.now()}, ${clock.now()},
           ${clock.now()}, ${clock.now() + dueInDays * DAY_MS}, ${clock.now()})`
      return id
    },
    token,
    async storeCard(customer, number) {
      return useCard(parts, await sessionFor(customer), { methodRef: token(number), ...use })
    },
    async payOnce(customer, number, cents, invoiceId) {
      return useCard(parts, await sessionFor(customer, cents, invoiceId), { methodRef: token(number), ...use })
    },
    async deliver(order) {
      for (const { body } of order(events.splice(0))) {
        const signature = signatureOf(demoKeys.webhook, body, clock.now())
        const taken = await takeEvent(parts, { sellerId: house.providerId, body, signature })
        if (!taken.ok) fail('test.not_taken', taken.failure.message)
      }
    },
  }
}
