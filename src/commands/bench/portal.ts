/**
 * `bench portal`: how soon the portal shows, answers a click and follows the keys, on a slow line and a slow machine
 * (9 Mbps, 100 ms, a quarter of the speed). The peer is bare HTML with the same rows, loaded in the same way.
 */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { FailureError, silentLog, systemClock } from '../../base/index.ts'
import { busFolder, createSocketBus } from '../../platform/bus/index.ts'
import { worldAct } from '../../world/index.ts'
import { startOwnDemo, type OwnDemo } from '../own-demo.ts'
import { describeMachine, type BenchResult } from './bench.ts'

const LOADS = 5
const CHROMIUM = '/usr/bin/chromium'
const BYTES_PER_SECOND = 9_000_000 / 8
const SLOWER = 4
/** Calls last up to a minute; by then all of them are in the lists. */
const CALLS = 60
const CALLS_MS = 75_000
/** Until the largest paint has been decided. */
const SETTLE_MS = 1500
const KEYS = 12
const ROWS = 200
const clock = systemClock({ keepAlive: true })
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

const paths = { dashboard: '/dashboard', transactions: '/billing/transactions' } as const
type PageName = keyof typeof paths
type Figures = { lcpMs: number; clickMs: number; typingWorstMs: number; brotliKb: number }

/** Starts a demo of its own, measures it, and leaves nothing running. */
export async function measure(): Promise<BenchResult> {
  const demo = await startOwnDemo()
  if (!demo.ok) throw new FailureError(demo.failure)
  try {
    await placeCalls(demo.value)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      return await measureDemo(demo.value, browser)
    } finally {
      await browser.close()
    }
  } finally {
    await demo.value.stop()
  }
}

/** Rows for the lists: real calls, ended and charged. */
async function placeCalls({ dataFolder }: OwnDemo): Promise<void> {
  const bus = await createSocketBus({ name: 'bench', folder: busFolder(dataFolder), clock, log: silentLog })
  if (!bus.ok) throw new FailureError(bus.failure)
  await bus.value.request('world', worldAct, { kind: 'startCalls', count: CALLS, callKind: 'domestic' })
  await pause(CALLS_MS)
  await bus.value.request('world', worldAct, { kind: 'stopCalls' })
  await bus.value.close()
  await pause(SETTLE_MS)
}

async function measureDemo(demo: OwnDemo, browser: Browser): Promise<BenchResult> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const origin = await signIn(demo, context)
  const measured = {
    dashboard: await figuresOf(context, origin, 'dashboard'),
    transactions: await figuresOf(context, origin, 'transactions'),
  }
  const { dashboard, transactions } = measured
  const ratio = ({ own, bareMs }: typeof dashboard): number => Math.round((own.lcpMs / bareMs) * 100) / 100
  return {
    name: 'portal',
    machine: describeMachine(),
    figures: { dashboard: dashboard.own, transactions: transactions.own },
    peer: {
      name: 'bare HTML of the same rows',
      version: `Chromium ${browser.version()}`,
      figures: { dashboard: { lcpMs: dashboard.bareMs }, transactions: { lcpMs: transactions.bareMs } },
    },
    ratios: { lcpVsBareHtml: { dashboard: ratio(dashboard), transactions: ratio(transactions) } },
  }
}

/** As a partner: his lists have rows of many customers. */
async function signIn({ dataFolder }: OwnDemo, context: BrowserContext): Promise<string> {
  const { logins } = JSON.parse(readFileSync(join(dataFolder, 'demo-info.json'), 'utf8')) as {
    logins: { partner: { url: string; login: string; password: string } }
  }
  const page = await context.newPage()
  await page.goto(logins.partner.url)
  await page.getByLabel('Login').fill(logins.partner.login)
  await page.getByLabel('Password', { exact: true }).fill(logins.partner.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/dashboard')
  await page.close()
  return new URL(logins.partner.url).origin
}

async function figuresOf(context: BrowserContext, origin: string, name: PageName) {
  const address = `${origin}${paths[name]}`
  const lcps: number[] = []
  const clicks: number[] = []
  const sizes: number[] = []
  const worstKeys: number[] = []
  let markup = ''
  for (let load = 0; load < LOADS; load += 1) {
    const page = await slowPage(context)
    const scripts: Promise<number>[] = []
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.sizes().then((size) => size.responseBodySize))
    })
    clicks.push(await firstClick(page, address))
    // Once more, untouched: what opens a call is not part of the first view.
    scripts.length = 0
    await page.goto(address)
    lcps.push(await lcpOf(page))
    sizes.push((await Promise.all(scripts)).reduce((sum, size) => sum + size, 0))
    markup = await page.locator('#root').innerHTML()
    worstKeys.push(await worstKey(page))
    await page.close()
  }
  const own: Figures = {
    lcpMs: median(lcps),
    clickMs: median(clicks),
    typingWorstMs: median(worstKeys),
    brotliKb: Math.round(median(sizes) / 100) / 10,
  }
  return { own, bareMs: await bareLcp(context, markup) }
}

