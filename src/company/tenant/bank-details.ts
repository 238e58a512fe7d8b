/** Where a brand's bank money is sent: rows of label and value, sealed at rest, shown on request and audited. */

import type { Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type BankRow = { readonly label: string; readonly value: string }

/** Seals and opens texts with the installation's master key; `purpose` binds a text to what it is for. */
export type SecretBox = {
  readonly seal: (purpose: string, text: string) => string
  readonly open: (purpose: string, sealed: string) => string | undefined
}

const purposeOf = (tenantId: string): string => `bank details ${tenantId}`

/** Stores the bank details of a brand; none take them away. */
export async function setBankDetails(
  tx: Tx,
  clock: Clock,
  box: SecretBox,
  details: { readonly tenantId: string; readonly rows: readonly BankRow[]; readonly setBy: string | undefined },
): Promise<void> {
  const { tenantId, rows, setBy } = details
  if (rows.length === 0) {
    await tx`delete from brand_bank where tenant_id = ${tenantId}`
    return
  }
  const sealed = box.seal(purposeOf(tenantId), JSON.stringify(rows))
  await tx`
    insert into brand_bank (tenant_id, sealed, set_by, set_at)
    values (${tenantId}, ${sealed}, ${setBy ?? null}, ${clock.now()})
    on conflict (tenant_id) do update set sealed = excluded.sealed, set_by = excluded.set_by, set_at = excluded.set_at`
}

/** The bank details of a brand, empty where there are none; whoever shows them writes that into the audit. */
export async function readBankDetails(tx: Tx, box: SecretBox, tenantId: string): Promise<readonly BankRow[]> {
  const [row] = await tx<{ sealed: string }[]>`select sealed from brand_bank where tenant_id = ${tenantId}`
  const text = row && box.open(purposeOf(tenantId), row.sealed)
  return text === undefined ? [] : (JSON.parse(text) as BankRow[])
}
