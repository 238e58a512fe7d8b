/** The portal in Chromium: a real office and a real ledger behind it; only the switch is played by the test. */

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { parseCsv } from '../../../base/index.ts'
import { callRecord } from '../../../company/ledger/testing.ts'
import { callChanged, endLiveCall, type LiveCall } from '../../../company/switch/index.ts'
import { issueRecoveryLink } from '../../../platform/identity/index.ts'
import { axeFaults, CHROMIUM } from '../../../../test/chromium.ts'
import { keepsSessionsApart, showsCallersInert, showsTextsInert } from './test-hostile.ts'
import { drawsTheLadder } from './test-call-panel.ts'
import {
  addsAPhone,
  narrowsToACustomer,
  routesANumber,
  saysWhatIsOld,
  suspendsACustomer,
} from './test-company-pages.ts'
import { answersOneAfterTheOther, asksForHelp } from './test-support-pages.ts'
import { isOpenToEverybody } from './test-looks.ts'
import { openPage, settleCalls, withStage, type Stage } from './test-stage.ts'

/** Calls with durations that leave every kind of fraction, one of them not answered, one on-net. */
const CALLS = 73

const microsOf = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.replace(/[$,]/g, '').split('.')
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

async function showsTotals(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto('/billing/transactions')
  await page.getByRole('button', { name: 'Last 7 days' }).click()
  await page.waitForURL(/from=/)
  const more = page.getByRole('button', { name: 'Show more' })
  await more.click()
  await page
    .locator('tbody tr')
    .nth(CALLS - 1)
    .waitFor()
  await more.waitFor({ state: 'detached' })
  const charges = await page.locator('tbody tr td:last-child').allInnerTexts()
  assert.equal(charges.length, CALLS)
  const sum = charges.reduce((total, text) => total + microsOf(text), 0n)
  const total = await page.locator('tfoot td:last-child').innerText()
  assert.equal(microsOf(total), sum)
  const shown = (await page.locator('[data-totals]').innerText()).replaceAll('\n', ' ')
  assert.ok(shown.startsWith(`Calls ${CALLS} `) && shown.endsWith(`Charged ${total}`), shown)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n')
  assert.equal(lines.length, CALLS + 2, 'head, rows, totals')
  assert.ok(lines.at(-1)!.includes(total.replace('$', '')), `${lines.at(-1)} has ${total}`)
  await opensInASpreadsheet(page, microsOf(total))
  await page.getByRole('button', { name: 'Add a filter' }).click()
  await page.getByRole('button', { name: 'Kind' }).click()
  await page.getByRole('button', { name: 'On-net' }).click()
  await page.waitForURL(/class=onnet/)
  const onnet = Math.floor((CALLS + 4) / 9)
  await page.getByText(`Total of ${onnet} calls`).waitFor()
  assert.equal(await page.locator('tbody tr').count(), onnet)
  const narrowed = await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')
  const file = await (await page.request.get(narrowed!)).text()
  assert.equal(file.trim().split('\r\n').length, onnet + 2, 'exactly the filtered rows')
  await page.getByRole('button', { name: 'Remove the filter Kind' }).click()
  await page.getByText(`Total of ${CALLS} calls`).waitFor()
  await page.context().close()
}

