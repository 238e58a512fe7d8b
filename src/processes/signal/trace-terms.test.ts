/** How long SIP messages of a customer are kept is what the nearest brand says, and `signal` hears of it by itself. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../base/index.ts'
import { createDeck } from '../../company/catalog/index.ts'
import { openAccount } from '../../company/ledger/index.ts'
import { keepDirectory } from '../../company/switch/index.ts'
import { plantTree } from '../../company/tenant/testing.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { pause } from '../../../test/peers/program.ts'
import { clock } from './testing.ts'

const DAY_MS = 86_400_000

test('F1 a brand keeps the messages of its customers for its own term; a hold keeps them as long as can be', () =>
  withTestDatabase(async ({ ownerSql, openDb }) => {
    const office = await openDb('office', { clock })
    const tree = await plantTree(office, clock)
    await office.as({ tenantPath: 'nw/' }, async (tx) => {
      const own = { tenantId: tree.provider.tenantId, name: 'Standard', currency: 'CAD' }
      const rateDeckId = await createDeck(tx, clock, own)
      for (const { tenantId } of [tree.acme, tree.birch])
        await openAccount(tx, clock, { tenantId, currency: 'CAD', creditLimitMicros: 0n, rateDeckId })
    })
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-terms-'))
    const db = await openDb('signal', { clock })
    const keeper = await keepDirectory({ db, copyPath: join(folder, 'directory.json'), clock, log: silentLog })
    try {
      const days = (): (number | undefined)[] =>
        [tree.acme, tree.birch]
          .map(({ tenantId }) => keeper.current().traceTerms().get(tenantId))
          .map((ms) => ms && ms / DAY_MS)
      const until = async (wanted: readonly (number | undefined)[]): Promise<void> => {
        for (let tries = 0; tries < 100 && days().join() !== wanted.join(); tries++) await pause(50)
        assert.deepEqual(days(), wanted)
      }
      await until([undefined, undefined])
      await ownerSql`
        insert into retention_policy (tenant_id, call_days, ladder_days, set_at)
        values (${tree.provider.tenantId}, 100, 10, '2026-01-01')`
      await until([10, 10])
      await ownerSql`
        insert into retention_hold (tenant_id, reason, set_at)
        values (${tree.acme.tenantId}, 'a dispute', '2026-01-01')`
      await until([90, 10])
    } finally {
      await keeper.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }))
