/** The process `world`: the outside of a demo, from its carriers to its people. */

import { fail, ok, seededRandom, type Failure, type Result } from '../base/index.ts'
import { openDb, type Db } from '../platform/db/index.ts'
import { issueSignInLink, openMasterKeys, type MasterKeys } from '../platform/identity/index.ts'
import { readyUrl, supervisedProcesses, type ProcessParts, type RunningProcess } from '../processes/index.ts'
import { describeDemo, houseUrls, removeDemoInfo, writeDemoInfo } from './demo-info.ts'
import { serveAuthority } from './authority/serve-authority.ts'
import { serveGateway, type GatewayServer } from './gateway/serve-gateway.ts'
import { connectSellers } from './gateway/connect-sellers.ts'
import { catchMail } from './mail/catch-mail.ts'
import { personasOf, type Persona } from './page/personas.ts'
import { serveDemoPage, type Company } from './page/serve-page.ts'
import { settle, type Settled } from './settle.ts'
import { openStage, type Stage } from './stage.ts'
import { worldAct, worldFigures } from './topics.ts'

type WorldPorts = {
  readonly http: number
  readonly smtp: number
  readonly carrierA: number
  readonly carrierB: number
  readonly psap: number
  readonly authority: number
  readonly gateway: number
}

type WorldFailure = Failure<'world.no_ports'>

/** How often the world looks whether the house is there. */
const LOOK_MS = 250
/** The portal's page that uses a one-time link up. */
const LINK_PATH = '/sign-in/link'

type World = {
  readonly parts: ProcessParts
  readonly ports: WorldPorts
  readonly db: Db
  readonly keys: MasterKeys
  readonly stage: Stage
  readonly gateway: GatewayServer
  settled: Settled | undefined
  company: Company | undefined
  /** Why the company is not there yet. */
  trouble: string
  isOpen: boolean
}

/** The free ports that `demo` chose; all of them are free-chosen here when it runs alone. */
function readPorts(text: string | undefined): Result<WorldPorts, WorldFailure> {
  const none: WorldPorts = { http: 0, smtp: 0, carrierA: 0, carrierB: 0, psap: 0, authority: 0, gateway: 0 }
  if (!text) return ok(none)
  try {
    const named = JSON.parse(text) as Partial<Record<keyof WorldPorts, unknown>>
    const isPort = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
    if (Object.keys(none).every((key) => isPort(named[key as keyof WorldPorts]))) return ok(named as WorldPorts)
  } catch {
    // Said below.
  }
  return fail(
    'world.no_ports',
    'DIALHOUSE_WORLD does not name the ports http, smtp, carrierA, carrierB, psap, authority and gateway',
  )
}

/** Opens everything outside, writes the company of the demo when there is none, and lets it live. */
export async function runWorld(parts: ProcessParts): Promise<Result<RunningProcess>> {
  const { config, bus, clock, log } = parts
  const ports = readPorts(process.env['DIALHOUSE_WORLD'])
  if (!ports.ok) return ports
  const keys = openMasterKeys(config.dataFolder)
  if (!keys.ok) return keys
  const db = await openDb({ url: parts.databaseUrl, role: 'office', clock, log, max: 2, connect: 'later' })
  if (!db.ok) return db
  const random = seededRandom(config.seed + 17)
  const catcher = await catchMail({ port: ports.value.smtp, clock, log })
  if (!catcher.ok) return catcher
  const house = houseOf(config)
  const authority = await openAuthority(config.dataFolder, ports.value.authority, clock)
  if (authority && !authority.ok) return authority
  const gateway = await serveGateway({ clock, log, random: seededRandom(config.seed + 23), port: ports.value.gateway })
  if (!gateway.ok) return gateway
  const signerOf = authority?.value.signerOf
  const stage = await openStage({
    clock,
    log,
    random,
    bus,
    house,
    ports: ports.value,
    ...(signerOf ? { signerOf } : {}),
  })
  if (!stage.ok) return stage
  const world: World = {
    parts,
    ports: placesOf(ports.value, stage.value),
    db: db.value,
    keys: keys.value,
    stage: stage.value,
    gateway: gateway.value,
    settled: undefined,
    company: undefined,
    trouble: 'the company of the demo is being written',
    isOpen: true,
  }
  const page = await serveDemoPage({
    port: ports.value.http,
    log,
    random,
    stage: stage.value,
    catcher: catcher.value,
    company: () => world.company,
    processes: () => processNames(parts),
  })
  if (!page.ok) return page
  bus.serve(worldAct, async (act) => ({ done: await stage.value.act(act) }))
  bus.serve(worldFigures, () => stage.value.figures())
  bus.serve(readyUrl, async () => ({ url: (await firstUrl(world)) ?? '' }))
  const living = live(world, Number(new URL(page.value.url).port))
  return ok({
    notes: () => (world.company ? [] : [world.trouble]),
    async close() {
      world.isOpen = false
      removeDemoInfo(config.dataFolder)
      await living
      await Promise.all([
        page.value.close(),
        catcher.value.close(),
        stage.value.close(),
        authority?.value.close(),
        gateway.value.close(),
      ])
      await db.value.close()
    },
  })
}

