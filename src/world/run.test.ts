/** The whole outside as its process: on a database of its own, before a house that registers phones and no more. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMetrics, readConfig, seededRandom, silentLog, systemClock } from '../base/index.ts'
import { createLocalBusNetwork, type Bus } from '../platform/bus/index.ts'
import { roleUrl } from '../platform/db/index.ts'
import { callerOfApiKey, openMasterKeys, sipPassword } from '../platform/identity/index.ts'
import { crashProcess, readyUrl, supervisedProcesses, type RunningProcess } from '../processes/index.ts'
import { withTestDatabase } from '../../test/database.ts'
import { openRegistrar } from './actors/test-registrar.ts'
import { demoInfoFile, type DemoInfo } from './demo-info.ts'
import { runWorld } from './run.ts'
import { worldAct, worldFigures } from './topics.ts'

const clock = systemClock({ keepAlive: true })

async function until<T>(look: () => Promise<T | undefined>, limitMs = 40_000): Promise<T> {
  for (const deadline = clock.monotonic() + limitMs; clock.monotonic() < deadline;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return assert.fail('waited in vain')
}

type Visit = { readonly office: Bus; readonly info: DemoInfo; readonly url: string; readonly world: RunningProcess }

type Place = { readonly dataFolder: string; readonly databaseUrl: string; readonly sipPort: number }

/** Starts the world, waits until it is ready, and ends it after `act`. */
async function visit(place: Place, act: (visit: Visit) => Promise<void>): Promise<void> {
  const config = readConfig({
    DIALHOUSE_DATA: place.dataFolder,
    DIALHOUSE_SIP: `127.0.0.1:${place.sipPort}`,
    DIALHOUSE_SEED: '3',
  })
  assert.ok(config.ok)
  const network = createLocalBusNetwork()
  const joinAs = (name: string): Promise<Bus> => network.join({ name, clock, log: silentLog })
  const supervisor = await joinAs('supervisor')
  const office = await joinAs('office')
  const own = await joinAs('world')
  const killed: string[] = []
  supervisor.serve(crashProcess, ({ name }) => ({ ended: killed.push(name) > 0 }))
  supervisor.serve(supervisedProcesses, () => [
    { name: 'charge', pid: 1, state: 'running' as const, startedAt: 0, restarts: 0, lastExit: undefined },
  ])
  const world = await runWorld({
    config: config.value,
    databaseUrl: place.databaseUrl,
    bus: own,
    clock,
    log: silentLog,
    metrics: createMetrics(),
    random: seededRandom(3),
  })
  assert.ok(world.ok)
  try {
    const url = await until(async () => {
      const answer = await office.request('world', readyUrl, {})
      return answer.ok && answer.value.url !== '' ? answer.value.url : undefined
    })
    const file = demoInfoFile(place.dataFolder)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    await act({ office, info: JSON.parse(readFileSync(file, 'utf8')) as DemoInfo, url, world: world.value })
  } finally {
    await world.value.close()
    await Promise.all([supervisor, office, own].map((bus) => bus.close()))
  }
  assert.equal(statSync(demoInfoFile(place.dataFolder), { throwIfNoEntry: false }), undefined)
}

async function checkPage({ info, office }: Visit): Promise<void> {
  const page = await fetch(info.demoPage)
  const text = await page.text()
  for (const words of ['Provider: administrator', 'Partner: Maple Telecom', 'Great Northern Carrier', 'Kill it']) {
    assert.ok(text.includes(words), words)
  }
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${info.demoPage}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
      headers,
    })
  const link = await post('/as/partner-maple', {})
  assert.match(link.headers.get('location') ?? '', /^http:\/\/maple\.localhost:8080\/sign-in\/link\/[\w-]{43}\?next=/)
  const failed = await post('/act/carrier', { carrier: 'a', state: 'refusing' })
  assert.equal(failed.status, 303)
  assert.match(await fetch(`${info.demoPage}/now`).then((answer) => answer.text()), /refuses every call/)
  assert.equal((await post('/act/crash', { process: 'charge' })).status, 303)
  assert.equal((await post('/act/crash', { process: '../x' })).status, 400)
  assert.equal((await post('/act/unknown', {})).status, 400)
  assert.equal((await post('/act/stopCalls', {}, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await post('/act/startCalls', { count: 'x'.repeat(9000) })).status, 413)
  const healed = await office.request('world', worldAct, { kind: 'carrier', carrier: 'a', state: 'working' })
  assert.deepEqual(healed, { ok: true, value: { done: 'Great Northern Carrier takes calls again.' } })
}

test('the world writes its company once, registers its phones, and tells the same again after a restart', async () => {
  await withTestDatabase(async (database) => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-world-'))
    const keys = openMasterKeys(dataFolder)
    assert.ok(keys.ok)
    const secrets = keys.value
    const house = await openRegistrar((sipUser) =>
      sipPassword(secrets, { sipUser, secretKeyId: secrets.newestId, secretVersion: 1 }),
    )
    const databaseUrl = roleUrl(database.url, 'office')
    assert.ok(databaseUrl.ok)
    const place = { dataFolder, databaseUrl: databaseUrl.value, sipPort: house.local.port }
    const office = await database.openDb('office')
    try {
      let first: DemoInfo | undefined
      await visit(place, async (visited) => {
        first = visited.info
        assert.match(visited.url, /^http:\/\/127\.0\.0\.1:8080\/sign-in\/link\/[\w-]{43}\?next=%2Foperations/)
        assert.deepEqual(visited.world.notes(), [])
        assert.ok(first.phones.filter((phone) => phone.reserved).length >= 10)
        assert.equal(first.sip.realm, house.realm)
        const staff = await callerOfApiKey(office, clock, first.apiKeys.staff)
        const customer = await callerOfApiKey(office, clock, first.apiKeys.customer)
        assert.deepEqual([staff?.role, customer?.role], ['provider_admin', 'customer_admin'])
        const registered = await until(async () => (house.registrar.size().aors >= 45 ? true : undefined))
        assert.ok(registered)
        for (const phone of first.phones.filter((one) => one.reserved)) {
          assert.equal(house.registrar.bindings(phone.user).length, 0, 'a reserved phone is left alone')
        }
        await checkPage(visited)
        await visited.office.request('world', worldAct, { kind: 'register', registrations: 400 })
        await until(async () => (house.registrar.size().bindings >= 400 ? true : undefined))
        await until(async () => {
          const figures = await visited.office.request('world', worldFigures, {})
          return figures.ok && figures.value.registered >= 400 ? true : undefined
        })
      })
      await visit(place, async ({ info }) => {
        const moving = { demoPage: '', carriers: [], emergency: {} }
        assert.deepEqual({ ...info, ...moving }, { ...first, ...moving })
      })
      const [count] = await database.ownerSql<{ tenants: number }[]>`select count(*)::int as tenants from tenant`
      assert.equal(count?.tenants, 43)
    } finally {
      await house.close()
      rmSync(dataFolder, { recursive: true })
    }
  })
})
