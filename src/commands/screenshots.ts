/**
 * `screenshots [FOLDER]`: starts a demo of its own, lets calls be made, and keeps a picture of every screen of every
 * audience, light and dark, wide and as a phone shows it. The files are named after who sees what.
 */

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { FailureError, silentLog, systemClock } from '../base/index.ts'
import { busFolder, createSocketBus } from '../platform/bus/index.ts'
import { worldAct, type DemoInfo } from '../world/index.ts'
import { buildPortal, portalFolder } from './build-portal.ts'
import { startOwnDemo, type OwnDemo } from './own-demo.ts'
import { goTo, walkScreens } from './screens/walk-screens.ts'
import type { PortalServer } from '../doors/portal/index.ts'

const CHROMIUM = '/usr/bin/chromium'
const CALLS = 30
const CALLS_MS = 40_000
const looks = [
  { name: 'wide-light', width: 1280, scheme: 'light' },
  { name: 'wide-dark', width: 1280, scheme: 'dark' },
  { name: 'phone-light', width: 390, scheme: 'light' },
  { name: 'phone-dark', width: 390, scheme: 'dark' },
] as const
const publicPages = ['/sign-in', '/recovery', '/status', '/support']

/** The command: pictures into FOLDER, `screenshots` by default. */
export async function run([folder = 'screenshots']: readonly string[]): Promise<number> {
  const built = await buildPortal()
  if (!built.ok) throw new FailureError(built.failure)
  const demo = await startOwnDemo()
  if (!demo.ok) throw new FailureError(demo.failure)
  try {
    mkdirSync(folder, { recursive: true })
    await makeCalls(demo.value)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const taken = await takeAll(demo.value, browser, folder)
      process.stdout.write(`${taken} pictures in ${folder}\n`)
    } finally {
      await browser.close()
    }
  } finally {
    await demo.value.stop()
  }
  return 0
}

async function makeCalls({ dataFolder }: OwnDemo): Promise<void> {
  const clock = systemClock({ keepAlive: true })
  const bus = await createSocketBus({ name: 'screenshots', folder: busFolder(dataFolder), clock, log: silentLog })
  if (!bus.ok) throw new FailureError(bus.failure)
  await bus.value.request('world', worldAct, { kind: 'startCalls', count: CALLS, callKind: 'domestic' })
  await new Promise<void>((resolve) => void clock.after(CALLS_MS, resolve))
  await bus.value.close()
}

async function takeAll(demo: OwnDemo, browser: Browser, folder: string): Promise<number> {
  const { logins } = JSON.parse(readFileSync(join(demo.dataFolder, 'demo-info.json'), 'utf8')) as DemoInfo
  const server = (await import(join(portalFolder, 'server/entry-server.js'))) as PortalServer
  let taken = 0
  for (const [who, { url, login, password }] of Object.entries(logins)) {
    const context = await browser.newContext({ baseURL: new URL(url).origin, reducedMotion: 'reduce' })
    const page = await context.newPage()
    if (who === 'customer') {
      for (const path of publicPages) {
        const answer = await page.goto(path)
        if (answer?.ok()) taken += await takeLooks(page, join(folder, `public${nameOf(path)}`))
      }
    }
    await page.goto(url)
    await page.getByLabel('Login').fill(login)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.locator('h1').waitFor()
    await walkScreens(page, server, async (address) => {
      taken += await takeLooks(page, join(folder, `${who}${nameOf(address)}`))
    })
    await takePalette(page, folder, who)
    await context.close()
  }
  return taken
}

/** `/billing/transactions?tab=x` as `-billing-transactions-tab-x`; ids are left out. */
function nameOf(address: string): string {
  return `-${address
    .slice(1)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'one')
    .replaceAll(/[^\w]+/g, '-')}`
}

async function takeLooks(page: Page, file: string): Promise<number> {
  for (const { name, width, scheme } of looks) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 800 })
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: `${file}.${name}.png`, fullPage: true })
  }
  return looks.length
}

async function takePalette(page: Page, folder: string, who: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await goTo(page, '/account/sessions')
  await page.keyboard.press('Control+k')
  const field = page.getByRole('dialog').getByRole('textbox')
  await field.waitFor()
  await field.fill('de')
  await page.getByRole('dialog').getByRole('listitem').first().waitFor()
  await page.screenshot({ path: join(folder, `${who}-palette.png`) })
}
