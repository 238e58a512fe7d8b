/** A whole house for tests: signal, media and charge with a real database, sockets on loopback, one small company. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createLog,
  createMetrics,
  readConfig,
  secureRandom,
  silentLog,
  systemClock,
  type Config,
  type Metrics,
  type Result,
} from '../../base/index.ts'
import { createDeck, createProduct, deckColumns, importDeck } from '../../company/catalog/index.ts'
import { openAccount, openBooks } from '../../company/ledger/index.ts'
import {
  activateEmergencyAddress,
  addCarrier,
  addCarrierRoute,
  assignNumber,
  createDevice,
  createExtension,
  submitEmergencyAddress,
} from '../../company/numbers/index.ts'
import { plantTree } from '../../company/tenant/testing.ts'
import { createLocalBusNetwork, type Bus, type LocalBusNetwork } from '../../platform/bus/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { openMasterKeys, sipPassword } from '../../platform/identity/index.ts'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { freePortRange, freePorts } from '../../../test/peers/program.ts'
import { runCharge } from '../charge/run.ts'
import { runMedia } from '../media/run.ts'
import type { ProcessParts, RunningProcess } from '../parts.ts'
import { runSignal } from './run.ts'

export const clock = systemClock({ keepAlive: true })

/** The value of a result that must be good. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`)
  return result.value
}

export type ProcessName = 'signal' | 'charge' | 'media-1'

export type TestHouse = {
  readonly sipPort: number
  readonly tlsPort: number
  readonly wssPort: number
  readonly dataFolder: string
  readonly carrierPort: number
  readonly centrePort: number
  /** Password of a device. */
  passwordOf(sipUser: string): string
  /** A bus of the test's own. */
  readonly bus: Bus
  /** Another process on the same bus; the test closes it. */
  joinBus(name: string): Promise<Bus>
  readonly database: TestDatabase
  readonly metrics: ReadonlyMap<ProcessName, Metrics>
  start(name: ProcessName): Promise<void>
  stop(name: ProcessName): Promise<void>
  notes(name: ProcessName): readonly string[]
}

const runs: Readonly<Record<ProcessName, (parts: ProcessParts) => Promise<Result<RunningProcess>>>> = {
  signal: runSignal,
  charge: runCharge,
  'media-1': runMedia,
}

/** Devices of the company: acme's two phones, birch's one. */
export const devices = ['acme201', 'acme202', 'birch201'] as const

async function sell(
  tx: Tx,
  at: { tenantId: string; products: Products; sipUser: string; number: string; did: string },
) {
  const { tenantId, products, sipUser, number, did } = at
  const terms = { tenantId, startedOn: '2025-11-01', monthlyMicros: 1n, currency: 'CAD' }
  const extension = valueOf(
    await createExtension(tx, clock, { ...terms, productId: products.extension, number, name: sipUser }),
  )
  const phone = { ...terms, productId: products.device, extensionId: extension.id, label: 'Desk', sipUser }
  valueOf(await createDevice(tx, clock, { ...phone, secretKeyId: 1 }))
  const line = { ...terms, productId: products.number, number: did, kind: 'did', extensionId: extension.id } as const
  const phoneNumberId = valueOf(await assignNumber(tx, clock, line)).id
  const place = { street: '1 King St W', unit: '', city: 'Toronto', region: 'ON', postalCode: 'M5H 1A1', country: 'CA' }
  const id = valueOf(
    await submitEmergencyAddress(tx, clock, { tenantId, phoneNumberId, callerName: sipUser, ...place }),
  )
  const actor = { id: undefined, role: 'provider_admin', sourceAddress: '127.0.0.1' }
  valueOf(await activateEmergencyAddress(tx, clock, { id, actor, reason: 'test' }))
}

type Products = { readonly extension: string; readonly device: string; readonly number: string }

