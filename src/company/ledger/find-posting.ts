/** A posting by its id, as whoever asks for one again must find it. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type KnownPosting = {
  readonly kind: 'usage' | 'payment' | 'adjustment' | 'rerate' | 'opening' | 'invoice' | 'charge' | 'credit_note'
  readonly accountId: string
  /** What the customer owes more by it. */
  readonly owedMicros: Micros
}

/** The posting in the caller's scope; undefined when there is none. */
export async function findPosting(tx: Tx, postingId: string): Promise<KnownPosting | undefined> {
  const [known] = await tx<KnownPosting[]>`
    select posting.kind, entry.account_id as "accountId", entry.amount_micros as "owedMicros"
    from posting join ledger_entry as entry on entry.posting_id = posting.id and entry.line = 1
    where posting.id = ${postingId}`
  return known
}
