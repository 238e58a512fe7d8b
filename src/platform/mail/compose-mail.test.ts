import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkMailbox, headerText, isMailAddress } from './address.ts'
import { composeMail, type MailBlock, type MailBrand } from './compose-mail.ts'

const brand: MailBrand = {
  name: 'Maple Telecom',
  colour: '#b91c1c',
  supportEmail: 'help@maple.example',
  phone: '(416) 555-0100',
  postalAddress: '1 Front St, Toronto',
}

const mail = (...blocks: MailBlock[]) => composeMail({ brand, subject: 'Hello', language: 'en', blocks })

test('both twins say the same', () => {
  const { text, html } = mail(
    { kind: 'paragraph', text: 'Your invoice is ready.' },
    { kind: 'facts', rows: [['Amount', '12.50 CAD']] },
    { kind: 'action', label: 'Open the invoice', url: 'https://maple.example/i/1?a=1&b=2' },
    { kind: 'note', text: 'Sent to you as a customer.' },
  )
  for (const said of [
    'Your invoice is ready.',
    'Amount',
    '12.50 CAD',
    'Open the invoice',
    'as a customer',
    '555-0100',
  ]) {
    assert.ok(text.includes(said) && html.includes(said), said)
  }
  assert.ok(text.includes('https://maple.example/i/1?a=1&b=2'))
  assert.ok(html.includes('href="https://maple.example/i/1?a=1&amp;b=2"'))
})

test('nothing in a value becomes markup or leaves its attribute', () => {
  const count = (text: string, mark: string): number => text.split(mark).length - 1
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'x', ' ', '\n') }), (value) => {
      const plain = mail({ kind: 'facts', rows: [['', '']] }, { kind: 'action', label: '', url: 'https://a/' }).html
      const filled = mail(
        { kind: 'facts', rows: [[value, value]] },
        { kind: 'action', label: value, url: `https://a/${value}` },
      ).html
      for (const mark of ['<', '>', '"']) assert.equal(count(filled, mark), count(plain, mark))
    }),
  )
})

test('a colour that is no colour, and a link that is no link, do not get through', () => {
  const odd = composeMail({
    brand: { ...brand, colour: 'red;background:url(x)' },
    subject: '',
    language: 'en',
    blocks: [],
  })
  assert.ok(!odd.html.includes('url(x)'))
  assert.throws(() => mail({ kind: 'action', label: 'x', url: 'javascript:alert(1)' }))
})

test('the label of a button is readable on any colour', () => {
  const ink = (colour: string): string | undefined => {
    const content = {
      subject: '',
      language: 'en',
      blocks: [{ kind: 'action', label: 'x', url: 'https://a/' } as const],
    }
    return /;color:(#[0-9a-f]{6})">x</.exec(composeMail({ ...content, brand: { ...brand, colour } }).html)?.[1]
  }
  assert.equal(ink('#ffff00'), '#000000')
  assert.equal(ink('#1e3a8a'), '#ffffff')
})

test('an address is one address and nothing else', () => {
  for (const good of ['a@b', 'ann.smith+x@maple.example', "o'neil@xn--mnchen-3ya.de"])
    assert.ok(isMailAddress(good), good)
  const bad = [
    '',
    'a',
    '@b',
    'a@',
    'a@b,c@d',
    'a@b\r\nBcc: x@y',
    '<a@b>',
    'a b@c',
    'a@b c',
    'a..b@c',
    `${'a'.repeat(65)}@b`,
  ]
  for (const text of bad) assert.ok(!isMailAddress(text), text)
  assert.equal(checkMailbox({ name: 'x', address: 'a@b\n' }, 'to').ok, true, 'space around it is forgiven')
})

test('a header text is one short line', () => {
  assert.equal(headerText(' Hello\r\nBcc: x@y\u2028z ', 50), 'Hello Bcc: x@y z')
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\n', '\0', '\u2028', 'é', '😀', '\ud800') }),
      (text) => {
        const line = headerText(text, 20)
        assert.ok(line.isWellFormed() || !text.isWellFormed())
        assert.ok(line.length <= 20 && !/[\p{Cc}\u2028\u2029]/u.test(line))
      },
    ),
  )
})
