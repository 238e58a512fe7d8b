/** The whole card matrix in Chromium, under messages that come twice, late, or not at all. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { CHROMIUM } from '../chromium.ts'
import { bothSides, editCard, enterCard, invoiceOf, openPaymentInfo, withCardStage } from '../payments/card-browser.ts'

const CENTS = 5650
const thanks = /your payment was received/
const matrix: readonly (readonly [string, string, RegExp, boolean?])[] = [
  ['Visa', '4242424242424242', thanks],
  ['Visa Debit', '4000056655665556', thanks],
  ['Mastercard', '5555555555554444', thanks],
  ['American Express', '378282246310005', thanks],
  ['Discover', '6011111111111117', /not taken here/],
  ['JCB', '3566002020360505', /not taken here/],
  ['insufficient funds', '4000000000009995', /insufficient funds/],
  ['expired', '4000000000000069', /has expired/],
  ['lost', '4000000000009987', /declined/],
  ['stolen', '4000000000009979', /declined/],
  ['processing error', '4000000000000119', /error occurred/],
  ['3-D Secure, confirmed', '4000002760003184', thanks, true],
  ['3-D Secure, not confirmed', '4000002760003184', /did not confirm/, false],
]

const skip = existsSync(CHROMIUM) ? false : 'chromium is not installed'

test('R61 R62 R63 every card of the matrix, stored and charged in the browser', { skip }, async (context) => {
  await withCardStage(async (stage) => {
    let expected = 0
    for (const [at, [name, number, said, confirms]] of matrix.entries()) {
      const invoice = `MT-2026-${String(at + 1).padStart(6, '0')}`
      await invoiceOf(stage, invoice, CENTS)
      const page = await openPaymentInfo(stage)
      await page.getByRole('button', { name: `Pay now: Invoice ${invoice}` }).click()
      assert.match(await enterCard(page, number, 'Pay CAD 56.50', confirms), said, name)
      if (said === thanks) expected += CENTS
      await stage.gateway.delivery.settled()
      assert.deepEqual(await bothSides(stage), { taken: expected, ledger: expected }, name)
      context.diagnostic(`${name}: ${said.source}`)
      await page.context().close()
    }
    // What is open is charged at once to the card that is saved, each invoice once.
    const page = await openPaymentInfo(stage)
    assert.equal(await editCard(page, '4000002500003155', true), 'Your card is saved.')
    const open = matrix.filter(([, , said]) => said !== thanks).length
    await stage.gateway.delivery.settled()
    const all = expected + open * CENTS
    assert.deepEqual(await bothSides(stage), { taken: all, ledger: all })
    await page.context().close()
  })
})
