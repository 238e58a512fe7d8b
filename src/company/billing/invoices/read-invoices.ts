/** Invoices as the API reads them; row-level security decides whose, drafts are for the seller's people. */

import type { Tx } from '../../../platform/db/index.ts'
import type { PageRequest } from '../../../platform/http/index.ts'
import type { InvoiceRow, InvoiceStatus, InvoiceTax, NumberedLine } from '../tables.ts'

const columns = `invoice.id, invoice.tenant_id as "tenantId", seller_id as "sellerId", customer_id as "customerId",
  invoice.kind, account_id as "accountId", number, invoice.status, invoice.currency, period_from as "periodFrom",
  period_to as "periodTo", window_from as "windowFrom", window_to as "windowTo", zone, usage_micros as "usageMicros",
  call_count as "callCount", net_micros as "netMicros", tax_micros as "taxMicros", total_micros as "totalMicros",
  billed, invoice.created_at as "createdAt", issued_at as "issuedAt", due_at as "dueAt"`

export type InvoiceFilter = {
  readonly customerId?: string | undefined
  readonly status?: InvoiceStatus | undefined
  readonly runId?: string | undefined
  readonly kind?: 'customer' | 'wholesale' | undefined
  /** Drafts are not shown to those whom they are for. */
  readonly withDrafts: boolean
}

/** The newest first, one more than the page holds. */
export function listInvoices(
  tx: Tx,
  { customerId, status, runId, kind, withDrafts }: InvoiceFilter,
  { after, limit }: PageRequest<['text', 'id']>,
): Promise<readonly InvoiceRow[]> {
  return tx<InvoiceRow[]>`
    select ${tx.unsafe(columns)} from invoice
    where true
      ${customerId === undefined ? tx`` : tx`and invoice.tenant_id = ${customerId}`}
      ${status === undefined ? tx`` : tx`and invoice.status = ${status}`}
      ${runId === undefined ? tx`` : tx`and run_id = ${runId}`}
      ${kind === undefined ? tx`` : tx`and invoice.kind = ${kind}`}
      ${withDrafts ? tx`` : tx`and invoice.status <> 'draft'`}
      ${after ? tx`and (period_to::text collate "C", invoice.id) < (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by period_to desc, invoice.id desc limit ${limit + 1}`
}

export type WholeInvoice = InvoiceRow & {
  readonly lines: readonly NumberedLine[]
  readonly taxes: readonly InvoiceTax[]
  /** Hex; null while there is no document. */
  readonly documentSha256: string | null
}

/** One invoice with its lines and taxes; undefined when the caller may not see it. */
export async function readInvoice(tx: Tx, id: string, withDrafts: boolean): Promise<WholeInvoice | undefined> {
  const [found] = await tx<(InvoiceRow & { documentSha256: string | null })[]>`
    select ${tx.unsafe(columns)},
           (select encode(sha256, 'hex') from invoice_document where invoice_id = invoice.id) as "documentSha256"
    from invoice where invoice.id = ${id} ${withDrafts ? tx`` : tx`and invoice.status <> 'draft'`}`
  if (!found) return undefined
  const lines = await tx<NumberedLine[]>`
    select line, kind, subscription_id as "subscriptionId", source_id as "sourceId", description, from_day as "fromDay",
           to_day as "toDay", days, days_of as "daysOf", quantity, seconds, amount_micros as "amountMicros",
           tax_code as "taxCode", calls
    from invoice_line where invoice_id = ${id} order by line`
  const taxes = await tx<InvoiceTax[]>`
    select name, region, rate_ppm as "ratePpm", base_micros as "baseMicros", amount_micros as "amountMicros",
           registration, reference
    from invoice_tax where invoice_id = ${id} order by line`
  return { ...found, lines, taxes }
}

/** The document as it was sent. */
export async function readDocument(tx: Tx, id: string): Promise<{ number: string; content: Buffer } | undefined> {
  const [found] = await tx<{ number: string; content: Buffer }[]>`
    select invoice.number, content from invoice_document join invoice on invoice.id = invoice_document.invoice_id
    where invoice_id = ${id}`
  return found
}
