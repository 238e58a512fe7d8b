import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { CHROMIUM } from '../chromium.ts'
import {
  bothSides,
  editCard,
  enterCard,
  invoiceOf,
  looksRight,
  openPaymentInfo,
  withCardStage,
} from './card-browser.ts'

test('R37 R46 a card is changed by Edit and Save, and an invoice is paid once', { skip: skipped() }, async () => {
  await withCardStage(async (stage) => {
    await invoiceOf(stage, 'MT-2026-000001', 11_300)
    const page = await openPaymentInfo(stage)
    await page.getByText('$113.00').first().waitFor()
    assert.match(await editCard(page, '6011111111111117'), /cards of this kind \(discover\) are not taken here/i)
    assert.equal(await editCard(page, '4000056655665556'), 'Your card is saved.')
    await page.getByText('Visa Debit •••• 5556').first().waitFor()
    await page.getByText('Nothing is open: all invoices are paid.').waitFor()
    await looksRight(page)
    await stage.gateway.delivery.settled()
    assert.deepEqual(await bothSides(stage), { taken: 11_300, ledger: 11_300 }, 'charged at once with the new card')
    await invoiceOf(stage, 'MT-2026-000002', 5650)
    await page.reload()
    await page.getByRole('button', { name: 'Pay now: Invoice MT-2026-000002' }).click()
    assert.match(await enterCard(page, '4000002760003184', 'Pay CAD 56.50', true), /your payment was received/)
    await stage.gateway.delivery.settled()
    assert.deepEqual(await bothSides(stage), { taken: 16_950, ledger: 16_950 })
    await page.context().close()
  })
})

function skipped(): string | false {
  return existsSync(CHROMIUM) ? false : 'Chromium is not there'
}
