/** Rooms of the portal in Chromium: the page of a call, who may sign in, brands, self-care, staff. */

import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { CHROMIUM } from '../../../../test/chromium.ts'
import { changesABrand, keepsBrandsApart } from './test-brand-pages.ts'
import { showsAWholeCall } from './test-call-page.ts'
import { keepsUsers, signsInWithAPasskey, turnsCodesOn, welcomesACustomer } from './test-identity-pages.ts'
import { withStage } from './test-stage.ts'
import { doesWhatTheFaqSays, uploadsPrices } from './test-faq-pages.ts'

test('rooms of the portal', { skip: !existsSync(CHROMIUM) && 'chromium is not installed' }, async (suite) => {
  await withStage(async (stage) => {
    await suite.test('F69 a call has a page: story, audio, charge, changes around it, a ticket with its sample', () =>
      showsAWholeCall(stage),
    )
    await suite.test('R29 R30 one welcome mail, a password once, and Password Recovery in the same tab', () =>
      welcomesACustomer(stage),
    )
    await suite.test('a passkey opens the portal without a password', () => signsInWithAPasskey(stage))
    await suite.test('one-time codes are turned on by a first code', () => turnsCodesOn(stage))
    await suite.test('users are invited and locked; staff looks through their eyes under a red line', () =>
      keepsUsers(stage),
    )
    await suite.test('F55 a partner changes his face', () => changesABrand(stage))
    await suite.test('F55 two brands on one installation name neither each other nor the platform', () =>
      keepsBrandsApart(stage),
    )
    await suite.test('the FAQ, sentence by sentence: recovery, recent calls, Transactions, file, zone', () =>
      doesWhatTheFaqSays(stage),
    )
    await suite.test('prices are uploaded after a look at what would change', () => uploadsPrices(stage))
  })
})
