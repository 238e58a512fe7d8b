/** What people and networks may write into the portal stays text; what they may send it changes no session. */

import assert from 'node:assert/strict'
import { callRecord } from '../../../company/ledger/testing.ts'
import { issueRecoveryLink } from '../../../platform/identity/index.ts'
import { axeFaults, sidewaysPixels } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

/** Markup that would run, a right-to-left text with its controls, emoji, a word without an end, a formula. */
const hostile = [
  '<img src=x onerror="window.hacked=1">Ann',
  '"><script>window.hacked=1</script>',
  '\u202eשלום \u2066עולם\u2069',
  '👩‍👩‍👧‍👦 Zoë 🦷',
  'w'.repeat(200),
  '=HYPERLINK("http://x.example")',
  '{{constructor.constructor("window.hacked=1")()}}',
]

/** Names of people: typed, shown, searched for; and one that is far too long. */
export async function showsTextsInert(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme', { width: 390 })
  await page.goto('/phone-system/people')
  for (const [at, name] of hostile.entries()) {
    await page.getByRole('button', { name: 'Add a person' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a person' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('Mail address').fill(`hostile-${at}@acme.example`)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    const row = page.getByRole('row').filter({ hasText: `hostile-${at}@acme.example` })
    await row.waitFor()
    assert.equal(await row.locator('td').first().innerText(), name)
  }
  assert.deepEqual(await axeFaults(page), [])
  assert.equal(await sidewaysPixels(page), 0, 'nothing is wider than a phone')
  const search = page.getByLabel('Search by name or mail address')
  await search.fill(hostile[1]!.repeat(2))
  await page.getByText('Nobody fits').waitFor()
  await search.fill('')
  // A field takes as much as it has room for; past it, the API refuses.
  await page.getByRole('button', { name: 'Add a person' }).click()
  const field = page.getByRole('dialog').getByLabel('Name')
  await field.focus()
  await page.keyboard.insertText('x'.repeat(10_000))
  assert.equal((await field.inputValue()).length, 200)
  const refused = await page.evaluate<number>(`fetch('/api/v1/people', {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'x'.repeat(10_000), email: 'x@acme.example' }) }).then((answer) => answer.status)`)
  assert.equal(refused, 400)
  assert.equal(await page.evaluate('window.hacked'), undefined)
  await page.context().close()
}

/** A call whose names came from a stranger's SIP headers. */
export async function showsCallersInert(stage: Stage): Promise<void> {
  const { ledger, customer, clock } = stage
  const [fromName, toName] = [hostile[0]!, hostile[2]!]
  await ledger.settle([callRecord(customer, 9, { endedAt: clock.now(), fromName, toName, to: '+442071838750' })])
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto('/dashboard')
  await page.getByRole('table', { name: 'Recent calls' }).getByText(fromName).click()
  const panel = page.getByRole('dialog')
  await panel.getByText(fromName).first().waitFor()
  await panel.getByText(toName).first().waitFor()
  assert.equal(await page.locator('img[src="x"]').count(), 0)
  assert.equal(await page.evaluate('window.hacked'), undefined)
  await page.context().close()
}

/** A session that somebody planted before a sign-in is not gone on with; the policy lets no inline code run. */
export async function keepsSessionsApart(stage: Stage): Promise<void> {
  const { db, clock, people, office } = stage
  const { login } = people.get('customer_admin@birch')!
  const page = await openPage(stage, undefined)
  const name = `dialhouse-${new URL(office.url).port}`
  const planted = 'planted-by-somebody-else-0123456789abcdefghi'
  await page.context().addCookies([{ name, value: planted, url: office.url }])
  const link = await db.asService((tx) => issueRecoveryLink(tx, clock, { login, source: '127.0.0.1' }))
  await page.goto(`/recovery/${link!.token}`)
  await page.getByLabel('New password').fill('a staple of correct horses')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
  await page.goto('/sign-in?next=//evil.example/')
  const policy = (await page.request.get('/sign-in')).headers()['content-security-policy'] ?? ''
  assert.doesNotMatch(policy, /unsafe-(inline|eval)/)
  await page.getByLabel('Login').fill(login)
  await page.getByLabel('Password', { exact: true }).fill('a staple of correct horses')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.origin === office.url && url.pathname !== '/sign-in')
  const cookies = await page.context().cookies(office.url)
  const session = cookies.filter((cookie) => cookie.httpOnly)
  assert.ok(session.length > 0 && session.every(({ value }) => value !== planted), 'a new session')
  await page.context().close()
}
