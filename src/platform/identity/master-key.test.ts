import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { addMasterKey, masterKeysFile, openMasterKeys, sipPassword, type MasterKeys } from './index.ts'

const device = { sipUser: 'acme-201', secretKeyId: 1, secretVersion: 1 }

function inFolder(act: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'master-key-'))
  try {
    act(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function opened(folder: string): MasterKeys {
  const keys = openMasterKeys(folder)
  assert.ok(keys.ok)
  return keys.value
}

test('the first open makes a key for its owner alone, and later ones read it', () => {
  inFolder((folder) => {
    const password = sipPassword(opened(folder), device)
    assert.match(password ?? '', /^[A-Za-z0-9_-]{24}$/)
    assert.equal(statSync(masterKeysFile(folder)).mode & 0o777, 0o600)
    assert.equal(sipPassword(opened(folder), device), password)
    assert.ok(!readFileSync(masterKeysFile(folder), 'utf8').includes(password!))
  })
})

test('another user, version or key is another password, and an unknown key is none', () => {
  inFolder((folder) => {
    opened(folder)
    const added = addMasterKey(folder)
    assert.ok(added.ok)
    assert.equal(added.value.newestId, 2)
    const keys = opened(folder)
    assert.deepEqual(keys.ids, [1, 2])
    const passwords = [
      sipPassword(keys, device),
      sipPassword(keys, { ...device, sipUser: 'acme-202' }),
      sipPassword(keys, { ...device, secretVersion: 2 }),
      sipPassword(keys, { ...device, secretKeyId: 2 }),
    ]
    assert.equal(new Set(passwords).size, 4)
    assert.equal(sipPassword(keys, { ...device, secretKeyId: 3 }), undefined)
  })
})

test('a file that others may read is refused, and so is a damaged one', () => {
  inFolder((folder) => {
    opened(folder)
    const file = masterKeysFile(folder)
    chmodSync(file, 0o644)
    const exposed = openMasterKeys(folder)
    assert.equal(!exposed.ok && exposed.failure.code, 'identity.master_keys_exposed')
    chmodSync(file, 0o600)
    for (const text of ['', '{"keys":[]}', '{"keys":[{"id":1,"secret":"short"}]}', '{}']) {
      writeFileSync(file, text)
      const damaged = openMasterKeys(folder)
      assert.equal(!damaged.ok && damaged.failure.code, 'identity.master_keys_unusable', text)
    }
  })
})
