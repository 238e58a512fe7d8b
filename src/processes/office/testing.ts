/** A whole office for tests: its own database, peers on a bus in memory, a small company, and somebody of each role. */

import { request as httpRequest } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetrics, readConfig, secureRandom, silentLog, systemClock, type Clock } from '../../base/index.ts'
import { createLocalBusNetwork, type Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { createLogin, findLoginById, openSession, type Role } from '../../platform/identity/index.ts'
import { liveBindings, liveCalls, type LiveBinding, type LiveCall, shieldReport } from '../../company/switch/index.ts'
import { createPerson } from '../../company/tenant/index.ts'
import { plantTree, type SmallTree } from '../../company/tenant/testing.ts'
import { serveHealth } from '../health.ts'
import { traceFolder } from '../trace-folder.ts'
import { startOffice, type RunningOffice } from './run.ts'
import type { OfficeSettings } from './settings.ts'

export type Person = {
  readonly login: string
  readonly role: Role
  readonly tenantPath: string
  readonly token: string
}

export type TestOffice = {
  readonly office: RunningOffice
  readonly operations: RunningOffice['operations']
  readonly db: Db
  readonly clock: Clock
  readonly tree: SmallTree
  readonly signal: Bus
  readonly charge: Bus
  readonly media: Bus
  /** Where traces of calls are looked for. */
  readonly traceFolder: string
  /** What `signal` answers. */
  readonly live: { calls: LiveCall[]; bindings: LiveBinding[] }
  /** Somebody of every role in every tenant where it exists, by `<role>@<slug>`. */
  readonly people: ReadonlyMap<string, Person>
  /** Persons of the phone users: `ada` and `bob` of acme. */
  readonly persons: { readonly ada: string; readonly bob: string }
  /** Asks as somebody, or as nobody. */
  ask(
    who: Person | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
}

export type OfficeTestOptions = {
  /** The administrator's address of the database. */
  readonly url: string
  readonly db: Db
  readonly settings?: Partial<OfficeSettings>
  /** Where it listens, a free port of loopback by default. */
  readonly http?: string
}

const rolesOf = (kind: string): readonly Role[] =>
  kind === 'provider'
    ? ['provider_admin', 'provider_manager', 'provider_noc', 'provider_billing']
    : kind === 'partner'
      ? ['partner_admin', 'partner_billing']
      : ['customer_admin', 'customer_billing']

/** Runs `act` with an office that listens on a free port; everything is closed afterwards. */
export async function withOffice<T>(options: OfficeTestOptions, act: (bench: TestOffice) => Promise<T>): Promise<T> {
  const { url, db } = options
  const clock = systemClock()
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-office-'))
  const network = createLocalBusNetwork()
  const enter = (name: string): Promise<Bus> => network.join({ name, clock, log: silentLog })
  const [bus, signal, charge, media] = await Promise.all(['office', 'signal', 'charge', 'media-1'].map(enter))
  const live: TestOffice['live'] = { calls: [], bindings: [] }
  signal!.serve(liveCalls, () => live.calls)
  signal!.serve(liveBindings, () => live.bindings)
  signal!.serve(shieldReport, () => ({
    refusals: [{ reason: 'scanner', count: 3 }],
    shed: [],
    overload: { level: 0, share: 1, busy: 0.1, lagMs: 0 },
  }))
  for (const peer of [signal!, charge!, media!]) serveHealth(peer, clock, createMetrics(), () => [])
  const tree = await plantTree(db, clock)
  const { people, persons } = await populate(db, clock, tree)
  const config = readConfig({ DIALHOUSE_HTTP: options.http ?? '127.0.0.1:0', DIALHOUSE_DATA: folder })
  if (!config.ok) throw new Error(config.failure.message)
  const parts = { config: config.value, databaseUrl: url, bus: bus!, clock, log: silentLog, metrics: createMetrics() }
  const settings = {
    mailServer: undefined,
    peers: ['signal', 'charge', 'media-1'],
    isDemo: false,
    patienceMs: 3000,
    ...options.settings,
  }
  const office = await startOffice({ ...parts, random: secureRandom }, settings)
  if (!office.ok) throw new Error(office.failure.message)
  const ask = asker(office.value.url)
  try {
    return await act({
      office: office.value,
      operations: office.value.operations,
      db,
      clock,
      tree,
      signal: signal!,
      charge: charge!,
      media: media!,
      traceFolder: traceFolder(folder),
      live,
      people,
      persons,
      ask,
    })
  } finally {
    await office.value.close()
    await Promise.all([bus, signal, charge, media].map((one) => one!.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

function asker(url: string): TestOffice['ask'] {
  const { port } = new URL(url)
  return (who, method, path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(who ? { cookie: `session-${port}=${who.token}`, origin: url } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
}

export type Asked = {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** The answer to a request whose Host header is another one than its address, as a browser sends it for a brand. */
export function answerAtHost(url: string, host: string, asked: Asked): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const headers = { host, 'content-type': 'application/json', ...asked.headers }
  const sent = httpRequest(`${url}${asked.path}`, { method: asked.method, headers }, (answer) => {
    const parts: Buffer[] = []
    answer.on('data', (part: Buffer) => parts.push(part))
    answer.on('end', () => {
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() })
    })
  })
  sent.on('error', reject)
  sent.end(asked.body === undefined ? undefined : JSON.stringify(asked.body))
  return promise
}

/** Status of such a request. */
export async function statusAtHost(url: string, host: string, asked: Asked): Promise<number> {
  return (await answerAtHost(url, host, asked)).status
}

async function populate(db: Db, clock: Clock, tree: SmallTree) {
  const people = new Map<string, Person>()
  const add = (role: Role, tenantId: string, tenantPath: string, name: string, personId?: string): Promise<void> =>
    db.asService(async (tx) => {
      const login = `${name}@${tenantPath.split('/').at(-2)}`
      const email = `${login}.example`
      const whose = personId === undefined ? {} : { personId }
      const id = await createLogin(tx, clock, {
        tenantId,
        login,
        email,
        name: login,
        role,
        zone: 'America/Toronto',
        ...whose,
      })
      const row = await findLoginById(tx, id)
      const { token } = await openSession(tx, clock, row!, { source: '127.0.0.1', userAgent: 'test' })
      people.set(login, { login, role, tenantPath, token })
    })
  const kinds = {
    provider: [tree.provider],
    partner: [tree.maple, tree.lake],
    customer: [tree.acme, tree.birch, tree.cedar, tree.direct],
  }
  for (const [kind, tenants] of Object.entries(kinds)) {
    for (const { tenantId, path } of tenants) for (const role of rolesOf(kind)) await add(role, tenantId, path, role)
  }
  const person = (name: string): Promise<string> =>
    db.as({ tenantPath: 'nw/' }, (tx) =>
      createPerson(tx, clock, { tenantId: tree.acme.tenantId, name, email: `${name}@acme.example` }),
    )
  const persons = { ada: await person('ada'), bob: await person('bob') }
  await add('phone_user', tree.acme.tenantId, tree.acme.path, 'ada', persons.ada)
  await add('phone_user', tree.acme.tenantId, tree.acme.path, 'bob', persons.bob)
  return { people, persons }
}
