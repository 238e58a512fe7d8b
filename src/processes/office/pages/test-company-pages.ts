/** What is tried in the rooms about customers and their phone systems; portal.test.ts runs it on its one stage. */

import assert from 'node:assert/strict'
import { axeFaults } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

/** A partner finds a customer with its balance, opens it, suspends it with a reason, and resumes it. */
export async function suspendsACustomer(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'partner_admin@maple')
  const { tenantId } = stage.tree.acme
  await page.goto('/customers')
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/customers/${tenantId}"]`) })
  // The limit stands in its row.
  await row.getByText('$600.00').first().waitFor()
  // By keyboard, as a link.
  await row.getByRole('link').press('Enter')
  await page.waitForURL(`/customers/${tenantId}`)
  await page.getByRole('table', { name: 'Phones' }).getByText('Registered', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Suspend' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Suspend .+ \(.+\)\?$/ })
  await dialog.getByLabel('Reason').and(page.locator(':focus')).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.keyboard.type('Two invoices are open')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { level: 1 }).locator('..').getByText('Suspended').waitFor()
  const audit = await stage.ask(stage.people.get('provider_admin@nw'), 'GET', `/api/v1/audit?subjectId=${tenantId}`)
  assert.match(await audit.text(), /Two invoices are open/)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByLabel('Reason').fill('Paid today')
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('heading', { level: 1 }).locator('..').getByText('Active').waitFor()
  await page.context().close()
}

/** A customer's administrator adds a phone; its password is shown once, and a slip does not lose it. */
export async function addsAPhone(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto('/phone-system/phones')
  const known = page.getByRole('row').filter({ hasText: 'acme-201' })
  assert.match(await known.innerText(), /Front desk[\s\S]*201 Ada Lovell[\s\S]*Registered[\s\S]*Test phone 1\.0/)
  await page.getByRole('button', { name: 'Add a phone' }).press('Enter')
  await page.getByRole('dialog', { name: 'Add a phone' }).getByLabel('Name').fill('Warehouse')
  await page.getByLabel('Rings for extension').selectOption({ label: '201 Ada Lovell' })
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).press('Enter')
  const secret = page.getByRole('dialog', { name: 'Warehouse was added' })
  await secret.waitFor()
  const [sipUser, password] = await secret.locator('code').allInnerTexts()
  assert.ok(sipUser && password && password.length >= 16, 'a user and a password')
  assert.deepEqual(await axeFaults(page), [])
  await page.keyboard.press('Escape')
  await secret.getByRole('button', { name: 'I have kept the password' }).click()
  await secret.waitFor({ state: 'detached' })
  const added = page.getByRole('row').filter({ hasText: sipUser })
  await added.getByText('Not registered').waitFor()
  assert.ok(!(await page.content()).includes(password), 'it is nowhere afterwards')
  await page.context().close()
}

/** An extension is added, the number is routed to it, and a taken number is refused in words. */
export async function routesANumber(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme', { width: 390, scheme: 'dark' })
  await page.goto('/phone-system/extensions')
  const add = async (number: string): Promise<void> => {
    const dialog = page.getByRole('dialog', { name: 'Add an extension' })
    if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Add an extension' }).click()
    await dialog.getByLabel('Extension').fill(number)
    await dialog.getByLabel('Name').fill('Workshop')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  }
  await add('201')
  await page.getByRole('alert').getByText('Extension 201 is taken; choose another number.').waitFor()
  await add('214')
  await page.getByText('Extension 214 was added.').waitFor()
  await page.goto('/phone-system/numbers')
  await page.getByRole('button', { name: 'Route of (416) 555-0142' }).click()
  await page.getByRole('dialog').getByLabel('Extension').selectOption({ label: '214 Workshop' })
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('(416) 555-0142 was routed. It counts from the next call.').waitFor()
  await page.getByRole('row').filter({ hasText: '214 Workshop' }).waitFor()
  await page.getByRole('button', { name: '911 address of (416) 555-0142' }).click()
  const dialog = page.getByRole('dialog', { name: '911 address of (416) 555-0142' })
  const given = { 'Name shown': 'Acme Dental', Street: '12 Front Street', City: 'Toronto', Province: 'ON' }
  for (const [label, text] of Object.entries(given)) await dialog.getByLabel(label).fill(text)
  await dialog.getByLabel('Postal code').fill('M5J 1A1')
  assert.deepEqual(await axeFaults(page), [])
  await dialog.getByRole('button', { name: 'Send for review' }).click()
  await page.getByText('911 address in review').waitFor()
  await page.context().close()
}

/** Staff sees whose each call is, and narrows rows, totals and file to one customer. */
export async function narrowsToACustomer(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'provider_admin@nw')
  const { tenantId } = stage.tree.acme
  await page.goto('/billing/transactions')
  await page.getByRole('columnheader', { name: 'Customer' }).waitFor()
  const name = await page.locator('tbody tr').first().locator('td').nth(1).innerText()
  await page.getByLabel('Customer').fill(name.slice(0, 3))
  const option = page.locator('datalist option', { hasText: name })
  await option.waitFor({ state: 'attached' })
  await page.getByLabel('Customer').fill((await option.textContent()) ?? '')
  await page.waitForURL(new RegExp(`customer=${tenantId}`))
  await page.getByText(`Only ${name}`).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  const file = await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')
  assert.ok(file?.includes(`customerId=${tenantId}`), file ?? 'no file')
  await page.reload()
  await page.getByText(`Only ${name}`).waitFor()
  await page.locator('tbody tr').first().click()
  await page.getByRole('dialog', { name: 'Call' }).getByRole('link', { name }).click()
  await page.waitForURL(`/customers/${tenantId}`)
  await page.context().close()
}

/** What cannot be read again stays on the page, and is said to be old. */
export async function saysWhatIsOld(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'provider_admin@nw')
  await page.goto('/operations/jobs')
  await page.getByText('No job was given up.').waitFor()
  await page.route('**/api/v1/jobs', (route) =>
    route.fulfill({ status: 503, json: { code: 'http.unexpected', detail: 'the database does not answer' } }),
  )
  await page.getByText('What stands here may be old: the database does not answer.').waitFor({ timeout: 15_000 })
  await page.getByText('No job was given up.').waitFor()
  await page.unroute('**/api/v1/jobs')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('What stands here may be old').waitFor({ state: 'detached' })
  await page.context().close()
}
