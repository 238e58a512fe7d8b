/**
 * Goes to every screen of the portal that somebody may see: those of the route table, the first object of each kind
 * that a list links to, and the tabs of pages. A new screen is met without anybody naming it here.
 */

import type { Page } from 'playwright-core'
import type { FirstView, PortalServer } from '../../doors/portal/index.ts'

const OBJECT = ':id'

/** Calls `look` on each screen, once it stands; `page` belongs to somebody who is signed in. */
export async function walkScreens(
  page: Page,
  server: PortalServer,
  look: (address: string) => Promise<void>,
  /** Only every so manieth of them. */
  every = 1,
): Promise<number> {
  await goTo(page, '/account/sessions')
  // By the page itself: only browsers know where names under `localhost` lead.
  const me = await page.evaluate<FirstView['me']>(`fetch('/api/v1/me').then((answer) => answer.json())`)
  const patterns = server.screensOf(me)
  const open = patterns.filter((path) => !path.includes(OBJECT))
  const objects = patterns.filter((path) => path.includes(OBJECT))
  const met = new Set<string>(open)
  let count = 0
  for (const [at, address] of open.entries()) {
    if (at % every > 0) continue
    await goTo(page, address)
    await look(address)
    count += 1
    for (const link of await linksOf(page)) {
      const kind = objects.find((pattern) => isOf(pattern, link))
      const isTab = link.includes('?tab=') && met.has(link.split('?')[0]!)
      if (met.has(link) || (!isTab && (!kind || link.includes('?')))) continue
      if (kind) objects.splice(objects.indexOf(kind), 1)
      met.add(link)
      open.push(link)
    }
  }
  return count
}

/** Opens a screen and waits until nothing of it is on its way. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.locator('h1').first().waitFor()
  await page
    .locator('.animate-breathe.h-4')
    .first()
    .waitFor({ state: 'detached', timeout: 5000 })
    .catch(() => undefined)
}

function linksOf(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('main a[href^="/"]')].map((link) => link.getAttribute('href'))`)
}

function isOf(pattern: string, link: string): boolean {
  const wanted = pattern.split('/')
  const steps = link.split('?')[0]!.split('/')
  return wanted.length === steps.length && wanted.every((step, at) => step === OBJECT || step === steps[at])
}
