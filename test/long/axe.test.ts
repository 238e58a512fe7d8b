/** No accessibility fault and no sideways scroll on any screen, in every look: brands, languages, schemes, widths. */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PortalServer } from '../../src/doors/portal/index.ts'
import { portalFolder } from '../../src/commands/build-portal.ts'
import { walkScreens } from '../../src/commands/screens/walk-screens.ts'
import { openPage, settleCalls, withStage } from '../../src/processes/office/pages/test-stage.ts'
import { CHROMIUM } from '../chromium.ts'
import { everyLook, faultsIn, looks } from '../portal-looks.ts'

const audiences = ['provider_admin@nw', 'partner_admin@maple', 'customer_admin@acme', 'ada@acme']

test('every screen in every look', { skip: !existsSync(CHROMIUM) && 'chromium is not installed' }, async (suite) => {
  await withStage(async (stage) => {
    await settleCalls(stage, 30)
    const server = (await import(join(portalFolder, 'server/entry-server.js'))) as PortalServer
    for (const who of audiences) {
      for (const locale of looks.locale) {
        await suite.test(`${who} in ${locale}`, async (context) => {
          const { login } = stage.people.get(who)!
          await stage.db.asService((tx) => tx`update login set locale = ${locale} where login = ${login}`)
          const page = await openPage(stage, who)
          const faults: string[] = []
          const screens = await walkScreens(page, server, async (address) => {
            for (const look of everyLook.filter((one) => one.locale === locale)) {
              const found = await faultsIn(page, look)
              faults.push(...found.map((fault) => `${address} ${JSON.stringify(look)}: ${fault}`))
            }
          })
          await page.context().close()
          context.diagnostic(`${screens} screens, each in 12 looks`)
          assert.deepEqual(faults, [])
        })
      }
    }
  })
})
