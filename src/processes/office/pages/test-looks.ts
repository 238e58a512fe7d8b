/**
 * Every third screen of every audience, each in one look of a few in which all values meet; portal.test.ts runs it.
 * All of them in every look: test/long/axe.test.ts.
 */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { PortalServer } from '../../../doors/portal/index.ts'
import { portalFolder } from '../../../commands/build-portal.ts'
import { walkScreens } from '../../../commands/screens/walk-screens.ts'
import { faultsIn, pairwiseLooks } from '../../../../test/portal-looks.ts'
import { openPage, type Stage } from './test-stage.ts'

const audiences = ['provider_admin@nw', 'partner_admin@maple', 'customer_admin@acme', 'ada@acme']
const EVERY = 3
const publicPages = ['/sign-in', '/recovery', '/signed-out', '/no-such-page']

/** Screens of the route table, so that new ones are looked at as well. */
export async function isOpenToEverybody(stage: Stage, context: TestContext): Promise<void> {
  const looks = pairwiseLooks()
  const server = (await import(join(portalFolder, 'server/entry-server.js'))) as PortalServer
  let at = 0
  const faults: string[] = []
  const lookAt = async (page: Parameters<typeof faultsIn>[0], who: string, address: string): Promise<void> => {
    const look = looks[at++ % looks.length]!
    const found = await faultsIn(page, look)
    faults.push(...found.map((fault) => `${address} for ${who}, ${JSON.stringify(look)}: ${fault}`))
  }
  const nobody = await openPage(stage, undefined)
  for (const address of publicPages) {
    await nobody.goto(address)
    await lookAt(nobody, 'nobody', address)
  }
  await nobody.context().close()
  for (const who of audiences) {
    const { login } = stage.people.get(who)!
    // Each screen is drawn in the language of the look that it is given.
    const speak = (locale: string): Promise<unknown> =>
      stage.db.asService((tx) => tx`update login set locale = ${locale} where login = ${login}`)
    await speak(looks[at % looks.length]!.locale)
    const page = await openPage(stage, who)
    const look = async (address: string): Promise<void> => {
      await lookAt(page, who, address)
      await speak(looks[at % looks.length]!.locale)
    }
    await walkScreens(page, server, look, EVERY)
    await page.context().close()
    await speak('en-CA')
  }
  context.diagnostic(`${at} screens in ${looks.length} looks`)
  assert.deepEqual(faults, [])
}
