import assert from 'node:assert/strict'
import { text as readAll } from 'node:stream/consumers'
import { test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { withTestDatabase } from '../../../test/database.ts'
import { newId, silentLog, virtualClock } from '../../base/index.ts'
import { createWorker, deadJobs } from '../jobs/index.ts'
import { composeMail, deliverMail, openMailServer, sendMail, type NewMail } from './index.ts'

const START = 1_764_000_000_000

/** A mail server that says no for as long as it is told to. */
async function mailCatcher() {
  const raws: string[] = []
  let code = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, answer) =>
      answer(code ? Object.assign(new Error('no'), { responseCode: code }) : null),
    onData: (stream, _session, done) => {
      void readAll(stream).then((raw) => {
        raws.push(raw)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  return {
    raws,
    port,
    answer: (next: number) => void (code = next),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

test('mail', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb }) => {
    const clock = virtualClock(START)
    const tenantId = newId(clock)
    await ownerSql`
      insert into tenant (id, tenant_id, kind, path, name, slug, created_at)
      values (${tenantId}, ${tenantId}, 'provider', 'nw/', 'Northwind Voice', 'nw', to_timestamp(${START / 1000}))`
    const db = await openDb('office')
    const catcher = await mailCatcher()
    const sender = openMailServer({
      host: '127.0.0.1',
      port: catcher.port,
      secure: false,
      user: undefined,
      password: undefined,
    })
    const worker = createWorker({
      db,
      clock,
      log: silentLog,
      name: 'office',
      handlings: [deliverMail({ db, clock, sender })],
    })
    const content = composeMail({
      brand: {
        name: 'Northwind Voice',
        colour: '#123456',
        supportEmail: 'help@nw.example',
        phone: '',
        postalAddress: '',
      },
      subject: 'Welcome',
      language: 'en',
      blocks: [{ kind: 'action', label: 'Choose a password', url: 'https://nw.example/p/secret' }],
    })
    const mail: NewMail = {
      tenantId,
      from: { name: 'Northwind Voice', address: 'no-reply@nw.example' },
      to: { name: 'Ann', address: 'ann@acme.example' },
      ...content,
    }
    const rows = () => ownerSql`select state, sent_at, last_error, text_body from mail_message order by created_at, id`

    await suite.test('a mail is sent once its transaction commits, and never when it does not', async () => {
      await assert.rejects(
        db.as({ tenantPath: 'nw/' }, async (tx) => {
          await sendMail(tx, clock, { ...mail, subject: 'Never' })
          throw new Error('the act failed')
        }),
      )
      const id = await db.as({ tenantPath: 'nw/' }, (tx) => sendMail(tx, clock, mail))
      assert.ok(id.ok)
      await worker.runDue()
      assert.equal(catcher.raws.length, 1)
      assert.ok(catcher.raws[0]?.includes('Subject: Welcome'))
      assert.ok(catcher.raws[0]?.includes(`Message-ID: <${id.value}@nw.example>`))
      const [row] = await rows()
      assert.equal(row?.['state'], 'sent')
      assert.ok(row?.['text_body'].includes('https://nw.example/p/secret'))
    })

    await suite.test('a server that is busy is asked again, and gets the mail', async () => {
      catcher.raws.length = 0
      catcher.answer(451)
      clock.advance(1)
      await db.asService((tx) => sendMail(tx, clock, mail))
      await worker.runDue()
      assert.equal((await rows()).at(-1)?.['last_error'], 'the mail server did not take the message: it answered 451')
      clock.advance(20_000)
      catcher.answer(0)
      await worker.runDue()
      assert.equal(catcher.raws.length, 0)
      clock.advance(20_000)
      await worker.runDue()
      assert.equal(catcher.raws.length, 1)
      assert.equal((await rows()).at(-1)?.['state'], 'sent')
    })

    await suite.test('a final refusal is not tried again', async () => {
      catcher.raws.length = 0
      catcher.answer(550)
      clock.advance(1)
      await db.asService((tx) => sendMail(tx, clock, mail))
      await worker.runDue()
      assert.equal((await rows()).at(-1)?.['state'], 'failed')
      const [dead] = await db.asService((tx) => deadJobs(tx, 1))
      assert.equal(dead?.lastError, 'mail.refused: the mail server refused the message with 550')
      catcher.answer(0)
    })

    await suite.test('a secret does not stay in the outbox', async () => {
      clock.advance(1)
      await db.asService((tx) => sendMail(tx, clock, { ...mail, isSecret: true }))
      await worker.runDue()
      const last = (await rows()).at(-1)
      assert.deepEqual([last?.['state'], last?.['text_body']], ['sent', ''])
    })

    await suite.test('addresses and sizes that cannot be sent are refused before anything is written', async () => {
      const before = (await rows()).length
      const code = async (bad: Partial<NewMail>): Promise<string> => {
        const result = await db.asService((tx) => sendMail(tx, clock, { ...mail, ...bad }))
        return result.ok ? 'sent' : result.failure.code
      }
      assert.equal(await code({ to: { name: '', address: 'a@b\r\nBcc: c@d' } }), 'mail.bad_address')
      assert.equal(await code({ from: { name: '', address: 'nobody' } }), 'mail.bad_address')
      assert.equal(await code({ replyTo: 'a@b,c@d' }), 'mail.bad_address')
      assert.equal(await code({ html: 'x'.repeat(1024 * 1024) }), 'mail.too_large')
      assert.equal((await rows()).length, before)
    })

    sender.close()
    await catcher.close()
    await db.close()
  })
})
