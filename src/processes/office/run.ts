/** `office`: the HTTP API, the portals, mail and jobs. */

import { ok, type Result } from '../../base/index.ts'
import { openDb, type Db } from '../../platform/db/index.ts'
import { isLoopback, listenHttp, type BoundOperation, type Door, type Listening } from '../../platform/http/index.ts'
import {
  createPasswordHasher,
  createPending,
  createThrottle,
  openMasterKeys,
  openSecret,
  sealSecret,
  verifyAudit,
  type MasterKeys,
} from '../../platform/identity/index.ts'
import type { ProcessParts, RunningProcess } from '../parts.ts'
import { auditVerdict, portalHosts } from '../topics.ts'
import { startBackground } from './background.ts'
import { openBrands, type Brand, type Brands } from './brands.ts'
import { localCertificate } from './certificate.ts'
import type { OfficeOperationsParts } from './parts.ts'
import { openMailboxes } from './keep-messages.ts'
import { createHouseState } from './house-state.ts'
import { jobHandlings } from './job-handlings.ts'
import { openLiveFeed } from './live-feed.ts'
import { openMailbox } from './mailbox.ts'
import { openOffice } from './open-office.ts'
import { evidenceFolder } from '../../company/ledger/index.ts'
import { traceFolder } from '../trace-folder.ts'
import { allOperations } from './all-operations.ts'
import { mountPages } from './pages/mount-pages.ts'
import { mountPayPages } from './pages/pay-pages.ts'
import { paymentParts } from './payments.ts'
import { openSupportMail } from './support-mail.ts'
import { supportJobs } from './support-jobs.ts'
import { readSettings, type OfficeSettings } from './settings.ts'

/** Connections to PostgreSQL: more requests at once than these wait for each other. */
const CONNECTIONS_MAX = 8

/** Starts office with what the supervisor told it in the environment. */
export async function runOffice(parts: ProcessParts): Promise<Result<RunningProcess>> {
  const settings = readSettings(process.env, parts.config.mediaProcesses)
  return settings.ok ? startOffice(parts, settings.value) : settings
}

export type RunningOffice = RunningProcess & {
  readonly url: string
  /** Everything that is mounted. */
  readonly operations: readonly BoundOperation[]
}

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
    patienceMs: settings.patienceMs,
  })
  if (!opened.ok) return opened
  const db = opened.value
  const brands = await openBrands({ db, clock, log })
  const feed = openLiveFeed({ bus, brands, log })
  const office: OfficeOperationsParts = {
    ...identityOf({ db, clock, log, random }, keys.value),
    bus,
    brands,
    house: createHouseState({ bus, db, clock, metrics, peers: settings.peers }),
    feed,
    traceFolder: traceFolder(config.dataFolder),
    evidenceFolder: evidenceFolder(config.dataFolder),
  }
  const payments = paymentParts({ db, bus, clock, log, random, brands, keys: keys.value })
  const messages = openMailboxes({ db, bus, clock, log, dataFolder: config.dataFolder })
  const operations = allOperations({ ...office, keys: keys.value, random, messages, payments })
  const socketPorts = { wss: config.sipPorts.wss, ws: isLoopback(config.sip.host) ? config.sipPorts.ws : 0 }
  const door = openOffice({ ...office, metrics, ownHost: config.http.host.toLowerCase(), socketPorts }, operations)
  mountPayPages(door, { payments, brands })
  mountPages(door, { identity: office.identity, brands, clock, log, isDemo: settings.isDemo })
  const listening = await listen(parts, door, brands)
  if (!listening.ok) {
    await messages.close()
    await closeBase(db, brands)
    return listening
  }
  const mailbox = openMailbox(settings.mailServer)
  const { port, url } = listening.value
  const addressOn = (brand: Brand, path: string): string =>
    `${url.startsWith('https') ? 'https' : 'http'}://${brand.host}:${port}${path}`
  payments.listensAt(addressOn)
  const handlings = [
    ...jobHandlings({ db, bus, clock, log, random, brands, addressOn, sender: mailbox.sender, payments }),
    ...supportJobs({ db, bus, clock, log, traceFolder: office.traceFolder, brands }),
  ]
  bus.serve(portalHosts, () => [...brands.hostNames()])
  bus.serve(auditVerdict, () => db.asService(verifyAudit))
  const received = await openSupportMail({ db, clock, log, brands, listen: settings.mailIn })
  const background = startBackground({ db, bus, clock, log, random, brands, handlings })
  return ok({
    url,
    operations,
    notes: () => notesOf(brands, { isWorking: background.isWorking(), hasMail: mailbox.sender !== undefined }),
    async close() {
      feed.close()
      await listening.value.close()
      await received?.close()
      await background.close()
      await messages.close()
      mailbox.close()
      await closeBase(db, brands)
    },
  })
}

/** What an operator is told of this process. */
function notesOf(brands: Brands, { isWorking, hasMail }: { isWorking: boolean; hasMail: boolean }): string[] {
  const hasProvider = brands.provider() !== undefined
  return [
    ...(brands.isStale() ? ['PostgreSQL does not answer'] : []),
    ...(!hasProvider && !brands.isStale() ? ['there is no provider yet'] : []),
    ...(hasProvider && !isWorking ? ['jobs are not done yet'] : []),
    ...(hasMail ? [] : ['no mail server is set (DIALHOUSE_SMTP): mail waits']),
  ]
}

/** What coming in works with, and the box for its secrets. */
function identityOf(
  parts: Pick<ProcessParts, 'clock' | 'log' | 'random'> & { readonly db: Db },
  keys: MasterKeys,
): Pick<OfficeOperationsParts, 'identity' | 'codeBox'> {
  const { clock, random } = parts
  return {
    identity: {
      ...parts,
      hasher: createPasswordHasher({ random }),
      throttle: createThrottle(clock),
      halves: createPending(clock, random),
      challenges: createPending(clock, random),
    },
    codeBox: {
      seal: (purpose, text) => sealSecret(keys, random, purpose, text),
      open: (purpose, sealed) => openSecret(keys, purpose, sealed),
    },
  }
}

async function closeBase(db: Db, brands: Brands): Promise<void> {
  await brands.close()
  await db.close()
}

/** Plain http on loopback; https with a certificate of our own everywhere else. */
async function listen({ clock, log, config }: ProcessParts, door: Door, brands: Brands): Promise<Result<Listening>> {
  const { http, dataFolder } = config
  const names = ['localhost', http.host, ...brands.hostNames()].filter((name) => !/^(0\.0\.0\.0|::)$/.test(name))
  if (isLoopback(http.host)) return listenHttp({ door, endpoint: http, clock, log })
  const certificate = localCertificate(dataFolder, [...new Set(names)], clock)
  const { complaint } = certificate
  if (complaint !== undefined) log.error('the certificate of the operator is not used', { reason: complaint })
  return listenHttp({ door, endpoint: http, clock, log, certificate })
}
