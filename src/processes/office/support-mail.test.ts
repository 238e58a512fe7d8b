/** Mail to the support desk over SMTP: every message in the right ticket, once. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import nodemailer from 'nodemailer'
import { withTestDatabase } from '../../../test/database.ts'
import { silentLog } from '../../base/index.ts'
import { openBrands } from './brands.ts'
import { openSupportMail } from './support-mail.ts'
import { withOffice } from './testing.ts'

test('mail to support', async (suite) => {
  await withTestDatabase(async ({ openDb, url, ownerSql }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      const { clock } = bench
      const brands = await openBrands({ db, clock, log: silentLog })
      const opened = await openSupportMail({
        db,
        clock,
        log: silentLog,
        brands,
        listen: { host: '127.0.0.1', port: 0 },
      })
      assert.ok(opened)
      const client = nodemailer.createTransport({ host: '127.0.0.1', port: opened.port, ignoreTLS: true })
      const box = 'support@maple.example'
      let sent = 0
      const write = async (mail: {
        readonly from?: string
        readonly subject?: string
        readonly text?: string
        readonly inReplyTo?: string
        readonly to?: string
        readonly messageId?: string
        readonly headers?: Record<string, string>
      }): Promise<string> => {
        const messageId = mail.messageId ?? `<${++sent}@acme.example>`
        await client.sendMail({
          from: 'customer_admin@acme.example',
          to: box,
          subject: 'Help',
          text: 'x',
          ...mail,
          messageId,
        })
        return messageId
      }
      const tickets = () => ownerSql<
        { id: string; number: bigint; subject: string; tenantId: string; entries: number }[]
      >`
        select id, number, subject, tenant_id as "tenantId",
               (select count(*)::int from ticket_entry where ticket_id = ticket.id and author_name <> '') as entries
        from ticket order by number`
      const outcomes = () => ownerSql<{ outcome: string }[]>`
        select outcome from support_mail where direction = 'in' order by at, id`
      const ours = async (): Promise<string[]> =>
        (
          await ownerSql<{ id: string }[]>`
          select message_id as id from support_mail where direction = 'out' order by at, id`
        ).map(({ id }) => `<${id}>`)

      await suite.test(
        'R87 R88 a mail opens a ticket of its sender’s company, and is answered with what is missing',
        async () => {
          const first = await write({ subject: 'No calls since noon', text: 'Our phones are dead since noon' })
          await write({ subject: 'No calls since noon', messageId: first })
          const [ticket, ...others] = await tickets()
          assert.deepEqual(
            [ticket!.subject, ticket!.tenantId, others.length],
            ['No calls since noon', bench.tree.acme.tenantId, 0],
          )
          const [mail] = await ownerSql<{ subject: string; text: string }[]>`
          select subject, text_body as text from mail_message order by created_at desc limit 1`
          assert.match(mail!.subject, new RegExp(`\\[#${ticket!.number}\\]`))
          assert.match(mail!.text, /call sample: the source\/caller number/i)
        },
      )

      await suite.test(
        'answers thread by our mail, by the first mail (a copied colleague), and by a number of one’s own',
        async () => {
          const [ack] = await ours()
          await write({ subject: 'Re: whatever', text: 'From 201', inReplyTo: ack! })
          await write({
            from: 'boss@acme.example',
            subject: 'Re: copied',
            text: 'Me too',
            inReplyTo: '<1@acme.example>',
          })
          const [{ number }] = (await tickets()) as unknown as [{ number: bigint }]
          await write({ subject: `Again #${number}`, text: 'By number' })
          assert.deepEqual(
            (await tickets()).map(({ entries }) => entries),
            [4],
          )
          await write({ from: 'stranger@x.example', subject: `Re: #${number}`, text: 'let me in' })
          assert.equal((await tickets()).length, 2, 'a stranger guesses numbers in vain')
        },
      )

      await suite.test(
        'machines open nothing and get no answer; a bounce is noted; what is forwarded is new',
        async () => {
          const before = (await ours()).length
          await write({ subject: 'Out of office', headers: { 'Auto-Submitted': 'auto-replied' } })
          await write({ from: 'mailer-daemon@x.example', subject: 'failed', inReplyTo: (await ours())[0]! })
          assert.equal((await ours()).length, before)
          await write({ subject: 'Fwd: an old story', text: 'Please look at this story of ours' })
          assert.deepEqual((await outcomes()).map(({ outcome }) => outcome).slice(-3), [
            'automatic',
            'bounce',
            'opened',
          ])
          assert.equal((await tickets()).length, 3)
        },
      )

      await suite.test('a desk that answers every answer of ours is answered five times, then no more', async () => {
        const from = 'desk@elsewhere.example'
        for (let turn = 0; turn < 9; turn++)
          await write({ from, subject: `We got your message ${turn}`, text: 'Thank you!' })
        const [row] = await ownerSql<{ n: number }[]>`
          select count(*)::int as n from support_mail where direction = 'out' and sender = ${from}`
        assert.equal(row!.n, 5)
      })

      await suite.test(
        'what cannot be read is kept; addresses that are not ours are refused; two desks keep one each',
        async () => {
          await client.sendMail({ envelope: { from: 'x@y.example', to: box }, raw: 'nothing\r\nat all' })
          assert.equal((await outcomes()).at(-1)!.outcome, 'broken')
          await assert.rejects(write({ to: 'nobody@maple.example' }), /no such mailbox/)
          const many = await tickets()
          await write({ to: 'support@maple.example, support@lake.example', subject: 'Two desks', from: 'z@z.example' })
          assert.equal((await tickets()).length, many.length + 2)
        },
      )

      await suite.test('the answer of the desk goes out by mail, and the answer to it comes back', async () => {
        const partner = bench.people.get('partner_admin@maple')!
        const [ticket] = await tickets()
        const path = `/api/v1/support/tickets/${ticket!.id}/entries`
        const said = await bench.ask(partner, 'POST', path, { body: 'Is it better now?' })
        assert.equal(said.status, 200)
        const count = (await ours()).length
        while ((await ours()).length === count) await new Promise<void>((resolve) => void clock.after(50, resolve))
        await write({ subject: 'Re', text: 'Yes, it is', inReplyTo: (await ours()).at(-1)! })
        assert.equal((await tickets())[0]!.entries, 6)
      })

      client.close()
      await opened.close()
      await brands.close()
    })
  })
})
