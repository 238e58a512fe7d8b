/** The panel of a call in the browser: its SIP messages as a ladder. */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { silentLog } from '../../../base/index.ts'
import { openTrace } from '../../../network/trace/index.ts'
import { axeFaults, sidewaysPixels } from '../../../../test/chromium.ts'
import { openPage, type Stage } from './test-stage.ts'

async function openFirstCall(page: Page): Promise<void> {
  await page.goto('/billing/transactions')
  await page.locator('[data-row]').first().click()
  await page.getByRole('dialog', { name: 'Call' }).getByRole('heading', { name: 'Charge' }).waitFor()
}

const message = (line: string, cseq: string, body: string): Buffer =>
  Buffer.from(`${line}\r\nCall-ID: leg-a\r\nCSeq: ${cseq}\r\nX-Note: <b id="injected">bold</b>\r\n\r\n${body}`)

/** The messages of the call that all records of the stage belong to. */
async function traceACall({ traceFolder, clock, tree }: Stage): Promise<void> {
  const trace = openTrace({ folder: traceFolder, clock, log: silentLog })
  const local = { address: '192.0.2.1', port: 5060 }
  const remote = { address: '192.0.2.7', port: 5060 }
  const record = (direction: 'in' | 'out', line: string, cseq = '1 INVITE', body = ''): void =>
    trace.record({ at: clock.now(), protocol: 'udp', local, remote, direction, bytes: message(line, cseq, body) })
  record('in', 'INVITE sip:+442071838750@voice.example SIP/2.0')
  trace.beginLeg('call-1', 'leg-a', tree.acme.tenantId)
  record('out', 'SIP/2.0 100 Trying')
  record('out', 'SIP/2.0 480 Temporarily Unavailable')
  record('in', 'ACK sip:+442071838750@voice.example SIP/2.0', '1 ACK')
  await trace.close()
}

/** The ladder is a list of sentences; a message opens under its arrow, and nothing in it is markup. */
export async function drawsTheLadder(stage: Stage): Promise<void> {
  await traceACall(stage)
  for (const look of [
    { width: 1440, scheme: 'light' },
    { width: 390, scheme: 'dark' },
  ] as const) {
    const page = await openPage(stage, 'customer_admin@acme', look)
    const asked: string[] = []
    page.on('request', (request) => void (request.url().endsWith('/ladder') && asked.push(request.url())))
    await openFirstCall(page)
    assert.deepEqual(asked, [], 'read on demand: each look is in the audit')
    await page.getByRole('button', { name: 'Show the ladder' }).click()
    const list = page.getByRole('list', { name: 'SIP messages' })
    const arrows = list.getByRole('button')
    await arrows.first().waitFor()
    const names = await list.locator('.sr-only').allInnerTexts()
    const inOrder = [/192\.0\.2\.7:5060 to .+: INVITE$/, /: 100 Trying to INVITE$/, /: 480 .+ to INVITE$/, /: ACK$/]
    assert.equal(names.length, inOrder.length)
    for (const [at, pattern] of inOrder.entries()) assert.match(names[at]!, pattern)
    await arrows.first().press('Enter')
    await list.getByText('<b id="injected">bold</b>').waitFor()
    assert.equal(await page.locator('#injected').count(), 0)
    assert.deepEqual(await axeFaults(page), [])
    assert.equal(await sidewaysPixels(page), 0)
    const within = await page.getByRole('dialog', { name: 'Call' }).evaluate((el) => el.scrollWidth - el.clientWidth)
    assert.equal(within, 0, `the panel scrolls sideways at ${look.width} px`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download PCAP' }).click(),
    ])
    assert.match(download.suggestedFilename(), /\.pcap$/)
    await page.context().close()
  }
  const other = await openPage(stage, 'customer_billing@acme')
  await openFirstCall(other)
  assert.equal(await other.getByRole('heading', { name: 'SIP messages' }).count(), 0)
  await other.context().close()
}
