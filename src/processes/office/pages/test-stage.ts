/** A stage for tests of the portal: one office, one ledger, one browser, shared by all of them. */

import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { createMetrics, silentLog } from '../../../base/index.ts'
import { buildPortal } from '../../../commands/build-portal.ts'
import { createDeck, createProduct, importDeck } from '../../../company/catalog/index.ts'
import { callRated, openAccount, openBooks, openLedger, type Ledger } from '../../../company/ledger/index.ts'
import { callRecord, testDeck, type TestCustomer } from '../../../company/ledger/testing.ts'
import {
  addCarrier,
  addCarrierRoute,
  assignNumber,
  createDevice,
  createExtension,
} from '../../../company/numbers/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { withChromium } from '../../../../test/chromium.ts'
import { withTestDatabase, type TestDatabase } from '../../../../test/database.ts'
import { withOffice, type TestOffice } from '../testing.ts'

export type Stage = TestOffice & {
  readonly browser: Browser
  readonly ledger: Ledger
  readonly customer: TestCustomer
}

async function prepareLedger(database: TestDatabase, bench: TestOffice): Promise<Pick<Stage, 'ledger' | 'customer'>> {
  const { db, clock, tree, charge } = bench
  const accountId = await db.as({ tenantPath: tree.provider.path }, async (tx) => {
    const tenantId = tree.provider.tenantId
    await openBooks(tx, clock, { tenantId, currency: 'CAD' })
    const rateDeckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
    const imported = await importDeck(tx, clock, { tenantId, deckId: rateDeckId, csv: testDeck, activate: true })
    assert.ok(imported.ok)
    await offerPhones(tx, bench)
    const creditLimitMicros = 600_000_000n
    return openAccount(tx, clock, { tenantId: tree.acme.tenantId, currency: 'CAD', creditLimitMicros, rateDeckId })
  })
  const chargeDb = await database.openDb('charge')
  const onRated: Parameters<typeof openLedger>[0]['onRated'] = (rated) => charge.publish(callRated, rated)
  const ledger = openLedger({ db: chargeDb, clock, log: silentLog, metrics: createMetrics(), onRated })
  while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(10, resolve))
  return { ledger, customer: { tenantId: tree.acme.tenantId, accountId, path: tree.acme.path } }
}

/** One of everything that the provider sells, and at acme one extension with its number and a registered phone. */
async function offerPhones(tx: Tx, { clock, tree, live }: TestOffice): Promise<void> {
  const sold = { currency: 'CAD', monthlyMicros: 5_000_000n } as const
  const product = (kind: 'extension' | 'device' | 'number'): Promise<string> =>
    createProduct(tx, clock, {
      ...sold,
      tenantId: tree.provider.tenantId,
      code: kind,
      name: kind,
      kind,
      setupMicros: 0n,
    })
  const terms = { ...sold, tenantId: tree.acme.tenantId, startedOn: '2025-11-01' }
  const productId = await product('extension')
  const extension = await createExtension(tx, clock, { ...terms, productId, number: '201', name: 'Ada Lovell' })
  assert.ok(extension.ok)
  const extensionId = extension.value.id
  await createDevice(tx, clock, {
    ...terms,
    productId: await product('device'),
    extensionId,
    label: 'Front desk',
    sipUser: 'acme-201',
    secretKeyId: 1,
  })
  const number = '+14165550142'
  await assignNumber(tx, clock, { ...terms, productId: await product('number'), number, kind: 'did', extensionId })
  live.bindings.push({
    sipUser: 'acme-201',
    contact: 'sip:acme-201@192.0.2.7',
    protocol: 'udp',
    source: '192.0.2.7:5060',
    userAgent: 'Test phone 1.0',
    expiresAt: clock.now() + 300_000,
  })
  const carrierId = await addCarrier(tx, clock, {
    tenantId: tree.provider.tenantId,
    name: 'Test Carrier',
    host: '192.0.2.9',
    port: 5060,
    protocol: 'udp',
  })
  await addCarrierRoute(tx, clock, {
    tenantId: tree.provider.tenantId,
    carrierId,
    prefix: '44',
    priority: 1,
    kind: 'normal',
  })
}

/** Runs `act` on the stage; nothing of it is left afterwards. */
export async function withStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const built = await buildPortal()
  assert.ok(built.ok, built.ok ? '' : built.failure.message)
  await withTestDatabase(async (database) => {
    const db = await database.openDb('office')
    await withOffice({ url: database.url, db }, async (bench) => {
      const prepared = await prepareLedger(database, bench)
      try {
        await withChromium((browser) => act({ ...bench, ...prepared, browser }))
      } finally {
        await prepared.ledger.close()
      }
    })
  })
}

type Look = { readonly width?: number; readonly scheme?: 'light' | 'dark' }

/** A page of a browser in which somebody is signed in; what goes wrong on it fails the test. */
export async function openPage(stage: Stage, who: string | undefined, look: Look = {}): Promise<Page> {
  const { browser, office, people } = stage
  const { width = 1440, scheme = 'light' } = look
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    baseURL: office.url,
  })
  const person = who === undefined ? undefined : people.get(who)!
  if (person) {
    const name = `session-${new URL(office.url).port}`
    await context.addCookies([{ name, value: person.token, url: office.url }])
  }
  const page = await context.newPage()
  page.on('pageerror', (error) => {
    throw error
  })
  return page
}

/** Ends calls so that the ledger has their charges. */
export async function settleCalls({ ledger, customer, clock }: Stage, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, at) => {
    const seconds = (at * 37) % 613
    const endedAt = clock.now() - 900_000 - at * 1000
    if (at % 9 === 4)
      return callRecord(customer, seconds, { endedAt, class: 'onnet', direction: 'internal', to: '203' })
    return callRecord(customer, seconds, { endedAt, to: at % 2 === 0 ? '+14165550199' : '+442071838750' })
  })
  assert.equal((await ledger.settle(records)).length, count)
}