/** Without a port there is none: calls are not signed then. */
async function openAuthority(dataFolder: string, port: number, clock: ProcessParts['clock']) {
  return port === 0 ? undefined : serveAuthority({ dataFolder, port }, clock)
}

/** Where the switch takes calls, seen from here. */
function houseOf({ sip }: ProcessParts['config']): { address: string; port: number } {
  const address = ['0.0.0.0', '::', 'localhost'].includes(sip.host) ? '127.0.0.1' : sip.host
  return { address, port: sip.port }
}

/** The ports as they are: some were free-chosen. */
function placesOf(ports: WorldPorts, { carriers, emergency }: Stage): WorldPorts {
  const [carrierA, carrierB] = [carriers.a.local.port, carriers.b.local.port]
  return { ...ports, carrierA, carrierB, psap: emergency.local.port }
}

/** Waits for the database, then for the registrar; each may come later than we do. */
async function live(world: World, pagePort: number): Promise<void> {
  const { parts, ports, db, keys, stage } = world
  const { config, clock, log } = parts
  const carriers = { a: ports.carrierA, b: ports.carrierB, emergency: ports.psap }
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(LOOK_MS, resolve))
  while (world.isOpen && !world.settled) {
    try {
      world.settled = await settle({ config, db, clock, keys, carriers })
      await connectSellers({ db, clock, keys, config }, world.gateway)
    } catch (error) {
      world.trouble = 'the company of the demo cannot be written or read yet'
      log.warn('the company of the demo cannot be written or read yet', { error })
      await pause()
    }
  }
  const { settled } = world
  if (!settled || !world.isOpen) return
  stage.populate(settled.phones, settled.trunks)
  world.trouble = 'the registrar does not answer yet'
  while (world.isOpen && stage.phones.realm() === undefined) await pause()
  const realm = stage.phones.realm()
  if (!world.isOpen || realm === undefined) return
  const { plan, apiKeys, phones, trunks } = settled
  const places = { ...ports, http: pagePort }
  writeDemoInfo(config.dataFolder, describeDemo({ config, plan, apiKeys, phones, trunks, realm, places }))
  world.company = companyOf(world, settled)
}

function companyOf(world: World, { plan, phones }: Settled): Company {
  const { config } = world.parts
  const urls = houseUrls(config, plan)
  const free = phones.find((phone) => phone.reserved)
  return {
    personas: personasOf(plan),
    signInUrl: (persona) => signInUrl(world, persona, urls.ofBrand(persona.seller)),
    origins: [urls.base, ...plan.sellers.map((seller) => urls.ofBrand(seller.slug))],
    phoneHint: free && { host: urls.sipHost, port: config.sip.port, user: free.user, password: free.password },
  }
}

async function signInUrl(world: World, { login, landing }: Persona, base: string): Promise<string | undefined> {
  const { db, parts } = world
  const { clock } = parts
  const token = await issueSignInLink({ db, clock }, login)
  return token && `${base}${LINK_PATH}/${token}?${new URLSearchParams({ next: landing }).toString()}`
}

/** The URL that is printed: the provider's administrator before the live calls. */
async function firstUrl(world: World): Promise<string | undefined> {
  const { company, settled, parts } = world
  const [administrator] = company?.personas ?? []
  if (!administrator || !settled) return undefined
  return signInUrl(world, administrator, houseUrls(parts.config, settled.plan).base)
}

async function processNames({ bus }: ProcessParts): Promise<readonly string[]> {
  const known = await bus.request('supervisor', supervisedProcesses, {})
  return known.ok ? known.value.map((one) => one.name).filter((name) => name !== 'world') : []
}
