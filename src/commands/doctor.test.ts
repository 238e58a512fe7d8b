import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig, type Config } from '../base/index.ts'
import { checkDataFolder } from './doctor/data-folder.ts'
import { checkDatabase } from './doctor/database.ts'
import type { Finding } from './doctor/finding.ts'
import { checkMachine } from './doctor/machine.ts'
import { checkNetwork } from './doctor/network.ts'

function configOf(environment: Readonly<Record<string, string>>): Config {
  const config = readConfig(environment)
  assert.ok(config.ok)
  return config.value
}

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-doctor-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const find = (findings: readonly Finding[], name: string): Finding | undefined =>
  findings.find((it) => it.name === name)

test('every finding that is not good says what to do', () => {
  for (const it of checkMachine()) assert.equal(it.fix === undefined, it.state === 'ok', it.name)
})

test('a master key that others can read, or that is gone, is a fault', () =>
  inFolder(async (folder) => {
    const config = configOf({ DIALHOUSE_DATA: folder })
    assert.equal(find(checkDataFolder(config), 'master key')?.state, 'ok')
    mkdirSync(join(folder, 'postgres'))
    assert.match(find(checkDataFolder(config), 'master key')!.says, /is missing/)
    const file = join(folder, 'master-keys.json')
    writeFileSync(file, '{}')
    chmodSync(file, 0o644)
    assert.equal(find(checkDataFolder(config), 'master key')?.fix, `run: chmod 600 ${file}`)
    chmodSync(file, 0o600)
    assert.equal(find(checkDataFolder(config), 'master key')?.state, 'ok')
  }))

test('a TLS key that others can read is a fault', () =>
  inFolder(async (folder) => {
    const config = configOf({ DIALHOUSE_DATA: folder })
    assert.equal(find(checkDataFolder(config), 'TLS key')?.state, 'ok')
    mkdirSync(join(folder, 'tls'))
    const file = join(folder, 'tls/key.pem')
    writeFileSync(file, 'x')
    chmodSync(file, 0o640)
    assert.equal(find(checkDataFolder(config), 'TLS key')?.fix, `run: chmod 600 ${file}`)
  }))

test('looking at a folder that is not there does not make it', () =>
  inFolder(async (folder) => {
    const findings = checkDataFolder(configOf({ DIALHOUSE_DATA: join(folder, 'a/b') }))
    assert.match(find(findings, 'data folder')!.says, /will be made/)
    assert.deepEqual(find(checkDataFolder(configOf({ DIALHOUSE_DATA: folder })), 'backup')?.state, 'warning')
  }))

test('a demo on a public address is a fault, on loopback it is not', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'world-ports.json'), '{}')
    const at = (http: string) => checkNetwork(configOf({ DIALHOUSE_DATA: folder, DIALHOUSE_HTTP: http }), true)
    assert.equal(find(await at('127.0.0.1:8080'), 'demo data')?.state, 'ok')
    assert.equal(find(await at('0.0.0.0:8080'), 'demo data')?.state, 'fault')
  }))

test('a taken port is a fault that names its variable, unless it is ours', () =>
  inFolder(async (folder) => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as { port: number }
    const config = configOf({ DIALHOUSE_DATA: folder, DIALHOUSE_HTTP: `127.0.0.1:${port}` })
    const taken = find(await checkNetwork(config, false), 'portal and API')
    assert.equal(taken?.fix, 'set DIALHOUSE_HTTP to another host:port')
    assert.equal(find(await checkNetwork(config, true), 'portal and API')?.state, 'ok')
    squatter.close()
  }))

test('a database that cannot be reached is a fault', async () => {
  const config = configOf({ DIALHOUSE_DATA: '/tmp', DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' })
  const [finding] = await checkDatabase(config)
  assert.equal(finding?.state, 'fault')
})
