/**
 * What the FAQ tells customers about their portal, sentence by sentence: each is done as it is written there. (What it
 * says about Payment Info and Invoices is tried where those pages are.)
 */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { testDeck } from '../../../company/ledger/testing.ts'
import { axeFaults } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

/** "you can request a password reset by clicking on the ‘Password Recovery’ button" */
async function requestsAReset(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Password Recovery' }).click()
  await page.getByRole('heading', { name: 'Password Recovery' }).waitFor()
  await page.getByLabel('Login').fill('nobody@acme.example')
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('If there is such a login, a link is on its way').waitFor()
}

/** "you will find recent call activity shown on the main Dashboard" */
async function seesRecentCalls(page: Page): Promise<void> {
  await page.goto('/dashboard')
  await page.getByText('Customer Self-Care Portal').first().waitFor()
  const recent = page.getByRole('table', { name: 'Recent calls' })
  await recent.getByText('+442071838750').first().waitFor()
}

/** "click on the ‘Billing Information’ tab … ‘Transactions’ … enter a date range and view or download". */
async function findsOlderCalls(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Billing Information' }).click()
  await page
    .getByRole('navigation', { name: 'Billing Information' })
    .getByRole('link', { name: 'Transactions' })
    .click()
  await page.getByRole('heading', { name: 'Transactions', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Custom', exact: true }).click()
  await page.getByLabel('First day').fill('2020-01-01')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.waitForURL(/from=2020-01-01/)
  await page.locator('[data-totals]').getByText('Calls').first().waitFor()
  const file = await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')
  assert.ok(file?.includes('from=2020-01-01'), file ?? 'no file')
  const answer = await page.request.get(file ?? '')
  assert.equal(answer.status(), 200)
  assert.match(await answer.text(), /442071838750/)
}

/** "The time zone used … is the same as the region or time zone associated with your user login." */
async function namesTheZone(page: Page): Promise<void> {
  await page.getByText('America/Toronto').first().waitFor()
}

/** All of it, in the order of the FAQ. */
export async function doesWhatTheFaqSays(stage: Stage): Promise<void> {
  const stranger = await openPage(stage, undefined)
  await requestsAReset(stranger)
  await stranger.context().close()
  const page = await openPage(stage, 'customer_admin@acme')
  await seesRecentCalls(page)
  await page
    .getByRole('list', { name: /^Setting up: \d of \d$/ })
    .getByRole('link')
    .first()
    .waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await findsOlderCalls(page)
  await namesTheZone(page)
  await page.context().close()
}

/** Staff uploads prices: what would change is shown first, then they are put in force. */
export async function uploadsPrices(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'provider_admin@nw')
  await page.goto('/billing/decks')
  await page.getByRole('button', { name: 'Upload prices to Standard' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload prices to Standard' })
  const head = testDeck.split('\n')[0]!
  const csv = `${head}\n44,United Kingdom,international,outbound,0,60,0.05,60,0.05,0,0,no\n`
  const file = { name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
  await dialog.getByLabel('CSV or XLSX file').setInputFiles(file)
  await dialog.getByRole('button', { name: 'Show what would change' }).click()
  await dialog.getByText(/\d+ new, \d+ gone, \d+ dearer, \d+ cheaper, \d+ unchanged\./).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('1 rows were imported as the next version.').waitFor()
  await page.getByRole('button', { name: 'Put version 2 in force' }).click()
  const asked = page.getByRole('dialog', { name: 'Put version 2 of Standard in force?' })
  await asked.getByRole('button', { name: 'Put in force' }).click()
  await page.getByText('Version 2 is in force.').waitFor()
  await page.context().close()
}