/** The workbook, opened by Gnumeric: its charges add up to the same, its numbers of telephones are texts. */
async function opensInASpreadsheet(page: Page, total: bigint): Promise<void> {
  if (spawnSync('ssconvert', ['--version']).status !== 0) return
  const address = await page.getByRole('link', { name: 'Download XLSX' }).getAttribute('href')
  const folder = mkdtempSync(join(tmpdir(), 'sheet-'))
  try {
    writeFileSync(join(folder, 'x.xlsx'), await (await page.request.get(address!)).body())
    execFileSync('ssconvert', ['x.xlsx', 'x.csv'], { cwd: folder, stdio: 'pipe' })
    const read = parseCsv(readFileSync(join(folder, 'x.csv'), 'utf8'))
    assert.ok(read.ok)
    const [head = [], ...rows] = read.value
    const [charge, to] = [head.indexOf('Charge'), head.indexOf('To')]
    // Gnumeric writes a double with all of its digits.
    const micros = (row: readonly string[]): bigint => BigInt(Math.round(Number(row[charge]) * 1_000_000))
    const sum = rows.slice(0, -1).reduce((all, row) => all + micros(row), 0n)
    assert.deepEqual([sum, micros(rows.at(-1)!)], [total, total])
    assert.ok(rows.some((row) => row[to] === '+442071838750'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Times of the rows as two people see them. */
async function speaksTheZoneOfTheLogin(stage: Stage): Promise<void> {
  const { db, people, clock } = stage
  const login = people.get('customer_billing@acme')!.login
  await db.asService((tx) => tx`update login set zone = 'America/Vancouver' where login = ${login}`)
  const secondsOf = async (who: string, zone: string): Promise<number[]> => {
    const page = await openPage(stage, who)
    await page.goto('/billing/transactions')
    await page.getByText(`your time zone, ${zone}.`).waitFor()
    await page.locator('tbody tr').nth(5).waitFor()
    const times = await page.locator('tbody tr td:first-child time').allInnerTexts()
    await page.context().close()
    return times.map((text) => {
      const [, day, hour, minute, second] = /(\d+) (\d\d):(\d\d):(\d\d)$/.exec(text)!.map(Number)
      return ((day! * 24 + hour!) * 60 + minute!) * 60 + second!
    })
  }
  const toronto = await secondsOf('customer_admin@acme', 'America/Toronto')
  const vancouver = await secondsOf('customer_billing@acme', 'America/Vancouver')
  const offsetOf = (zone: string): number =>
    Temporal.Instant.fromEpochMilliseconds(clock.now()).toZonedDateTimeISO(zone).offsetNanoseconds / 1e9
  const expected = offsetOf('America/Toronto') - offsetOf('America/Vancouver')
  assert.ok(expected > 0 && toronto.length > 5)
  assert.deepEqual(
    toronto.slice(0, 5).map((seconds, at) => seconds - vancouver[at]!),
    Array(5).fill(expected),
  )
}

const liveCall = (stage: Stage, over: Partial<LiveCall> = {}): LiveCall => ({
  callId: 'live-1',
  state: 'talking',
  tenantIds: [stage.tree.acme.tenantId],
  personIds: [stage.persons.ada],
  from: '201',
  fromName: 'Ada Lovell',
  to: '+442071838750',
  toName: '',
  class: 'international',
  carrierId: undefined,
  verstat: undefined,
  startedAt: stage.clock.now() - 9000,
  answeredAt: stage.clock.now() - 7000,
  reservedMicros: 350_000n,
  currency: 'CAD',
  ...over,
})

async function showsCallsAsTheyHappen(stage: Stage): Promise<void> {
  const { signal, live, ledger, customer, clock } = stage
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto('/dashboard')
  await page.getByText('Live', { exact: true }).waitFor()
  const inProgress = page.getByRole('table', { name: 'Calls in progress' })
  const call = liveCall(stage)
  live.calls.push(call)
  signal.publish(callChanged, call)
  await inProgress.getByText('Ada Lovell').waitFor()
  assert.match(await inProgress.innerText(), /Talking[\s\S]*\$0\.35[\s\S]*0:(0[5-9]|1\d)/)
  live.calls.length = 0
  signal.publish(callChanged, { ...call, state: 'ended' })
  const endedAt = performance.now()
  await ledger.settle([callRecord(customer, 7, { endedAt: clock.now(), fromName: 'Ada Lovell', to: '+442071838750' })])
  const first = page.getByRole('table', { name: 'Recent calls' }).locator('tbody tr').first()
  await first.getByText('Ada Lovell').waitFor({ timeout: 5000 })
  assert.ok(performance.now() - endedAt < 5000)
  // 60 s at 0.35 a minute.
  assert.match(await first.innerText(), /0:07[\s\S]*\$0\.35/)
  await page.getByText('No call is in progress').waitFor()
  await page.context().close()
}

async function worksByKeyboard(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto('/billing/transactions')
  const rows = page.locator('[data-row]')
  await rows.first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('j')
  await rows.nth(2).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog', { name: 'Call' })
  await panel.getByRole('heading', { name: 'Charge' }).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await rows.nth(2).and(page.locator(':focus')).waitFor()
  await page.goto('/dashboard')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('document.activeElement.id'), 'page')
  await page.context().close()
}

async function hangsUp(stage: Stage): Promise<void> {
  const { signal, live } = stage
  const asked: string[] = []
  signal.serve(endLiveCall, ({ callId }) => {
    asked.push(callId)
    live.calls.length = 0
    return true
  })
  live.calls.push(liveCall(stage))
  const page = await openPage(stage, 'provider_noc@nw')
  await page.goto('/')
  await page.waitForURL('/operations/live-calls')
  await page.getByRole('button', { name: 'Hang up the call from Ada Lovell to +442071838750' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Hang up the call from Ada Lovell to +442071838750?' })
  await dialog.waitFor()
  // The harmless answer is the first to be chosen.
  await page.getByRole('button', { name: 'Let it go on' }).and(page.locator(':focus')).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('The call from Ada Lovell to +442071838750 was ended.').waitFor()
  await page.getByText('No call is in progress').waitFor()
  assert.deepEqual(asked, ['live-1'])
  await page.context().close()
}

async function tellsTheTruthAboutProcesses(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'provider_noc@nw')
  await page.goto('/operations/system')
  await page.getByText('All 5 processes are running.').waitFor()
  await stage.media.close()
  const row = page.getByRole('row').filter({ hasText: 'media-1' })
  await row.getByText('Not answering').waitFor({ timeout: 8000 })
  await page.route('**/api/v1/processes', (route) => route.abort())
  await page.getByText(/Stale since \d\d:\d\d:\d\d/).waitFor({ timeout: 8000 })
  await row.waitFor()
  await page.context().close()
}

async function recoversAndSignsIn(stage: Stage): Promise<void> {
  const { db, clock, people } = stage
  const login = people.get('customer_billing@acme')!.login
  const token = await db.asService(async (tx) => {
    const link = await issueRecoveryLink(tx, clock, { login, source: '127.0.0.1' })
    return link!.token
  })
  const page = await openPage(stage, undefined, { width: 390 })
  await page.goto(`/recovery/${token}`)
  assert.deepEqual(await axeFaults(page), [])
  await page.getByLabel('New password').fill('correct horse battery staple')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Login').fill(login)
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.keyboard.press('Enter')
  await page.waitForURL('/dashboard')
  await page.getByRole('button', { name: /Account menu/ }).click()
  await page.getByText('Dark', { exact: true }).click()
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
  await page.reload()
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
  await page.getByRole('button', { name: /Account menu/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await page.goto('/dashboard')
  await page.waitForURL(/sign-in/)
  await page.context().close()
}

/** The menu changes the language for the login, wherever it looks next; the server draws the same words. */
async function speaksTheLanguageOfTheLogin(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme')
  const choose = async (menu: RegExp, label: string, language: string): Promise<void> => {
    await page.getByRole('button', { name: menu }).click()
    await Promise.all([page.waitForEvent('load'), page.getByLabel(label).selectOption(language)])
  }
  await page.goto('/dashboard')
  await choose(/Account menu/, 'Language', 'fr')
  await page.getByRole('heading', { name: 'Tableau de bord', level: 1 }).waitFor()
  await page
    .getByText(/^\u2212?[\d\u00a0]+,\d\d/)
    .first()
    .waitFor()
  const markup = await (await page.request.get('/billing/transactions', { headers: { accept: 'text/html' } })).text()
  assert.match(markup, /<html lang="fr"[\s\S]*Les jours et les heures sont dans votre fuseau horaire/)
  await choose(/Menu du compte/, 'Langue', 'es')
  await page.getByRole('heading', { name: 'Panel', level: 1 }).waitFor()
  await choose(/Menú de la cuenta/, 'Idioma', 'en')
  await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor()
  await page.context().close()
}

/** The session is ended from elsewhere while its page stands open. */
async function noticesTheEndOfItsSession(stage: Stage): Promise<void> {
  const { ask, people } = stage
  const page = await openPage(stage, 'customer_admin@birch')
  await page.goto('/billing/transactions')
  await page.getByText('Live', { exact: true }).waitFor()
  assert.equal((await ask(people.get('customer_admin@birch'), 'DELETE', '/api/v1/session')).status, 204)
  await page.getByRole('button', { name: 'Last month' }).click()
  await page.waitForURL(/\/sign-in\?next=%2Fbilling%2Ftransactions/)
  await page.context().close()
}

/** Kilobytes of script that a first view needs, as they travel. */
async function staysSmall(stage: Stage, context: TestContext): Promise<void> {
  for (const { path, kilobytesMax } of [
    { path: '/dashboard', kilobytesMax: 80 },
    { path: '/billing/transactions', kilobytesMax: 100 },
  ]) {
    const page = await openPage(stage, 'customer_admin@acme')
    const sizes: Promise<number>[] = []
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script') sizes.push(request.sizes().then((size) => size.responseBodySize))
    })
    await page.goto(path, { waitUntil: 'networkidle' }).catch(() => undefined)
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    const kilobytes = bytes / 1000
    context.diagnostic(`${path}: ${kilobytes.toFixed(1)} kB of script (at most ${kilobytesMax})`)
    assert.ok(bytes > 10_000 && kilobytes <= kilobytesMax, `${kilobytes} kB`)
    await page.context().close()
  }
}

test('the portal in a browser', { skip: !existsSync(CHROMIUM) && 'chromium is not installed' }, async (suite) => {
  await withStage(async (stage) => {
    await settleCalls(stage, CALLS)
    await suite.test('R32 Transactions: totals, rows and the file agree to the micro', () => showsTotals(stage))
    await suite.test('R35 times are those of the zone of the login', () => speaksTheZoneOfTheLogin(stage))
    await suite.test('R31 Dashboard: a call is seen live, and within 5 s with its charge', () =>
      showsCallsAsTheyHappen(stage),
    )
    await suite.test('rows, panels and the skip link work by keyboard', () => worksByKeyboard(stage))
    await suite.test('F69 SIP ladder: arrows, raw messages and the capture, wide and narrow', () =>
      drawsTheLadder(stage),
    )
    await suite.test('R29 Password Recovery, sign-in, theme and sign-out on a phone', () => recoversAndSignsIn(stage))
    await suite.test('the portal speaks the language of the login, and keeps it', () =>
      speaksTheLanguageOfTheLogin(stage),
    )
    await suite.test('R30 a page whose session has ended asks to sign in', () => noticesTheEndOfItsSession(stage))
    await suite.test('no accessibility fault and no sideways scroll, in looks where all values meet', (context) =>
      isOpenToEverybody(stage, context),
    )
    await suite.test('whatever people type stays text', () => showsTextsInert(stage))
    await suite.test('what a stranger’s headers say stays text', () => showsCallersInert(stage))
    await suite.test('a planted session is not gone on with, and no inline code may run', () =>
      keepsSessionsApart(stage),
    )
    await suite.test('scripts of a first view stay within their budget', (context) => staysSmall(stage, context))
    await suite.test('a partner suspends and resumes a customer, whose balance stands in the list', () =>
      suspendsACustomer(stage),
    )
    await suite.test('a phone is added, and its password shown once', () => addsAPhone(stage))
    await suite.test('extensions, routes and 911 addresses are kept on a phone', () => routesANumber(stage))
    await suite.test('staff sees whose a call is and asks for one customer', () => narrowsToACustomer(stage))
    await suite.test('a list that cannot be read again says so', () => saysWhatIsOld(stage))
    await suite.test('staff hangs a call up after being asked which', () => hangsUp(stage))
    await suite.test('F11 a ticket is asked, answered, solved and rated', () => asksForHelp(stage))
    await suite.test('two people who answer at once lose no word', () => answersOneAfterTheOther(stage))
    await suite.test('System never shows what is old as if it were fresh', () => tellsTheTruthAboutProcesses(stage))
  })
})
