/** Rooms of the portal in Chromium: the page of a call, who may sign in, brands, self-care, staff. */

import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { CHROMIUM } from '../../../../test/chromium.ts'
import { showsAWholeCall } from './test-call-page.ts'
import { withStage } from './test-stage.ts'

test('rooms of the portal', { skip: !existsSync(CHROMIUM) && 'chromium is not installed' }, async (suite) => {
  await withStage(async (stage) => {
    await suite.test('F69 a call has a page: story, audio, charge, changes around it, a ticket with its sample', () =>
      showsAWholeCall(stage),
    )
  })
})
