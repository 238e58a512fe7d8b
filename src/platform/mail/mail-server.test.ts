import assert from 'node:assert/strict'
import { text as readAll } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { localToEpochMs } from '../../base/index.ts'
import { openMailServer, parseMailUrl, type MailSender, type OutgoingMail } from './mail-server.ts'

const mail: OutgoingMail = {
  id: '0198b2c4-0000-7000-8000-000000000001',
  from: { name: 'Maple Telecom', address: 'billing@maple.example' },
  to: { name: 'Zoë', address: 'zoe@acme.example' },
  replyTo: 'help@maple.example',
  subject: 'Invoice für Oktober',
  text: '.\nHello\n',
  html: '<p>Hello</p>',
  createdAt: localToEpochMs('2026-11-24 08:05:09', 'UTC')!,
}

describe('a mail server', () => {
  const received: { to: string[]; raw: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, answer) => {
      const code = address.startsWith('gone') ? 550 : address.startsWith('later') ? 451 : 0
      answer(code ? Object.assign(new Error('no'), { responseCode: code }) : null)
    },
    onData: (stream, session, done) => {
      void readAll(stream).then((raw) => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw })
        done()
      })
    },
  })
  const senders: MailSender[] = []
  const open = async (): Promise<MailSender> => {
    if (!server.server.listening) await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.server.address() as { port: number }
    const parsed = parseMailUrl(`smtp://127.0.0.1:${port}`)
    assert.ok(parsed.ok)
    const sender = openMailServer(parsed.value)
    senders.push(sender)
    return sender
  }
  after(async () => {
    for (const sender of senders) sender.close()
    await new Promise<void>((resolve) => server.close(resolve))
  })

  test('receives both twins, the same bytes each time', async () => {
    const sender = await open()
    assert.deepEqual(await sender.send(mail), { ok: true, value: true })
    assert.deepEqual(await sender.send(mail), { ok: true, value: true })
    const [first, second] = received.splice(0)
    assert.deepEqual(first, second)
    assert.deepEqual(first?.to, ['zoe@acme.example'])
    for (const line of [
      'From: Maple Telecom <billing@maple.example>',
      'To: =?UTF-8?Q?Zo=C3=AB?= <zoe@acme.example>',
      'Reply-To: help@maple.example',
      'Message-ID: <0198b2c4-0000-7000-8000-000000000001@maple.example>',
      'Date: Tue, 24 Nov 2026 08:05:09 +0000',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Type: text/html; charset=utf-8',
    ]) {
      assert.ok(first?.raw.includes(line), line)
    }
  })

  test('cannot be talked into another header or recipient', async () => {
    const sender = await open()
    const evil = 'x\r\nBcc: evil@example.com\r\n\r\nbody'
    await sender.send({ ...mail, subject: evil, from: { ...mail.from, name: evil }, to: { ...mail.to, name: evil } })
    const [got] = received.splice(0)
    assert.deepEqual(got?.to, ['zoe@acme.example'])
    assert.ok(!/^bcc:/im.test(got?.raw ?? ''))
  })

  test('refuses for good, or for now, or is not there', async () => {
    const sender = await open()
    const to = (address: string) => sender.send({ ...mail, to: { name: '', address } })
    const gone = await to('gone@acme.example')
    assert.deepEqual(gone.ok ? '' : [gone.failure.code, gone.failure.details], ['mail.refused', { code: 550 }])
    const later = await to('later@acme.example')
    assert.equal(later.ok ? '' : later.failure.code, 'mail.unavailable')
    const nowhere = openMailServer({ host: '127.0.0.1', port: 1, secure: false, user: undefined, password: undefined })
    const lost = await nowhere.send(mail)
    nowhere.close()
    assert.equal(lost.ok ? '' : lost.failure.code, 'mail.unavailable')
  })
})

test('a mail server is written as a URL', () => {
  const plain = { host: 'mail.example', port: 587, secure: false, user: undefined, password: undefined }
  assert.deepEqual(parseMailUrl('smtp://mail.example'), { ok: true, value: plain })
  const full = { host: 'mail.example', port: 2465, secure: true, user: 'a@b', password: 'p:w' }
  assert.deepEqual(parseMailUrl('smtps://a%40b:p%3Aw@mail.example:2465/'), { ok: true, value: full })
  for (const bad of [
    '',
    'mail.example:25',
    'http://mail.example',
    'smtp://',
    'smtp://host/path',
    'smtp://host:99999',
    'smtp://%zz@host',
  ]) {
    const parsed = parseMailUrl(bad)
    assert.equal(parsed.ok ? bad : parsed.failure.code, 'mail.bad_url')
  }
})
