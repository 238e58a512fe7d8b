/** What a proof finds: which of the equalities does not hold, and the one record that is to blame. */

export const equalities = ['signalling', 'rating', 'ledger', 'invoices'] as const
/** signalling = calls; calls = charges by their decks; charges = entries; entries and calls = invoices. */
export type Equality = (typeof equalities)[number]

export type RecordKind =
  | 'call'
  | 'charge'
  | 'posting'
  | 'entry'
  | 'balance'
  | 'invoice'
  | 'invoice_line'
  | 'invoice_tax'
  | 'document'

export type Finding = {
  readonly equality: Equality
  readonly record: RecordKind
  /** Of the record: a call's id, `posting/line`, `number/line`. */
  readonly id: string
  readonly tenantId: string | null
  /** What differs, in words. */
  readonly message: string
}
