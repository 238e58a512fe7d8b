import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readMessage } from './read-message.ts'

const head = 'From: Ada <ada@acme.example>\r\nSubject: Calls\r\nMessage-ID: <1@acme.example>\r\n'
const read = (text: string | Buffer) => readMessage(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)

test('R87 text comes in twelve charsets, encoded in every way', () => {
  // Bytes as other programs write them.
  const cases: readonly (readonly [charset: string, hex: string, text: string])[] = [
    ['utf-8', 'c3a9c3bce282ac', 'éü€'],
    ['iso-8859-1', 'e9fc', 'éü'],
    ['iso-8859-15', 'e9a4', 'é€'],
    ['windows-1252', 'e980', 'é€'],
    ['iso-8859-2', 'b1e6', 'ąć'],
    ['windows-1251', 'cff0e8', 'При'],
    ['koi8-r', 'f0d2c9', 'При'],
    ['iso-2022-jp', '1b2442467c4b5c1b2842', '日本'],
    ['shift_jis', '93fa967b', '日本'],
    ['euc-kr', 'c7d1b1b9', '한국'],
    ['gb18030', 'd6d0b9fa', '中国'],
    ['big5', 'a4a4b0ea', '中國'],
  ]
  for (const [charset, hex, text] of cases) {
    const bytes = Buffer.from(hex, 'hex')
    const type = `Content-Type: text/plain; charset="${charset}"\r\n`
    const quoted = [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
    const plain = Buffer.concat([Buffer.from(`${head}${type}\r\n`), bytes])
    assert.equal(read(plain)?.text, text, charset)
    assert.equal(read(`${head}${type}Content-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64')}`)?.text, text)
    assert.equal(read(`${head}${type}Content-Transfer-Encoding: quoted-printable\r\n\r\n${quoted}`)?.text, text)
    const word = `=?${charset}?B?${bytes.toString('base64')}?=`
    assert.equal(read(`From: a@b.example\r\nSubject: ${word}\r\n\r\nx`)?.subject, text, charset)
  }
})

test('quotes are cut off in three languages; a reply without words of its own keeps them', () => {
  const said = (body: string) => read(Buffer.from(`${head}\r\n${body}`))?.text
  assert.equal(
    said('It works.\r\n\r\nOn Mon, 1 Dec 2025 at 10:00, Desk <d@nw.example> wrote:\r\n> Try again'),
    'It works.',
  )
  assert.equal(said('It works.\r\n\r\nEl lun, 1 dic 2025, Desk escribió:\r\n> Try again'), 'It works.')
  assert.equal(said('It works.\r\n\r\n-----Original Message-----\r\nTry again'), 'It works.')
  assert.equal(said('> Try again'), '> Try again')
})

test('pages lose what could run; files keep their bytes and names; machines and bounces are known', () => {
  const page = `${head}Content-Type: text/html\r\n\r\n<p>Hello<script>steal()</script></p><img src="//x.example">`
  assert.equal(read(page)?.text, 'Hello')
  const mixed =
    `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee file\r\n--b\r\n` +
    `Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A9.pdf\r\n` +
    'Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n'
  const { text, attachments } = read(mixed)!
  assert.deepEqual([text, attachments[0]!.name, attachments[0]!.content.toString()], ['See file', 'é.pdf', 'hello'])
  assert.ok(read(`${head}Auto-Submitted: auto-replied\r\n\r\nI am away`)?.isAutomatic)
  assert.ok(read(`${head}Precedence: bulk\r\n\r\nNews`)?.isAutomatic)
  assert.ok(read('From: MAILER-DAEMON@x.example\r\nSubject: x\r\n\r\nx')?.isBounce)
  assert.ok(read(`${head}Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n`)?.isBounce)
})

test('nested, endless, cut off or random: reading ends, and keeps what is there', () => {
  const nested = Array.from(
    { length: 200 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  )
  assert.equal(read(head + nested.join(''))?.subject, 'Calls')
  const many = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(10_000)}`
  assert.equal(read(many)?.text, 'x')
  const cut = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nstill her`
  assert.equal(read(cut)?.text, 'still her')
  assert.equal(read(`${head}\r\na\0b`)?.text, 'ab')
  const large = Buffer.concat([Buffer.from(`${head}\r\n`), Buffer.alloc(20 * 1024 * 1024, 'x')])
  assert.equal(read(large)?.text.length, 50_000)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      read(
        Buffer.concat([
          Buffer.from('From: a@b.example\r\nContent-Type: multipart/x; boundary=b\r\n'),
          Buffer.from(bytes),
        ]),
      )
    }),
    { numRuns: 200 },
  )
})