async function found(office: Db, ports: { carrier: number; centre: number }): Promise<void> {
  const tree = await plantTree(office, clock)
  await office.as({ tenantPath: 'nw/' }, async (tx) => {
    const { tenantId } = tree.provider
    const common = { tenantId, currency: 'CAD', monthlyMicros: 1n, setupMicros: 0n }
    const product = (kind: 'extension' | 'device' | 'number') =>
      createProduct(tx, clock, { ...common, code: kind, name: kind, kind })
    const products = {
      extension: await product('extension'),
      device: await product('device'),
      number: await product('number'),
    }
    await openBooks(tx, clock, { tenantId, currency: 'CAD' })
    const rateDeckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
    const csv = `${deckColumns.join(',')}\n1,North America,domestic,outbound,0,6,0.012,6,0.012,0,0,no\n`
    valueOf(await importDeck(tx, clock, { tenantId, deckId: rateDeckId, csv, activate: true }))
    const carrier = (name: string, port: number) =>
      addCarrier(tx, clock, { tenantId, name, host: '127.0.0.1', port, protocol: 'udp' })
    const carrierId = await carrier('Cascade', ports.carrier)
    valueOf(await addCarrierRoute(tx, clock, { tenantId, carrierId, prefix: '', priority: 1, kind: 'normal' }))
    const centreId = await carrier('Emergency centre', ports.centre)
    const urgent = { tenantId, carrierId: centreId, prefix: '', priority: 1, kind: 'emergency' } as const
    valueOf(await addCarrierRoute(tx, clock, urgent))
    for (const customer of [tree.acme, tree.birch]) {
      const account = { tenantId: customer.tenantId, currency: 'CAD', creditLimitMicros: 50_000_000n, rateDeckId }
      await openAccount(tx, clock, account)
    }
    const { acme, birch } = tree
    await sell(tx, { ...acme, products, sipUser: 'acme201', number: '201', did: '+14165550101' })
    await sell(tx, { ...acme, products, sipUser: 'acme202', number: '202', did: '+14165550102' })
    await sell(tx, { ...birch, products, sipUser: 'birch201', number: '201', did: '+16045550101' })
  })
}

/** Runs `act` in a house of its own with all three processes started, and closes what is left of it. */
export async function inHouse(
  act: (house: TestHouse) => Promise<void>,
  /** Where signal listens; phones and carriers of one address are told apart by their port on loopback alone. */
  sipHost = '127.0.0.1',
  /** Who is asked for names; this machine's when absent. */
  nameServers?: Config['nameServers'],
  sipLimits?: Config['sipLimits'],
  /** Four for each call at the same time. */
  rtpPorts = 60,
): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-signal-'))
  const running = new Map<ProcessName, { readonly process: RunningProcess; readonly bus: Bus }>()
  const stop = async (name: ProcessName): Promise<void> => {
    const one = running.get(name)
    running.delete(name)
    await one?.process.close()
    await one?.bus.close()
  }
  try {
    await withTestDatabase(async (database) => {
      const [sipPort = 0, carrierPort = 0, centrePort = 0, tlsPort = 0, wssPort = 0, wsPort = 0] = await freePorts(6)
      await found(await database.openDb('office', { clock }), { carrier: carrierPort, centre: centrePort })
      const config = {
        ...valueOf(readConfig({})),
        sip: { host: sipHost, port: sipPort },
        // Three processes in one, beside whatever else this machine does, are no measure of load.
        overload: { busyMax: 1, lagMaxMs: 5000 },
        sipPorts: { tls: tlsPort, wss: wssPort, ws: wsPort },
        rtp: await freePortRange(rtpPorts),
        dataFolder,
        nameServers,
        ...(sipLimits ? { sipLimits } : {}),
      }
      const network: LocalBusNetwork = createLocalBusNetwork()
      const metrics = new Map<ProcessName, Metrics>()
      const start = async (name: ProcessName): Promise<void> => {
        const log = createLog({ clock, process: name, level: 'error' })
        const bus = await network.join({ name, clock, log })
        const counted = createMetrics()
        metrics.set(name, counted)
        const parts = { config, databaseUrl: database.url, bus, clock, log, metrics: counted, random: secureRandom }
        running.set(name, { process: valueOf(await runs[name](parts)), bus })
      }
      for (const name of ['media-1', 'charge', 'signal'] as const) await start(name)
      const bus = await network.join({
        name: 'test',
        clock,
        log: createLog({ clock, process: 'test', level: 'error' }),
      })
      const keys = valueOf(openMasterKeys(dataFolder))
      const passwordOf = (sipUser: string): string => sipPassword(keys, { sipUser, secretKeyId: 1, secretVersion: 1 })!
      const notes = (name: ProcessName): readonly string[] => running.get(name)?.process.notes() ?? ['stopped']
      try {
        await act({
          sipPort,
          tlsPort,
          wssPort,
          dataFolder,
          carrierPort,
          centrePort,
          passwordOf,
          bus,
          joinBus: (name) => network.join({ name, clock, log: silentLog }),
          database,
          metrics,
          start,
          stop,
          notes,
        })
      } finally {
        for (const name of ['signal', 'media-1', 'charge'] as const) await stop(name)
        await bus.close()
      }
    })
  } finally {
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
