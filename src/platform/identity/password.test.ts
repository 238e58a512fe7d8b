import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { virtualClock } from '../../base/index.ts'
import { createPasswordHasher, createThrottle } from './index.ts'
import { checkPassword } from './password.ts'
import { sourceOf } from './source.ts'

const cheap = { memoryKib: 64, passes: 1, parallelism: 1 }

test('a hash fits its password alone, in either spelling of its letters, and never twice the same', async () => {
  const hasher = createPasswordHasher({ cost: cheap })
  const composed = 'caf\u00e9 au lait'
  const [one, two] = [await hasher.hash(composed), await hasher.hash(composed)]
  assert.ok(one.ok && two.ok)
  assert.notEqual(one.value, two.value)
  assert.match(one.value, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
  const fits = async (password: string, hash: string | undefined): Promise<boolean> => {
    const answer = await hasher.verify(password, hash)
    return answer.ok && answer.value
  }
  assert.equal(await fits(composed, one.value), true)
  assert.equal(await fits('cafe\u0301 au lait', one.value), true)
  assert.equal(await fits('cafe au lait', one.value), false)
  for (const hash of [undefined, '', 'plain', '$argon2id$v=19$m=64,t=1,p=1$AAAA$BBBB']) {
    assert.equal(await fits(composed, hash), false)
  }
})

test('hashing keeps off the event loop, and its line has an end', async () => {
  const hasher = createPasswordHasher({ atOnce: 2, waitingMax: 3 })
  let turns = 0
  const tick = setInterval(() => turns++, 1)
  const answers = await Promise.all(Array.from({ length: 8 }, () => hasher.verify('x', undefined)))
  clearInterval(tick)
  assert.equal(answers.filter((one) => one.ok).length, 5)
  assert.deepEqual(
    answers.flatMap((one) => (one.ok ? [] : [one.failure.code])),
    ['identity.busy', 'identity.busy', 'identity.busy'],
  )
  assert.ok(turns >= 5, `the loop turned ${turns} times meanwhile`)
})

test('the passwords that attackers try first are refused, with words', () => {
  const login = { login: 'ann', email: 'ann.smith@acme.example' }
  for (const weak of [
    '',
    'short',
    'password123',
    'Qwerty2026!',
    'aaaaaaaaaaaa',
    'ann.smith@acme.example',
    'x'.repeat(201),
  ]) {
    const checked = checkPassword(weak, login)
    assert.equal(!checked.ok && checked.failure.code, 'identity.weak_password', weak)
  }
  for (const good of ['correct horse battery', 'ключ от двери', '🦊 and 🐓 at noon']) {
    assert.equal(checkPassword(good, login).ok, true, good)
  }
})

test('a throttle never lets more through than its brim and what has leaked away', () => {
  const bucket = { brim: 5, leakMs: 1000, firstWaitMs: 100, waitMaxMs: 60_000 }
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 60 }), (pauses) => {
      const clock = virtualClock(0)
      const throttle = createThrottle(clock)
      let passed = 0
      for (const pause of pauses) {
        clock.advance(pause)
        if (throttle.begin([{ key: 'x', bucket }]) === 0) passed++
      }
      // Above the brim the waits double: of n attempts within no time only the brim and one pass.
      assert.ok(passed <= bucket.brim + 1 + clock.now() / bucket.firstWaitMs)
      assert.ok(passed >= Math.min(pauses.length, bucket.brim))
    }),
  )
})

test('a thousand keys do not grow a throttle past its size, and forgiving opens it', () => {
  const clock = virtualClock(0)
  const throttle = createThrottle(clock, 10)
  const bucket = { brim: 1, leakMs: 60_000, firstWaitMs: 1000, waitMaxMs: 1000 }
  const key = { key: 'mine', bucket }
  assert.equal(throttle.begin([key]), 0)
  assert.ok(throttle.begin([key]) > 0)
  throttle.forgive([key])
  assert.equal(throttle.begin([key]), 0)
  for (let other = 0; other < 1000; other++) throttle.begin([{ key: String(other), bucket }])
  assert.equal(throttle.begin([key]), 0, 'forgotten')
})

test('addresses that one person can have at will count as one source', () => {
  assert.equal(sourceOf('192.0.2.7'), '192.0.2.0/24')
  assert.equal(sourceOf('::ffff:192.0.2.99'), '192.0.2.0/24')
  assert.equal(sourceOf('2001:db8:0:1:aaaa::1'), sourceOf('2001:db8::1:0:0:0:2'))
  assert.notEqual(sourceOf('2001:db8:0:1::1'), sourceOf('2001:db8:0:2::1'))
  assert.equal(sourceOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.equal(sourceOf('nonsense'), 'unknown')
})
