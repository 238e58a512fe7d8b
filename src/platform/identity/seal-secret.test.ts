import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { secureRandom } from '../../base/index.ts'
import { addMasterKey, openMasterKeys, openSecret, sealSecret } from './index.ts'

test('what is sealed opens for its purpose alone, also after a rotation, and never when it was touched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seal-secret-'))
  try {
    const opened = openMasterKeys(folder)
    assert.ok(opened.ok)
    const keys = opened.value
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), fc.nat(200), (secret, at) => {
        const sealed = sealSecret(keys, secureRandom, 'carrier one', secret)
        assert.ok(secret.length < 4 || !sealed.includes(secret))
        assert.equal(openSecret(keys, 'carrier one', sealed), secret)
        assert.equal(openSecret(keys, 'carrier two', sealed), undefined)
        const place = 2 + (at % (sealed.length - 3))
        const other = sealed[place] === 'A' ? 'B' : 'A'
        const touched = sealed.slice(0, place) + other + sealed.slice(place + 1)
        assert.equal(openSecret(keys, 'carrier one', touched), undefined)
      }),
    )
    const sealed = sealSecret(keys, secureRandom, 'x', 'of before')
    const added = addMasterKey(folder)
    assert.ok(added.ok)
    assert.equal(openSecret(added.value, 'x', sealed), 'of before')
    assert.match(sealSecret(added.value, secureRandom, 'x', 'new'), /^2\./)
    for (const text of ['', '1.', '1.AAAA', '9.AAAA', 'no']) assert.equal(openSecret(keys, 'x', text), undefined)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
