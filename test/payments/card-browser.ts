/**
 * Cards in Chromium: the portal's own buttons, the fields on the processor's origin, its messages twice and late. The
 * path is the seeds': Billing Information > Payment Info > Edit > Save.
 */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { newId, seededRandom, silentLog } from '../../src/base/index.ts'
import { postPayment, returnPayment } from '../../src/company/ledger/index.ts'
import { openPage, withStage, type Stage } from '../../src/processes/office/pages/test-stage.ts'
import { demoKeys, serveGateway, type GatewayServer } from '../../src/world/gateway/serve-gateway.ts'
import { axeFaults, sidewaysPixels } from '../chromium.ts'

export type CardStage = Stage & { readonly gateway: GatewayServer }

/** Runs `act` on a stage whose seller is connected to a simulated processor of bad habits. */
export async function withCardStage(act: (stage: CardStage) => Promise<void>): Promise<void> {
  await withStage(async (stage) => {
    const { clock, charge, ledger, tree, people, ask, office } = stage
    charge.serve(postPayment, (request) => ledger.post('payment', request))
    charge.serve(returnPayment, (request) => ledger.post('return', request))
    const served = await serveGateway({ clock, log: silentLog, random: seededRandom(5), port: 0 })
    assert.ok(served.ok)
    const gateway = served.value
    try {
      const keys = { publishableKey: demoKeys.publishable, secretKey: demoKeys.secret, webhookSecret: demoKeys.webhook }
      const body = { apiUrl: gateway.url, ...keys }
      const set = await ask(people.get('partner_admin@maple'), 'PUT', '/api/v1/card-gateway', body)
      assert.equal(set.status, 200, await set.text())
      gateway.delivery.setHabits({ duplicated: 60, delayed: 40, lost: 10 })
      gateway.delivery.setTargets([`${office.url}/webhooks/cards/${tree.maple.tenantId}`])
      await act({ ...stage, gateway })
      await gateway.delivery.settled()
    } finally {
      await gateway.close()
    }
  })
}

/** Goes to Payment Info by the menu, as the seeds tell it. */
export async function openPaymentInfo(stage: CardStage): Promise<Page> {
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto('/dashboard')
  await page.getByRole('link', { name: 'Billing Information' }).first().click()
  await page.getByRole('link', { name: 'Payment Info' }).click()
  await page.getByRole('heading', { name: 'Payment Info', level: 1 }).waitFor()
  return page
}

/** Edit, the card into the processor's own fields, Save; what the page says then. */
export async function editCard(page: Page, number: string, confirms?: boolean): Promise<string> {
  await page.getByRole('button', { name: 'Edit' }).click()
  const said = await enterCard(page, number, 'Save', confirms)
  await page.getByRole('button', { name: 'Close' }).click()
  return said
}

/** Types a card and presses the button below it. */
export async function enterCard(page: Page, number: string, button: string, confirms?: boolean): Promise<string> {
  const ours = page.frameLocator('iframe[src*="embedded"]')
  const fields = ours.frameLocator('iframe[title="Secure card fields"]')
  await fields.getByLabel('Card number').fill(number)
  await fields.getByLabel('Expiry (MM / YY)').fill('12 / 34')
  await fields.getByLabel('Security code').fill('1234')
  await ours.getByRole('button', { name: button }).click()
  if (confirms !== undefined) {
    const bank = ours.frameLocator('iframe[title="Confirm with your bank"]')
    await bank.getByRole('button', { name: confirms ? 'Yes, confirm' : 'No', exact: true }).click()
  }
  const said = ours.locator('#done:not([hidden]), #refusal:not([hidden])')
  await said.waitFor()
  return (await said.innerText()).trim()
}

/** No axe violation, no sideways scroll. */
export async function looksRight(page: Page): Promise<void> {
  assert.deepEqual(await axeFaults(page), [])
  assert.equal(await sidewaysPixels(page), 0)
}

/** Charges that the processor took, and what the ledger has of them, in cents. */
export async function bothSides({ gateway, db, customer }: CardStage): Promise<{ taken: number; ledger: number }> {
  const taken = [...gateway.processor.state().intents.values()]
    .filter((one) => one.object === 'payment_intent' && one.status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount, 0)
  const [row] = await db.as(
    { tenantPath: 'nw/' },
    (tx) => tx<{ cents: number }[]>`
    select (coalesce(-sum(entry.amount_micros), 0)::bigint / 10000)::int as cents
    from ledger_entry as entry join posting on posting.id = entry.posting_id
    where entry.account_id = ${customer.accountId} and posting.kind = 'payment'`,
  )
  return { taken, ledger: row!.cents }
}

/** Puts an invoice of so many cents before the customer. */
export async function invoiceOf(
  { db, clock, customer, tree }: CardStage,
  number: string,
  cents: number,
): Promise<void> {
  const micros = BigInt(cents) * 10_000n
  const now = clock.now()
  await db.as({ tenantPath: 'nw/' }, async (tx) => {
    const [count] = await tx<{ n: number }[]>`
      select count(*)::int as n from invoice where account_id = ${customer.accountId}`
    const to = Temporal.PlainDate.from('2026-11-01').subtract({ months: count!.n })
    await tx`
      insert into invoice
        (id, tenant_id, seller_id, customer_id, kind, account_id, number, number_in_series, status, currency,
         period_from, period_to, window_from, window_to, zone, net_micros, total_micros, billed, created_at,
         drafted_at, issued_at, due_at, posted_at)
      values
        (${newId(clock)}, ${customer.tenantId}, ${tree.maple.tenantId}, ${customer.tenantId}, 'customer',
         ${customer.accountId}, ${number}, ${count!.n + 1}, 'issued', 'CAD',
         ${to.subtract({ months: 1 }).toString()}::text::date, ${to.toString()}::text::date, ${now}, ${now},
         'America/Toronto', ${micros}, ${micros}, '{}', ${now}, ${now}, ${now}, ${now + 1e9}, ${now})`
  })
}