/** A page as somebody with an old machine on a slow line has it, with an empty cache. */
async function slowPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  const speed = { downloadThroughput: BYTES_PER_SECOND, uploadThroughput: BYTES_PER_SECOND }
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 100, ...speed })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  return page
}

/** As fast as a person clicks again: each click begins anew, and a slow machine must get to its end. */
const CLICK_AGAIN_MS = 200
const CLICK_PATIENCE_MS = 20_000

/** From the request of the page to a row that opened because it was clicked, again and again, as people do. */
async function firstClick(page: Page, address: string): Promise<number> {
  const begun = clock.monotonic()
  await page.goto(address, { waitUntil: 'commit' })
  const row = page.locator('[data-row]').first()
  await row.waitFor({ state: 'attached' })
  const click = `document.querySelector('[role="dialog"]') ? true
    : (document.querySelector('[data-row]')?.click(), false)`
  while (!(await page.evaluate(click))) {
    if (clock.monotonic() - begun > CLICK_PATIENCE_MS)
      throw new Error(`no row of ${address} opened when it was clicked`)
    await pause(CLICK_AGAIN_MS)
  }
  return Math.round(clock.monotonic() - begun)
}

async function lcpOf(page: Page): Promise<number> {
  await pause(SETTLE_MS)
  const last = await page.evaluate<number>(`new Promise((done) => new PerformanceObserver((list) =>
    done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))`)
  return Math.round(last)
}

/** The longest time from a key to the next paint: along 200 rows, then in the field of the filter if there is one. */
async function worstKey(page: Page): Promise<number> {
  await page.evaluate(`window.worst = 0; new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.name.startsWith('key')) window.worst = Math.max(worst, entry.duration)
  }).observe({ type: 'event', durationThreshold: 16 })`)
  // As many rows as somebody has who looks for one: each page of the list is 50.
  const more = page.getByRole('button', { name: 'Show more' })
  while ((await page.locator('[data-row]').count()) < ROWS && (await more.isVisible())) {
    await more.click()
    await pause(SETTLE_MS)
  }
  await page.evaluate('window.worst = 0')
  await page.locator('[data-row]').first().focus()
  // At the last row nothing changes, and the time to the next paint is that of a clock on the page.
  const steps = Math.min(KEYS, (await page.locator('[data-row]').count()) - 1)
  for (let key = 0; key < steps; key += 1) await page.keyboard.press('j', { delay: 30 })
  const field = page.getByLabel('Customer', { exact: true })
  if (await field.isVisible()) await field.pressSequentially('granite falls', { delay: 60 })
  await pause(SETTLE_MS)
  return Math.round(await page.evaluate<number>('window.worst'))
}

/** The same words and rows without style, script and data. */
async function bareLcp(context: BrowserContext, markup: string): Promise<number> {
  const bare = markup.replaceAll(/<(svg|style|script)[\s\S]*?<\/\1>/g, '').replaceAll(/ (class|style)="[^"]*"/g, '')
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title><body>${bare}</body></html>`
  // Compressed like the page beside it.
  const bytes = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
  const server = createServer((_, answer) =>
    answer.setHeader('content-type', 'text/html').setHeader('content-encoding', 'br').end(bytes),
  )
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const lcps: number[] = []
  for (let load = 0; load < LOADS; load += 1) {
    const page = await slowPage(context)
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    lcps.push(await lcpOf(page))
    await page.close()
  }
  server.closeAllConnections()
  await new Promise((resolve) => void server.close(resolve))
  return median(lcps)
}

function median(values: readonly number[]): number {
  return values.toSorted((first, second) => first - second)[Math.floor(values.length / 2)]!
}
