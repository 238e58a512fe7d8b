/**
 * An installation in one process, on a virtual clock: the ledger as `charge` runs it, the jobs of billing as `office`
 * runs them, on a bus inside the process. The world's company is written when the database is empty.
 */

import {
  createMetrics,
  FailureError,
  ok,
  secureRandom,
  seededRandom,
  systemClock,
  type Config,
  type Log,
  type Result,
  type VirtualClock,
} from '../../base/index.ts'
import { createLocalBusNetwork, type Bus } from '../../platform/bus/index.ts'
import { migrate, openDb, roleUrl, type Db } from '../../platform/db/index.ts'
import { openMasterKeys } from '../../platform/identity/index.ts'
import { createWorker, type Worker } from '../../platform/jobs/index.ts'
import { billingHandlings, billingSchedule, canada, deliverInvoices, registerTax } from '../../company/billing/index.ts'
import { postBilling, type BillingPosting } from '../../company/ledger/index.ts'
import { runCharge } from '../../processes/charge/run.ts'
import type { RunningProcess } from '../../processes/parts.ts'
import { settle } from '../../world/settle.ts'
import { simulatedTaxOffice } from '../../world/tax-office.ts'
import type { Caller } from './draw-calls.ts'

const READY_MS = 20
const READY_TRIES = 1000

export type PlayHouse = {
  readonly office: Db
  readonly bus: Bus
  readonly worker: Worker
  readonly tenantPath: string
  readonly callers: readonly Caller[]
  close(): Promise<void>
}

export type PlayParts = {
  readonly config: Config
  readonly clock: VirtualClock
  readonly log: Log
  /** The administrator's. */
  readonly adminUrl: string
}

/** Opens it, with the company of the seed. */
export async function openPlayHouse(parts: PlayParts): Promise<Result<PlayHouse>> {
  const { config, clock, log, adminUrl } = parts
  const migrated = await migrate(adminUrl, { clock, log })
  if (!migrated.ok) return migrated
  const opened = await openDb({ url: adminUrl, role: 'office', clock, log, max: 4 })
  if (!opened.ok) return opened
  const office = opened.value
  const keys = openMasterKeys(config.dataFolder)
  if (!keys.ok) return keys
  await settle({ config, db: office, clock, keys: keys.value, carriers: { a: 40_001, b: 40_002, emergency: 40_003 } })
  const providers = await office.asService(
    (tx) => tx<{ id: string; path: string }[]>`select id, path from tenant where kind = 'provider' limit 1`,
  )
  const { id: providerId, path: tenantPath } = providers[0]!
  await office.as({ tenantPath }, async (tx) => {
    const sellers = await tx<{ id: string }[]>`
      select id from tenant where kind in ('provider', 'partner') order by path collate "C"`
    for (const [at, { id }] of sellers.entries()) {
      const number = `10${at}45 6789 RT0001`
      await registerTax(tx, clock, id, { tax: 'GST/HST', number, validFrom: '2020-01-01' })
    }
  })
  const network = createLocalBusNetwork()
  const metrics = createMetrics()
  const chargeBus = await network.join({ name: 'charge', clock, log })
  const bus = await network.join({ name: 'office', clock, log })
  const url = roleUrl(adminUrl, 'charge')
  if (!url.ok) return url
  const own = { config, clock, log, metrics, random: secureRandom }
  const charge = await runCharge({ ...own, databaseUrl: url.value, bus: chargeBus })
  if (!charge.ok) return charge
  await untilReady(charge.value)
  const billing = {
    db: office,
    clock,
    log,
    taxes: [canada, simulatedTaxOffice()],
    post: async (postings: readonly BillingPosting[]) => {
      const answer = await bus.request('charge', postBilling, { postings })
      return answer.ok ? answer.value.posted : []
    },
  }
  const delivery = { db: office, clock, log, addressOn: (_: string, page: string) => `https://portal.example${page}` }
  const worker = createWorker({
    db: office,
    clock,
    log,
    random: seededRandom(config.seed),
    name: 'office',
    handlings: billingHandlings(
      { ...billing, deliver: async (seller, signal) => void (await deliverInvoices(delivery, seller, signal)) },
      () => tenantPath,
    ),
    schedules: [billingSchedule(providerId)],
  })
  return ok({
    office,
    bus,
    worker,
    tenantPath,
    callers: await readCallers(office, tenantPath),
    async close() {
      await worker.stop()
      await charge.value.close()
      await bus.close()
      await chargeBus.close()
      await office.close()
    },
  })
}

/** The ledger refuses everybody until it knows accounts and prices: whom it lets through is not left to chance. */
async function untilReady(charge: RunningProcess): Promise<void> {
  const wall = systemClock({ keepAlive: true })
  for (let tries = 0; charge.notes().length > 0 && tries < READY_TRIES; tries++) {
    await new Promise<void>((resolve) => void wall.after(READY_MS, resolve))
  }
}

async function readCallers(office: Db, tenantPath: string): Promise<readonly Caller[]> {
  const rows = await office.as(
    { tenantPath },
    (tx) => tx<Caller[]>`
    select account.tenant_id as "tenantId", account.id as "accountId", customer.account_code as "accountCode",
           tenant.name, numbers.all as numbers
    from account
    join customer on customer.tenant_id = account.tenant_id
    join tenant on tenant.id = account.tenant_id
    join lateral (
      select array_agg(number order by number) as all from phone_number
      where phone_number.tenant_id = account.tenant_id and kind = 'did' and status = 'active') as numbers on true
    where account.kind = 'customer' and numbers.all is not null
    order by customer.account_code collate "C"`,
  )
  if (rows.length === 0) throw new FailureError({ code: 'play.nobody', message: 'there are no customers to play with' })
  return rows
}
