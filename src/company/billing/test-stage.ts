/** A small company for tests of billing, on a clock of its own: a provider, customers with services, the ledger. */

import {
  createMetrics,
  FailureError,
  newId,
  silentLog,
  systemClock,
  virtualClock,
  type Result,
  type VirtualClock,
} from '../../base/index.ts'
import type { TestDatabase } from '../../../test/database.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { createDeck, createProduct, deckColumns, importDeck, subscribe } from '../catalog/index.ts'
import { openAccount, openBooks, openLedger, type CdrRecord, type Ledger } from '../ledger/index.ts'
import { createCustomer, createProvider } from '../tenant/index.ts'
import type { RunParts } from './invoices/run-billing.ts'
import { readSellers, type Seller } from './policy.ts'
import { canada } from './tax/canadian-taxes.ts'

const wall = systemClock({ keepAlive: true })
const deck = [
  deckColumns.join(','),
  '1,North America,domestic,outbound,0,6,0.0119,6,0.0119,0,0,no',
  '44,United Kingdom,international,outbound,0,60,0.35,60,0.35,0,0,no',
  '33,France,international,outbound,0.05,30,0.123457,6,0.123457,0,0,no',
].join('\n')

export type BilledCustomer = { readonly tenantId: string; readonly accountId: string; readonly zone: string }

export type BillingStage = {
  readonly clock: VirtualClock
  readonly office: Db
  readonly ledger: Ledger
  readonly parts: RunParts
  readonly scope: { readonly tenantPath: string }
  readonly productId: string
  seller(): Promise<Seller>
  /** Lets time pass to an instant such as `2026-11-01T05:00:00Z`. */
  at(instant: string): void
  customer(slug: string, zone?: string, areaCode?: string): Promise<BilledCustomer>
  sell(customer: BilledCustomer, monthlyMicros: bigint, setupMicros: bigint, startedOn: string): Promise<string>
  /** Stores finished calls. */
  settle(records: readonly CdrRecord[]): Promise<void>
}

/** What a result holds; throws its failure. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Builds the company in a fresh database; `act` gets it, and everything is closed afterwards. */
export async function withBillingStage(
  database: TestDatabase,
  startsAt: string,
  act: (stage: BillingStage) => Promise<void>,
): Promise<void> {
  const clock = virtualClock(instantOf(startsAt))
  const office = await database.openDb('office', { clock })
  const charge = await database.openDb('charge', { clock })
  const scope = { tenantPath: 'nw/' }
  const { providerId, deckId, productId } = await office.as(scope, (tx) => writeProvider(tx, clock))
  const ledger = openLedger({ db: charge, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} })
  try {
    await act({
      clock,
      office,
      ledger,
      scope,
      productId,
      parts: { db: office, clock, log: silentLog, taxes: [canada], post: (postings) => ledger.postBilling(postings) },
      // Timers do not notice: a month of looking around every second is nothing that a test needs.
      at: (instant) => clock.setWall(instantOf(instant) - clock.now()),
      seller: async () => (await office.as(scope, (tx) => readSellers(tx, providerId)))[0]!,
      customer: (slug, zone = 'America/Toronto', areaCode = '416') =>
        office.as(scope, async (tx) => {
          const wanted = {
            parentId: providerId,
            slug,
            name: `Customer ${slug}`,
            accountCode: `NV-${slug.toUpperCase()}`,
          }
          const made = valueOf(await createCustomer(tx, clock, { ...wanted, country: 'CA', areaCode, zone }))
          const terms = { currency: 'CAD', creditLimitMicros: 1_000_000_000_000n, rateDeckId: deckId }
          const accountId = await openAccount(tx, clock, { tenantId: made.tenantId, ...terms })
          return { tenantId: made.tenantId, accountId, zone }
        }),
      sell: ({ tenantId }, monthlyMicros, setupMicros, startedOn) =>
        office.as(scope, (tx) => {
          const line = { tenantId, productId, startedOn, monthlyMicros, setupMicros, currency: 'CAD' }
          return subscribe(tx, clock, line)
        }),
      async settle(records) {
        // An account that was opened a moment ago is known to the ledger a moment later.
        for (let tries = 0; tries < 100; tries++) {
          if ((await ledger.settle(records)).length === records.length) return
          await new Promise<void>((resolve) => void wall.after(10, resolve))
        }
        throw new Error('not every record was stored')
      },
    })
  } finally {
    await ledger.close()
  }
}

const instantOf = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

async function writeProvider(tx: Tx, clock: VirtualClock) {
  const brand = {
    host: 'nw.localhost',
    colour: '#1f4e79',
    supportEmail: 'support@northwind.example',
    phone: '+14165550100',
    postalAddress: '1 Front Street\nToronto ON M5J 2X5',
  }
  const provider = valueOf(await createProvider(tx, clock, { slug: 'nw', name: 'Northwind Voice', brand }))
  const { tenantId } = provider
  await openBooks(tx, clock, { tenantId, currency: 'CAD' })
  const deckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
  valueOf(await importDeck(tx, clock, { tenantId, deckId, csv: deck, activate: true }))
  const product = { code: 'seat', name: 'Business seat', kind: 'extension' as const, currency: 'CAD' }
  const productId = await createProduct(tx, clock, {
    ...product,
    tenantId,
    monthlyMicros: 30_000_000n,
    setupMicros: 25_000_000n,
  })
  return { providerId: tenantId, deckId, productId }
}

/** The record of an answered outbound call. */
export function callOf(
  customer: BilledCustomer,
  clock: VirtualClock,
  call: { readonly answeredAt: number; readonly seconds: number; readonly to?: string },
): CdrRecord {
  const { answeredAt, seconds, to = '+442071838750' } = call
  return {
    id: newId(clock),
    callId: `call-${answeredAt}`,
    tenantId: customer.tenantId,
    accountId: customer.accountId,
    personId: undefined,
    direction: 'outbound',
    class: 'international',
    from: '+14165550100',
    fromName: 'Front desk',
    to,
    toName: '',
    startedAt: answeredAt - 2000,
    ringingAt: answeredAt - 1000,
    answeredAt,
    endedAt: answeredAt + seconds * 1000,
    endedBy: 'caller',
    hangupCause: 'normal',
    sipStatus: 200,
    reserved: false,
    estimated: false,
    carrierId: undefined,
    sipCallId: 'abc@phone',
    quality: '',
  }
}
