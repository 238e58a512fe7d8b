/** The ledger's operations for tests: a real database, a ledger at work, and callers of any scope. */

import assert from 'node:assert/strict'
import { z } from 'zod'
import { createMetrics, newId, silentLog, systemClock } from '../../base/index.ts'
import { createLocalBusNetwork, type Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { CallerContext } from '../../platform/http/index.ts'
import { permissionsOf, type Role } from '../../platform/identity/index.ts'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { explainTransaction } from './explain-transaction.ts'
import { explainCharge } from './explanation.ts'
import { ledgerOperations } from './handlers.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import { operations } from './operations.ts'
import { postAdjustment, postPayment } from './protocol.ts'
import { runningCharges } from './running-charges.ts'
import { buildTestHouse, type TestHouse } from './testing.ts'

/** Real time: what is stored must be seen a second later. */
export const clock = systemClock({ keepAlive: true })

export type Stage = {
  ownerSql: TestDatabase['ownerSql']
  db: Db
  house: TestHouse
  ledger: Ledger
  office: Db
  bus: Bus
}

/** Runs an act on a house with a ledger at work. */
export async function withStage(
  act: (stage: Stage) => Promise<void>,
  build: (office: Db) => Promise<TestHouse> = (office) => buildTestHouse(office),
): Promise<void> {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const house = await build(office)
    const db = await database.openDb('charge')
    const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} })
    const network = createLocalBusNetwork()
    const charge = await network.join({ name: 'charge', clock, log: silentLog })
    const bus = await network.join({ name: 'office', clock, log: silentLog })
    charge.serve(runningCharges, ({ accountId }) => ledger.running(accountId))
    charge.serve(postPayment, (request) => ledger.post('payment', request))
    charge.serve(
      explainCharge,
      async ({ cdrId }) => (await db.asService((tx) => explainTransaction(tx, cdrId))) ?? null,
    )
    charge.serve(postAdjustment, (request) => ledger.post('adjustment', request))
    try {
      while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      await act({ ownerSql: database.ownerSql, db, house, ledger, office, bus })
    } finally {
      await ledger.close()
      await Promise.all([charge.close(), bus.close()])
    }
  })
}

export type Asker = {
  tenantPath: string
  tenantId?: string
  role?: Role
  personId?: string
  zone?: string
  repeatId?: string
}

function contextFor(
  { office, house }: Stage,
  { tenantPath, tenantId, role = 'customer_admin', personId, zone, repeatId }: Asker,
): CallerContext {
  return {
    at: clock.now() + 1000,
    source: '127.0.0.1',
    host: 'localhost',
    origin: 'http://localhost',
    userAgent: '',
    sessionToken: undefined,
    repeatId,
    setSession: () => {},
    note: () => {},
    transaction: (act) => office.as({ tenantPath }, act),
    caller: {
      tenantPath,
      tenantId: tenantId ?? house.customers.find((one) => one.path === tenantPath)?.tenantId ?? house.providerId,
      role,
      loginId: newId(clock),
      apiKeyId: undefined,
      sessionId: undefined,
      personId,
      name: 'Somebody',
      zone: zone ?? 'America/Toronto',
      locale: 'en-CA',
      permissions: permissionsOf(role),
    },
  }
}

type Answer = { ok: boolean; value?: unknown; failure?: { code: string } }

/** Calls an operation as the door would: input and output go through their schemas. */
export async function ask(stage: Stage, name: keyof typeof operations, asker: Asker, input: object): Promise<Answer> {
  const bound = ledgerOperations({ bus: stage.bus, clock }).find((one) => one.name === name)
  assert(bound)
  const given = { params: {}, query: {}, body: undefined, ...input }
  const parsed = {
    params: bound.schemas.params.parse(given.params),
    query: bound.schemas.query.parse(given.query),
    body: bound.schemas.body.parse(given.body),
  }
  const result = await bound.handler(parsed, contextFor(stage, asker))
  if (!result.ok || 'kind' in bound.operation.output) return result
  return { ok: true, value: z.encode(bound.operation.output, result.value) }
}
