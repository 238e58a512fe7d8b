/** What is tried in the rooms of support; portal.test.ts runs it on its one stage. */

import assert from 'node:assert/strict'
import { axeFaults } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

/** A customer asks in French, is asked back, the partner answers in English, the customer says how satisfied he is. */
export async function asksForHelp(stage: Stage): Promise<void> {
  const customer = await openPage(stage, 'customer_admin@acme')
  await customer.goto('/support/tickets')
  await customer.getByText('There are no tickets here.').waitFor()
  await customer.getByRole('button', { name: 'Open a ticket' }).press('Enter')
  const dialog = customer.getByRole('dialog', { name: 'Open a ticket' })
  await dialog.getByLabel('Subject').fill('One-way audio')
  await dialog.getByLabel('Description').fill('They cannot hear us since this morning')
  assert.deepEqual(await axeFaults(customer), [])
  await dialog.getByRole('button', { name: 'Send' }).press('Enter')
  await customer.waitForURL(/\/support\/tickets\/[0-9a-f-]{36}$/)
  await customer
    .getByRole('note')
    .getByText(/contact number, call sample/)
    .waitFor()
  await customer.getByText('High', { exact: true }).first().waitFor()
  assert.deepEqual(await axeFaults(customer), [])
  const { pathname } = new URL(customer.url())

  const partner = await openPage(stage, 'partner_admin@maple')
  await partner.goto('/support/tickets')
  const row = partner.getByRole('row').filter({ hasText: 'One-way audio' })
  assert.match(await row.innerText(), /Customer acme[\s\S]*High[\s\S]*New/)
  assert.deepEqual(await axeFaults(partner), [])
  await row.getByRole('link').press('Enter')
  await partner.waitForURL(pathname)
  await partner.getByRole('textbox', { name: 'Reply' }).fill('Which phone is it?')
  await partner.getByLabel('Afterwards').selectOption('waiting_customer')
  await partner.getByRole('button', { name: 'Send' }).click()
  await partner.getByText('Waiting for the customer').first().waitFor()

  await customer.reload()
  await customer.getByText('Which phone is it?').waitFor()
  await customer.getByRole('button', { name: 'Solve' }).click()
  await customer.getByRole('button', { name: '5 / 5' }).click()
  await customer.getByText('Thank you for your feedback').waitFor()
  await customer.context().close()
  await partner.context().close()
}

/** Two people answer at once: the second one reads the first answer before his own is sent, and loses no word. */
export async function answersOneAfterTheOther(stage: Stage): Promise<void> {
  const opened = await stage.ask(stage.people.get('customer_admin@acme'), 'POST', '/api/v1/support/tickets', {
    subject: 'The queue is silent',
    description: 'Nobody hears the music of the queue any more',
  })
  const { id } = (await opened.json()) as { id: string }
  const [first, second] = await Promise.all(
    ['partner_admin@maple', 'provider_noc@nw'].map((who) => openPage(stage, who, { width: 390 })),
  )
  for (const page of [first!, second!]) {
    await page.goto(`/support/tickets/${id}`)
    await page.getByRole('textbox', { name: 'Reply' }).fill('We look at it.')
  }
  const overflow = await first!.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  assert.equal(overflow, 0, 'no sideways scroll on a phone')
  await first!.getByRole('button', { name: 'Send' }).click()
  await first!.getByRole('list', { name: 'What was said' }).getByText('We look at it.').waitFor()
  await second!.getByRole('button', { name: 'Send' }).click()
  await second!.getByText('Somebody answered meanwhile. Read it, then send again.').waitFor()
  assert.equal(await second!.getByRole('textbox', { name: 'Reply' }).inputValue(), 'We look at it.')
  await second!.getByRole('button', { name: 'Send' }).click()
  await second!.getByRole('list', { name: 'What was said' }).getByText('We look at it.').nth(1).waitFor()
  await first!.context().close()
  await second!.context().close()
}
