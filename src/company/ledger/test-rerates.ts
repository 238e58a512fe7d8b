/** A house with a reseller chain for tests of charges that are made again; its books are looked at in the end. */

import assert from 'node:assert/strict'
import { createMetrics, newId, silentLog, systemClock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { withTestDatabase, type Sql } from '../../../test/database.ts'
import { importDeck, type DeckImport } from '../catalog/index.ts'
import { checkLedger } from './check-ledger.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import type { RerateResult } from './rerate-protocol.ts'
import { buildTestChain, type TestChain } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const plenty = { customer: 900_000_000n, sub: 900_000_000n, partner: 900_000_000n }
const DAY_MS = 86_400_000

type Found = Omit<RerateResult, 'totals'> & { readonly totals: readonly { level: number; newMicros: string }[] }
type Ended = { readonly state: string; readonly result: Found; readonly failure: string | null }
type Asked = { readonly versionId?: string; readonly customerId?: string; readonly deckId?: string }
/** What tests of reratings work in. */
export type RerateHouse = {
  readonly chain: TestChain
  readonly ledger: Ledger
  readonly db: Db
  readonly office: Db
  /** As the owner of every table. */
  readonly ownerSql: Sql
  /** A version of the retail deck with the prices of `csv`, which does not come into force. */
  version(csv: string, over?: Partial<DeckImport>): Promise<string>
  rerate(asked: Asked, isApplied?: boolean): Promise<Found>
  /** The same, and how it ended. */
  rerateTo(asked: Asked, isApplied?: boolean): Promise<Ended>
}

/** Builds it, runs `act`, and proves the books. */
export async function withRerateHouse(act: (house: RerateHouse) => Promise<void>): Promise<void> {
  await withTestDatabase(async (database) => {
    const [office, db] = [await database.openDb('office'), await database.openDb('charge')]
    const chain = await buildTestChain(office, plenty)
    const { providerId, deckId } = chain
    const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
    while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
    const house: RerateHouse = {
      chain,
      ledger,
      db,
      office,
      ownerSql: database.ownerSql,
      version: (csv, over) =>
        office.as({ tenantPath: 'nw/' }, async (tx) => {
          const made = await importDeck(tx, clock, { tenantId: providerId, deckId, csv, activate: false, ...over })
          assert(made.ok)
          return made.value.versionId
        }),
      async rerateTo({ versionId, customerId, deckId: ofDeck }, isApplied = true) {
        const id = newId(clock)
        const customer = customerId ?? (ofDeck ? null : chain.customer.tenantId)
        await db.asService(
          (tx) => tx`
            insert into rerate (id, tenant_id, customer_id, deck_id, version_id, from_at, to_at, reason, state,
                                created_at)
            values (${id}, ${providerId}, ${customer}, ${ofDeck ?? null}, ${versionId ?? null},
                    ${clock.now() - 400 * DAY_MS}, ${clock.now() + DAY_MS}, 'a wrong deck', 'asked', ${clock.now()})`,
        )
        await ledger.rerate()
        if (isApplied) {
          await db.asService((tx) => tx`update rerate set state = 'applying' where id = ${id} and state = 'previewed'`)
          await ledger.rerate()
        }
        const [row] = await db.asService(
          (tx) => tx<Ended[]>`select state, result, failure from rerate where id = ${id}`,
        )
        assert(row)
        return row
      },
      async rerate(asked, isApplied = true) {
        const { state, result, failure } = await house.rerateTo(asked, isApplied)
        assert.equal(state, isApplied ? 'applied' : 'previewed', failure ?? '')
        return result
      },
    }
    try {
      await act(house)
      assert.deepEqual(await db.asService(checkLedger), [])
      for (const { terms, postedMicros } of await chargedAccounts(db)) {
        assert.equal(terms, postedMicros, 'the balance equals the entries')
      }
    } finally {
      await ledger.close()
    }
  })
}

async function chargedAccounts(db: Db): Promise<readonly { terms: bigint; postedMicros: bigint }[]> {
  return db.asService(
    (tx) => tx<{ terms: bigint; postedMicros: bigint }[]>`
      select balance_micros as terms, (select coalesce(sum(amount_micros), 0)::bigint from ledger_entry as entry
        where entry.account_id = account_balance.account_id) as "postedMicros" from account_balance`,
  )
}

/** Every charge in force, of records and of the levels above. */
export function chargesOf(db: Db): Promise<readonly unknown[]> {
  return db.asService(async (tx) => [
    ...(await tx`
      select id, 0 as level, charge_micros, charge_reason, billed_seconds, version_id, prefix, destination_name,
             explanation from cdr
      union all
      select cdr_id, level, charge_micros, charge_reason, billed_seconds, version_id, prefix, destination_name,
             explanation from cdr_charge order by 1, 2`),
  ])
}
