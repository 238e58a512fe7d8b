/** What is tried on the page of a call; portal.test.ts runs it on its one stage. */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { callRecord } from '../../../company/ledger/testing.ts'
import { axeFaults, sidewaysPixels } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

const leg = (legId: string, packetsIn: number, lost: number) => ({
  legId,
  packetsIn,
  lost,
  jitterMs: 2,
  codec: 'PCMU',
})

/** A call of Ada's desk phone to London that lost packets on the way. */
async function settleLossyCall({ ledger, customer, clock }: Stage): Promise<string> {
  const record = callRecord(customer, 187, {
    callId: 'lossy',
    endedAt: clock.now(),
    from: '201',
    fromName: 'Ada Lovell',
    sipCallId: 'lossy@192.0.2.7',
    quality: JSON.stringify([leg('a', 9000, 420), leg('b', 9400, 0)]),
  })
  assert.equal((await ledger.settle([record])).length, 1)
  return record.id
}

async function tellsTheStory(page: Page, id: string): Promise<void> {
  await page.goto(`/calls/${id}`)
  const story = page.getByRole('list', { name: 'What happened', exact: true })
  await story.waitFor()
  const lines = await story.getByRole('listitem').allInnerTexts()
  const told = lines.map((line) => line.replaceAll('\n', ' ').replace(/^[0-9:]+ */, ''))
  const inOrder = [
    /^Ada Lovell( \(Front desk\))? called \+442071838750\.$/,
    /^\+442071838750 rang after 1\.0 s\.$/,
    /^\+442071838750 answered after 2\.0 s\.$/,
    /^Audio from Ada Lovell.* lost 4\.5 % of its packets/,
    /^Ada Lovell.* hung up\. They talked for 3:07\.$/,
  ]
  assert.equal(told.length, inOrder.length)
  for (const [at, pattern] of inOrder.entries()) assert.match(told[at]!, pattern)
}

/** The story, audio with its score, charge, the changes around it, in light and dark, wide and narrow. */
export async function showsAWholeCall(stage: Stage): Promise<void> {
  const id = await settleLossyCall(stage)
  const admin = stage.people.get('customer_admin@acme')!
  assert.equal((await stage.ask(admin, 'POST', '/api/v1/people', { name: 'Cy', email: 'cy@acme.example' })).status, 200)
  const changed = await stage.ask(admin, 'GET', '/api/v1/extensions?limit=1')
  const { items } = (await changed.json()) as { items: { id: string }[] }
  const forward = { always: null, busy: null, noAnswer: '202', afterSeconds: 20 }
  const path = `/api/v1/extensions/${items[0]!.id}/forward`
  const set = await stage.ask(admin, 'PUT', path, forward)
  assert.ok(set.ok, await set.text())
  for (const look of [
    { width: 1280, scheme: 'light' },
    { width: 390, scheme: 'dark' },
  ] as const) {
    const page = await openPage(stage, 'customer_admin@acme', look)
    await tellsTheStory(page, id)
    await page.getByText('NV-ACME').waitFor()
    const caller = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Caller' }) })
    assert.match(await caller.innerText(), /3\.9\d\s*Fair\s+4\.46 %/)
    assert.deepEqual(await axeFaults(page), [])
    assert.equal(await sidewaysPixels(page), 0)
    await page.getByRole('link', { name: 'Charge' }).click()
    await page.getByRole('button', { name: 'Compute it again and compare' }).waitFor()
    await page.getByRole('link', { name: /^What happened around it/ }).click()
    await page
      .getByRole('list', { name: 'What happened around it' })
      .getByText(/forward/i)
      .first()
      .waitFor()
    assert.deepEqual(await axeFaults(page), [])
    await page.context().close()
  }
  await reportsAProblem(stage, id)
  const stranger = await openPage(stage, 'customer_admin@cedar')
  await stranger.goto(`/calls/${id}`)
  await stranger.getByText('There is no call record with this id.').waitFor()
  await stranger.context().close()
}

/** A ticket that carries the call: both numbers, date and time are found again by support. */
async function reportsAProblem(stage: Stage, id: string): Promise<void> {
  const page = await openPage(stage, 'customer_admin@acme')
  await page.goto(`/calls/${id}`)
  await page.getByRole('button', { name: 'Report a problem with this call' }).click()
  const dialog = page.getByRole('dialog', { name: 'Report a problem with this call?' })
  await dialog.getByLabel('What was wrong?').fill('London could hear half of the words')
  assert.deepEqual(await axeFaults(page), [])
  await dialog.getByRole('button', { name: 'Send to support' }).click()
  await page.getByText(/^Ticket \d+ was opened with this call as its sample\.$/).waitFor()
  const asked = await stage.ask(stage.people.get('customer_admin@acme'), 'GET', '/api/v1/support/tickets')
  const { items } = (await asked.json()) as { items: { id: string; subject: string }[] }
  const ticket = items.find((one) => one.subject.startsWith('Problem with a call'))
  const read = await stage.ask(stage.people.get('customer_admin@acme'), 'GET', `/api/v1/support/tickets/${ticket!.id}`)
  const { samples } = (await read.json()) as { samples: { from: string; to: string; missing: string[] }[] }
  assert.deepEqual(
    samples.map(({ from, to, missing }) => [from, to, missing]),
    [['201', '+442071838750', []]],
  )
  await page.context().close()
}
