import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../base/index.ts'
import { createCertificate, localCertificate } from './certificate.ts'

const clock = systemClock()
const DAY_MS = 86_400_000

function inFolder(act: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  try {
    act(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('ours is made once, for its owner alone, and made again for a name that it does not know', () => {
  inFolder((folder) => {
    const first = localCertificate(folder, ['localhost'], clock)
    assert.equal(first.complaint, undefined)
    assert.equal(statSync(join(folder, 'tls/key.pem')).mode & 0o777, 0o600)
    assert.equal(localCertificate(folder, ['localhost'], clock).cert, first.cert)
    const second = localCertificate(folder, ['localhost', 'maple.example'], clock)
    assert.notEqual(second.cert, first.cert)
    assert.equal(readFileSync(join(folder, 'tls/cert.pem'), 'utf8'), second.cert)
  })
})

test("an operator's files that cannot be used are complained about and never overwritten", () => {
  const ours = createCertificate(['localhost'], clock.now())
  const other = createCertificate(['localhost'], clock.now())
  const cases: [key: string | undefined, cert: string | undefined, complaint: RegExp][] = [
    [ours.key, other.cert, /not the key of/],
    ['no key at all', ours.cert, /cannot be read/],
    [ours.key, undefined, /one is missing/],
  ]
  for (const [key, cert, complaint] of cases) {
    inFolder((folder) => {
      mkdirSync(join(folder, 'tls'))
      if (key !== undefined) writeFileSync(join(folder, 'tls/key.pem'), key)
      if (cert !== undefined) writeFileSync(join(folder, 'tls/cert.pem'), cert)
      const used = localCertificate(folder, ['localhost'], clock)
      assert.match(used.complaint ?? '', complaint)
      if (key !== undefined) assert.equal(readFileSync(join(folder, 'tls/key.pem'), 'utf8'), key)
    })
  }
})

test('one of ours that is about to expire is made again', () => {
  inFolder((folder) => {
    const old = createCertificate(['localhost'], clock.now() - 800 * DAY_MS)
    mkdirSync(join(folder, 'tls'))
    writeFileSync(join(folder, 'tls/key.pem'), old.key)
    writeFileSync(join(folder, 'tls/cert.pem'), old.cert)
    const used = localCertificate(folder, ['localhost'], clock)
    assert.equal(used.complaint, undefined)
    assert.notEqual(used.cert, old.cert)
  })
})
