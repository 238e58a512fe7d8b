import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig, type Config } from '../base/index.ts'
import { masterKeysFile, openMasterKeys, sipPassword } from '../platform/identity/index.ts'
import { judgeAudit } from './doctor/audit.ts'
import { rotateKey } from './rotate-key.ts'

function inFolder(act: (config: Config) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'rotate-key-'))
  try {
    const config = readConfig({ DIALHOUSE_DATA: folder })
    assert.ok(config.ok)
    act(config.value)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const device = { sipUser: 'acme-201', secretKeyId: 1, secretVersion: 1 }

test('a rotated key is for new passwords, and those of the old key stay what they were', () => {
  inFolder((config) => {
    const before = openMasterKeys(config.dataFolder)
    assert.ok(before.ok)
    const old = sipPassword(before.value, device)
    const rotated = rotateKey(config)
    assert.match(rotated.ok ? rotated.value : '', /^key 2 is in /)
    const after = openMasterKeys(config.dataFolder)
    assert.ok(after.ok)
    assert.equal(after.value.newestId, 2)
    assert.equal(sipPassword(after.value, device), old)
    assert.equal(statSync(masterKeysFile(config.dataFolder)).mode & 0o777, 0o600)
    assert.ok(!(rotated.ok && rotated.value.includes(readFileSync(masterKeysFile(config.dataFolder), 'utf8'))))
  })
})

test('a process that runs since before the rotation knows the passwords of one that was started after it', () => {
  inFolder((config) => {
    const running = openMasterKeys(config.dataFolder)
    assert.ok(running.ok)
    assert.ok(rotateKey(config).ok)
    const started = openMasterKeys(config.dataFolder)
    assert.ok(started.ok)
    const fresh = { ...device, secretKeyId: started.value.newestId }
    assert.equal(sipPassword(running.value, fresh), sipPassword(started.value, fresh))
    assert.equal(sipPassword(running.value, { ...device, secretKeyId: 9 }), undefined)
  })
})

test('where there is no key yet nothing is made', () => {
  inFolder((config) => {
    const rotated = rotateKey(config)
    assert.equal(!rotated.ok && rotated.failure.code, 'command.no_master_key')
    assert.ok(!existsSync(masterKeysFile(config.dataFolder)))
  })
})

test('a broken chain of the audit trail is a fault that names the entry', () => {
  const whole = judgeAudit({ sealed: 3, unsealed: 1, fault: undefined })
  assert.equal(whole.state, 'ok')
  const broken = judgeAudit({ sealed: 1, unsealed: 0, fault: { entryId: 'e1', reason: 'was changed' } })
  assert.equal(broken.state, 'fault')
  assert.match(broken.says, /e1: was changed/)
})
