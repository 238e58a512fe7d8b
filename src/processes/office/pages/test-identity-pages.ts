/** What is tried of coming in: the welcome mail, passkeys, codes, locking, looking through a user's eyes. */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { codeOfStep, stepOf } from '../../../platform/identity/testing.ts'
import { axeFaults } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

const password = 'seven quiet words in a row'

/** The link in the newest mail to an address, as a path. */
export async function linkTo(stage: Stage, address: string): Promise<{ readonly path: string; readonly text: string }> {
  for (let tries = 0; tries < 200; tries++) {
    const [mail] = await stage.db.asService(
      (tx) => tx<{ text: string }[]>`
        select text_body as text from mail_message where to_address = ${address} order by created_at desc limit 1`,
    )
    const path = /https?:\/\/[^/]+(\/recovery\/[A-Za-z0-9_-]+)/.exec(mail?.text ?? '')?.[1]
    if (mail && path) return { path, text: mail.text }
    await pause(25)
  }
  throw new Error(`no mail with a link to ${address}`)
}

async function signIn(page: Page, login: string, secret: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Login').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** A partner adds a customer with its administrator: one mail, a password once, and the Dashboard. */
export async function welcomesACustomer(stage: Stage): Promise<void> {
  const email = 'owner@newcomer.example'
  const created = await stage.ask(stage.people.get('provider_admin@nw'), 'POST', '/api/v1/customers', {
    name: 'Newcomer Ltd',
    slug: 'newcomer',
    accountCode: 'NV-NEWCOMER',
    country: 'CA',
    areaCode: '604',
    zone: 'America/Vancouver',
    creditLimitMicros: '50000000',
    administrator: { name: 'Owen Newcomer', email },
  })
  assert.equal(created.status, 200, await created.clone().text())
  const { path, text } = await linkTo(stage, email)
  assert.ok(text.includes(email) && text.includes('Customer Self-Care Portal'), text)
  const page = await openPage(stage, undefined)
  await page.goto(path)
  await page.getByLabel('New password').fill(password)
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your password is set').waitFor()
  await page.goto(path)
  await page.getByText('This link is over').waitFor()
  await signIn(page, email, password)
  await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor()
  await page.goto('/settings/company')
  await page.getByText('NV-NEWCOMER').waitFor()
  const mails = await stage.db.asService(
    (tx) => tx<{ n: number }[]>`select count(*)::int as n from mail_message where to_address = ${email}`,
  )
  assert.equal(mails[0]?.n, 2, 'the welcome mail, and the notice that a password was set')
  await recoversInTheSameTab(stage, page, email)
  await page.context().close()
}

/** "Password Recovery" in the tab of an open session: it ends, and nothing of it is shown again. */
async function recoversInTheSameTab(stage: Stage, page: Page, email: string): Promise<void> {
  await stage.db.asService((tx) => tx`delete from mail_message where to_address = ${email}`)
  const other = await page.context().newPage()
  await other.goto('/recovery')
  await other.getByLabel('Login').fill(email)
  await other.getByRole('button', { name: 'Send the link' }).click()
  await other.getByText('Look into your mail').waitFor()
  const { path } = await linkTo(stage, email)
  await other.close()
  await page.goto(path)
  await page.getByLabel('New password').fill(`${password} again`)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your password is set').waitFor()
  await page.goto('/dashboard')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  // Nothing of the session was kept: the browser may say just that.
  await page.goBack().catch(() => undefined)
  // Its own page about that comes a moment later, and would end the next navigation.
  await pause(500)
  assert.equal(await page.getByText('NV-NEWCOMER').count(), 0)
  await signIn(page, email, password)
  await page.getByRole('alert').getByText('The login or the password is wrong').waitFor()
  await signIn(page, email, `${password} again`)
  await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor()
}

/** A passkey of a virtual authenticator is added, and opens the portal without a password. */
export async function signsInWithAPasskey(stage: Stage): Promise<void> {
  const { port } = new URL(stage.office.url)
  const origin = `http://nw.localhost:${port}`
  const context = await stage.browser.newContext({ baseURL: origin })
  const { token } = stage.people.get('provider_noc@nw')!
  await context.addCookies([{ name: `session-${port}`, value: token, url: origin }])
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto('/account/security')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name of the device').fill('NOC laptop')
  await dialog.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('list', { name: 'Passkeys' }).getByText('NOC laptop').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await context.clearCookies()
  await page.goto('/sign-in?next=%2Faccount%2Fsecurity')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL('**/account/security')
  await page.getByRole('button', { name: 'Remove NOC laptop' }).click()
  await page.getByText('You have no passkey yet.').waitFor()
  await context.close()
}

/** One-time codes are turned on with a first code; the codes for paper are shown once. */
export async function turnsCodesOn(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_billing@birch', { width: 390, scheme: 'dark' })
  await page.goto('/account/security')
  await page.getByRole('button', { name: 'Turn on one-time codes' }).click()
  const dialog = page.getByRole('dialog', { name: 'Turn on one-time codes' })
  const secret = await dialog.locator('code').innerText()
  await dialog.getByLabel('Code').fill('000000')
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await dialog.getByRole('alert').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await dialog.getByLabel('Code').fill(codeOfStep(bytesOf(secret), stepOf(stage.clock.now())))
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const paper = page.getByRole('list', { name: 'Codes for paper' })
  await paper.waitFor()
  assert.equal(await paper.getByRole('listitem').count(), 8)
  await page.getByRole('button', { name: 'I have kept the codes' }).click()
  await page.getByText('On: after your password you are asked for a code').waitFor()
  await page.context().close()
}

/** RFC 4648 §6 backwards. */
function bytesOf(base32: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = Array.from(base32, (one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** A user is invited and locked in words; staff sees the portal as he does, under a red line, and comes back. */
export async function keepsUsers(stage: Stage): Promise<void> {
  const page = await openPage(stage, 'customer_admin@birch')
  await page.goto('/settings/users')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('Name').fill('Mia Muster')
  await dialog.getByLabel('Mail address').fill('mia@birch.example')
  await dialog.getByLabel('Role').selectOption({ label: 'Billing' })
  assert.deepEqual(await axeFaults(page), [])
  await dialog.getByRole('button', { name: 'Send the invitation' }).click()
  const row = page.getByRole('row').filter({ hasText: 'mia@birch.example' })
  await row.getByText('Invited').waitFor()
  await row.getByRole('button', { name: 'Lock Mia Muster' }).click()
  await page.getByRole('dialog', { name: 'Lock Mia Muster?' }).getByRole('button', { name: 'Lock' }).click()
  await row.getByText('Locked').waitFor()
  await page.context().close()
  const staff = await openPage(stage, 'provider_manager@nw')
  await staff.goto('/settings/users')
  await staff.getByRole('button', { name: 'View as customer_admin@birch' }).click()
  const asked = staff.getByRole('dialog')
  await asked.getByLabel('Reason').fill('Ticket 12: cannot find the report')
  await asked.getByRole('button', { name: 'View as this user' }).click()
  const line = staff.getByRole('alert').filter({ hasText: 'You are viewing this portal as customer_admin@birch' })
  await line.waitFor()
  assert.deepEqual(await axeFaults(staff), [])
  await line.getByRole('button', { name: 'Back to my own session' }).click()
  await line.waitFor({ state: 'detached' })
  await staff.goto('/settings/users')
  await staff.getByRole('button', { name: 'View as customer_admin@birch' }).waitFor()
  await staff.context().close()
}
