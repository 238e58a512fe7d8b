import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLog, systemClock } from '../../base/index.ts'
import { openMailServer, parseMailUrl, type OutgoingMail } from '../../platform/mail/index.ts'
import { catchMail, type MailCatcher } from './catch-mail.ts'
import { readMail } from './read-mail.ts'

const clock = systemClock({ keepAlive: true })

async function withCatcher(
  act: (catcher: MailCatcher, send: (mail: Partial<OutgoingMail>) => Promise<unknown>) => Promise<void>,
) {
  const catcher = await catchMail({ port: 0, clock, log: silentLog })
  assert.ok(catcher.ok)
  const url = parseMailUrl(`smtp://127.0.0.1:${catcher.value.port}`)
  assert.ok(url.ok)
  const sender = openMailServer(url.value)
  const mail: OutgoingMail = {
    id: '0198b2c4-0000-7000-8000-000000000001',
    from: { name: 'Maple Telecom', address: 'help@maple.example' },
    to: { name: 'Zoë', address: 'zoe@acme.example' },
    replyTo: undefined,
    subject: 'Password Recovery für Zoë',
    text: 'Hello Zoë,\n\nhttp://maple.localhost:8080/recover?token=abc=1\n',
    html: '<p>Hello</p>',
    createdAt: 1_764_000_000_000,
  }
  try {
    await act(catcher.value, (more) => sender.send({ ...mail, ...more }))
  } finally {
    sender.close()
    await catcher.value.close()
  }
}

test('a mail of the house is caught and shown as its reader sees it', async () => {
  await withCatcher(async (catcher, send) => {
    assert.deepEqual(await send({}), { ok: true, value: true })
    const [mail] = catcher.mails()
    assert.equal(mail?.subject, 'Password Recovery für Zoë')
    assert.match(mail.to, /Zoë <zoe@acme.example>/)
    assert.match(mail.text, /^Hello Zoë,\n/)
    assert.deepEqual(mail.links, ['http://maple.localhost:8080/recover?token=abc=1'])
    assert.deepEqual(catcher.find(1), mail)
  })
})

test('the latest mails are kept, and one that is too large is refused', async () => {
  await withCatcher(async (catcher, send) => {
    for (let number = 1; number <= 205; number++) await send({ subject: `Mail ${number}` })
    assert.deepEqual([catcher.mails().length, catcher.mails()[0]?.subject], [200, 'Mail 205'])
    assert.deepEqual(await send({ text: 'x'.repeat(400_000) }).then((sent) => (sent as { ok: boolean }).ok), false)
    assert.equal(catcher.mails().length, 200)
  })
})

test('whatever comes is read without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (noise) => {
      const head = `Subject: =?utf-8?Q?${noise}?=\r\nContent-Type: multipart/mixed; boundary="b"`
      const raw = `${head}\r\n\r\n--b\r\n${noise}\r\n--b--`
      assert.equal(typeof readMail(raw).text, 'string')
      assert.equal(typeof readMail(noise).subject, 'string')
    }),
  )
})
