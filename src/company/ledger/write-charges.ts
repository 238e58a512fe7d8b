/** The charge lines of the levels above the customer. */

import { isoInstant } from '../../base/index.ts'
import { insertRows, type Columns, type Tx } from '../../platform/db/index.ts'
import type { LevelCharge, Settlement } from './price-levels.ts'

type Line = LevelCharge & { readonly cdrId: string; readonly occurredAt: number }

/** Writes those that are not there yet. */
export async function insertCharges(tx: Tx, settlements: readonly Settlement[]): Promise<void> {
  const lines = settlements.flatMap(({ rated, levels }): Line[] =>
    levels.slice(1).map((line) => ({ ...line, cdrId: rated.record.id, occurredAt: rated.occurredAt })),
  )
  if (lines.length === 0) return
  const columns: Columns<Line> = {
    cdr_id: ['uuid', (one) => one.cdrId],
    level: ['smallint', (one) => String(one.level)],
    tenant_id: ['uuid', (one) => one.tenantId],
    account_id: ['uuid', (one) => one.accountId],
    occurred_at: ['timestamptz', (one) => isoInstant(one.occurredAt)],
    charge_micros: ['bigint', (one) => String(one.chargeMicros)],
    currency: ['text', (one) => one.currency],
    charge_reason: ['text', (one) => one.reason],
    billed_seconds: ['int', (one) => String(one.billedSeconds)],
    version_id: ['uuid', (one) => one.quote?.versionId ?? null],
    prefix: ['text', (one) => one.quote?.row.prefix ?? null],
    destination_name: ['text', (one) => one.quote?.row.destination ?? null],
    explanation: ['jsonb', (one) => JSON.stringify(one.explanation)],
  }
  await insertRows(tx, 'cdr_charge', columns, lines, 'on conflict (cdr_id, level) do nothing')
}
