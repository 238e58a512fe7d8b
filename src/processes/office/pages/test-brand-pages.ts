/** What is tried of brands: the editor, and two brands on one installation that know nothing of each other. */

import assert from 'node:assert/strict'
import { answerAtHost } from '../testing.ts'
import { axeFaults } from '../../../../test/chromium.ts'
import { linkTo } from './test-identity-pages.ts'
import { openPage, type Stage } from './test-stage.ts'

/** A partner changes name, colour and hours; the next page shows them. */
export async function changesABrand(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'partner_admin@lake')
  await page.goto('/settings/branding')
  await page.getByLabel('Name of the company').fill('Lakeshore & Sons')
  await page.getByLabel('Colour').fill('#ffd400')
  await page.getByLabel('Billing address').fill('money@lake.example')
  await page.getByLabel('Sat').check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved. It counts from now on.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByLabel('Host name of the portal').fill('maple.localhost')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page
    .getByRole('alert')
    .getByText(/maple\.localhost/)
    .waitFor()
  await page.context().close()
  const customer = await openPage(stage, 'customer_admin@cedar')
  await customer.goto(`http://lake.localhost:${new URL(stage.office.url).port}/sign-in`)
  await customer.getByText('Lakeshore & Sons').first().waitFor()
  await customer.context().close()
}

/** Words that would tell a customer of one brand of another one, or of the platform. */
const traces = /dialhouse|northwind|maple|nw\.localhost/i

/** Pages, headers and mails of a brand name nobody else. */
export async function keepsBrandsApart(stage: Stage): Promise<void> {
  const { office, people, db } = stage
  const { port } = new URL(office.url)
  const cookie = `session-${port}=${people.get('customer_admin@cedar')!.token}`
  const html = { accept: 'text/html', cookie }
  const strangers = ['/sign-in', '/recovery', '/signed-out', '/nowhere', '/recovery/x']
  const own = ['/dashboard', '/billing/transactions', '/settings/company', '/settings/users', '/phone-system/phones']
  const asked = [
    ...strangers.map((path) => ({ path, headers: { accept: 'text/html' } })),
    ...own.map((path) => ({ path, headers: html })),
    { path: '/api/v1/brand', headers: {} },
    { path: '/api/v1/me', headers: { cookie } },
  ]
  for (const { path, headers } of asked) {
    const answer = await answerAtHost(office.url, `lake.localhost:${port}`, { method: 'GET', path, headers })
    assert.ok(answer.status < 500, path)
    assert.doesNotMatch(answer.text, traces, path)
    assert.doesNotMatch(JSON.stringify(answer.headers), traces, `headers of ${path}`)
  }
  const email = 'guest@cedar.example'
  const invited = await stage.ask(people.get('customer_admin@cedar'), 'POST', '/api/v1/logins', {
    name: 'Guest',
    email,
    role: 'customer_billing',
  })
  assert.equal(invited.status, 200, await invited.clone().text())
  await linkTo(stage, email)
  const mails = await db.asService(
    (tx) => tx<{ text: string }[]>`
      select from_name || from_address || subject || text_body || html_body || coalesce(reply_to, '') as text
      from mail_message join tenant on tenant.id = mail_message.tenant_id where tenant.path like 'nw/lake/%'`,
  )
  assert.ok(mails.length > 0, 'there is a mail to look at')
  for (const { text } of mails) assert.doesNotMatch(text, traces)
}
