/** Chromium for tests: started once a test file, without the network, and axe-core's verdict on a page. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'

/** Where Debian puts it. */
export const CHROMIUM = '/usr/bin/chromium'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Runs `act` with a browser that is gone afterwards. */
export async function withChromium<T>(act: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: flags })
  try {
    return await act(browser)
  } finally {
    await browser.close()
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

type Violation = { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }

/** What axe-core finds on the page as it stands, one line a fault; empty when all is well. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(atRest)
  await page.evaluate(axeSource)
  const run = `axe.run(document, { runOnly: ${JSON.stringify(standards)} })`
  const { violations } = await page.evaluate<{ violations: Violation[] }>(run)
  return violations.map(({ id, help, nodes: [first] }) => {
    return `${id}: ${help}: ${first?.html.slice(0, 200)} ${first?.failureSummary ?? ''}`
  })
}

/** Resolves when a page has not changed for a moment: what is half drawn has colours of two looks. */
const atRest = `new Promise((done) => {
  let timer = setTimeout(done, 100)
  const again = () => { clearTimeout(timer); timer = setTimeout(done, 100) }
  new MutationObserver(again).observe(document, { subtree: true, childList: true, attributes: true })
  setTimeout(done, 3000)
})`

/** How many pixels a page is wider than its window: none, if nobody has to scroll sideways. */
export function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}
