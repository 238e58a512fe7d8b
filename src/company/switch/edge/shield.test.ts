import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom, virtualClock } from '../../../base/index.ts'
import { createShield, type Question } from './shield.ts'
import { networkOf } from './source-network.ts'

const start = () => {
  const clock = virtualClock(1_790_000_000_000)
  return { clock, shield: createShield(clock, seededRandom(7)) }
}

const stranger = (user: string, address = '203.0.113.5'): Question => ({
  address,
  flowId: `udp:5060>${address}:5060`,
  user,
  exists: false,
  standing: 'stranger',
})

test('R129 F50 whoever asks for names that do not exist gets silence within two seconds, and a minute more', () => {
  const { clock, shield } = start()
  let answers = 0
  for (let user = 100; user < 400; user++, clock.advance(10)) {
    if (shield.mayAnswer(stranger(String(user))) === undefined) answers++
    if (user === 300) assert.equal(shield.shed()[0]?.reason, 'scan')
  }
  assert.ok(answers <= 8, `${answers} answers`)
  assert.equal(shield.mayAnswer(stranger('100')), 'scan')
  clock.advance(59_000)
  assert.equal(shield.mayAnswer(stranger('100')), 'scan')
  clock.advance(61_000)
  assert.equal(shield.mayAnswer(stranger('100')), undefined)
  assert.deepEqual(shield.shed(), [])
})

test('R129 a password is not guessed: after eight wrong ones in ten minutes nothing is told any more', () => {
  const { clock, shield } = start()
  const guess: Question = { ...stranger('201'), exists: true }
  let told = 0
  for (let i = 0; i < 100; i++, clock.advance(4000)) if (shield.mayRefuse(guess) === undefined) told++
  assert.ok(told >= 7 && told <= 14, `${told} guesses were answered in 400 s`)
})

test('R129 a good phone behind the address of an attacker keeps its answers, by its flow or by its name', () => {
  const { clock, shield } = start()
  const phone: Question = { ...stranger('201'), flowId: 'udp:5060>203.0.113.5:40001', exists: true, standing: 'bound' }
  for (let i = 0; i < 1000; i++, clock.advance(5)) {
    shield.mayAnswer({ ...stranger(`x${i}`), standing: 'known' })
    if (i % 100 !== 0) continue
    assert.equal(shield.mayAnswer(phone), undefined)
    shield.proved(phone)
    const moved: Question = { ...phone, standing: 'neighbour' }
    assert.equal(shield.mayAnswer(moved), undefined)
    shield.proved(moved)
  }
})

test('R129 an attacker with a whole network has the answers of four, and of no neighbour network', () => {
  const { clock, shield } = start()
  let answers = 0
  for (let i = 0; i < 5000; i++) {
    if (shield.mayAnswer({ ...stranger('201', `203.0.113.${i % 256}`), exists: true }) === undefined) answers++
    clock.advance(1)
  }
  assert.ok(answers <= 610, `${answers} answers in 5 s`)
  assert.equal(shield.mayAnswer({ ...stranger('201', '203.0.114.1'), exists: true }), undefined)
})

test('a power cut: phones of one office that exist and prove themselves are all let in', () => {
  const { clock, shield } = start()
  for (let i = 0; i < 400; i++) {
    const phone: Question = { ...stranger(`acme${i}`), exists: true, standing: i === 0 ? 'stranger' : 'known' }
    assert.equal(shield.mayAnswer(phone), undefined)
    shield.proved(phone)
    clock.advance(2)
  }
})

test('memory is bounded whatever the sources', () => {
  const { shield } = start()
  for (let i = 0; i < 70_000; i++) {
    const address = `${1 + (i % 200)}.${(i >> 8) & 255}.${i & 255}.${i % 251}`
    shield.mayRefuse({ ...stranger(`u${i}`, address), exists: i % 2 === 0 })
  }
  assert.ok(shield.size() <= 300_000)
})

test('a network is a /24, or a /64 of IPv6, however the address is written', () => {
  assert.equal(networkOf('192.0.2.77'), '192.0.2.0/24')
  assert.equal(networkOf('::ffff:192.0.2.77'), '192.0.2.0/24')
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(networkOf('2001:0db8:0001:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  const group = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), group, (groups, last) => {
      const other = [...groups.slice(0, 7), last].join(':')
      assert.equal(networkOf(groups.join(':')), networkOf(other))
    }),
  )
})
