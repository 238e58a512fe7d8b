/** `office`: the HTTP API, the portals, mail and jobs. */

import { ok, type Result } from '../../base/index.ts'
import { openDb, type Db } from '../../platform/db/index.ts'
import { isLoopback, listenHttp, type Listening } from '../../platform/http/index.ts'
import { createPasswordHasher, createThrottle, openMasterKeys, type MasterKeys } from '../../platform/identity/index.ts'
import type { ProcessParts, RunningProcess } from '../parts.ts'
import { startBackground } from './background.ts'
import { openBrands, type Brand, type Brands } from './brands.ts'
import { localCertificate } from './certificate.ts'
import type { OfficeParts } from './handlers.ts'
import { createHouseState } from './house-state.ts'
import { jobHandlings } from './job-handlings.ts'
import { openLiveFeed } from './live-feed.ts'
import { openMailbox } from './mailbox.ts'
import { openOffice } from './open-office.ts'
import { allOperations } from './all-operations.ts'
import { mountPages } from './pages/mount-pages.ts'
import { readSettings, type OfficeSettings } from './settings.ts'

/** Connections to PostgreSQL: more requests at once than these wait for each other. */
const CONNECTIONS_MAX = 8
/** A request waits so long for a database that is away, then says so. */
const PATIENCE_MS = 3000

/** Starts office with what the supervisor told it in the environment. */
export async function runOffice(parts: ProcessParts): Promise<Result<RunningProcess>> {
  const settings = readSettings(process.env)
  return settings.ok ? startOffice(parts, settings.value) : settings
}

export type RunningOffice = RunningProcess & { readonly url: string }

/** Starts office. It begins without PostgreSQL and without its peers; a taken port ends it. */
export async function startOffice(parts: ProcessParts, settings: OfficeSettings): Promise<Result<RunningOffice>> {
  const { clock, log, random, config, bus, metrics } = parts
  const keys = openMasterKeys(config.dataFolder, random)
  if (!keys.ok) return keys
  const opened = await openDb({
    url: parts.databaseUrl,
    role: 'office',
    clock,
    log,
    connect: 'later',
    max: CONNECTIONS_MAX,
    patienceMs: PATIENCE_MS,
  })
  if (!opened.ok) return opened
  const db = opened.value
  const brands = await openBrands({ db, clock, log })
  const feed = openLiveFeed({ bus, brands, log })
  const office = await listen(parts, keys.value, settings.isDemo, {
    identity: { db, clock, log, random, hasher: createPasswordHasher({ random }), throttle: createThrottle(clock) },
    bus,
    brands,
    house: createHouseState({ bus, db, metrics, peers: settings.peers }),
    feed,
  })
  if (!office.ok) {
    await closeBase(db, brands)
    return office
  }
  const mailbox = openMailbox(settings.mailServer)
  const { port, url } = office.value
  const addressOn = (brand: Brand, path: string): string =>
    `${url.startsWith('https') ? 'https' : 'http'}://${brand.host}:${port}${path}`
  const handlings = jobHandlings({ db, clock, log, random, brands, addressOn, sender: mailbox.sender })
  const background = startBackground({ db, bus, clock, log, random, brands, handlings })
  return ok({
    url,
    notes: () => [
      ...(brands.isStale() ? ['PostgreSQL does not answer'] : []),
      ...(brands.provider() === undefined && !brands.isStale() ? ['there is no provider yet'] : []),
      ...(brands.provider() !== undefined && !background.isWorking() ? ['jobs are not done yet'] : []),
      ...(mailbox.sender ? [] : ['no mail server is set (DIALHOUSE_SMTP): mail waits']),
    ],
    async close() {
      feed.close()
      await office.value.close()
      await background.close()
      mailbox.close()
      await closeBase(db, brands)
    },
  })
}

async function closeBase(db: Db, brands: Brands): Promise<void> {
  await brands.close()
  await db.close()
}

/** Plain http on loopback; https with a certificate of our own everywhere else. */
async function listen(
  parts: ProcessParts,
  keys: MasterKeys,
  isDemo: boolean,
  office: OfficeParts,
): Promise<Result<Listening>> {
  const { clock, log, metrics, random, config } = parts
  const { http, dataFolder } = config
  const operations = allOperations({ ...office, keys, random })
  const door = openOffice({ ...office, metrics, ownHost: http.host.toLowerCase() }, operations)
  mountPages(door, { identity: office.identity, brands: office.brands, clock, log, isDemo })
  const names = ['localhost', http.host, ...office.brands.hostNames()].filter((name) => !/^(0\.0\.0\.0|::)$/.test(name))
  const secure = isLoopback(http.host) ? {} : { certificate: localCertificate(dataFolder, [...new Set(names)], clock) }
  return listenHttp({ door, endpoint: http, clock, log, ...secure })
}
