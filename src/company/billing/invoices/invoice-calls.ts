/** From a line of an invoice to its calls: the rows that were added up for it. */

import { formatMicros, type Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { PageRequest } from '../../../platform/http/index.ts'
import type { LineCalls } from '../tables.ts'
import type { WholeInvoice } from './read-invoices.ts'

export type InvoiceCall = {
  readonly id: string
  readonly occurredAt: number
  readonly from: string
  readonly to: string
  readonly destination: string
  readonly class: string
  readonly billedSeconds: number
  readonly chargeMicros: Micros
  readonly currency: string
  readonly assignedPeriod: string | null
}

/** The calls of a customer's invoice in the order of their answers, one more than the page holds. */
export async function invoiceCalls(
  tx: Tx,
  invoice: WholeInvoice,
  of: LineCalls | undefined,
  { after, limit }: PageRequest<['instant', 'id']>,
): Promise<readonly InvoiceCall[]> {
  if (invoice.kind !== 'customer') return []
  return tx<InvoiceCall[]>`
    select id, occurred_at as "occurredAt", from_number as "from", to_number as "to",
           coalesce(destination_name, class) as destination, class, billed_seconds as "billedSeconds",
           charge_micros as "chargeMicros", currency, assigned_period as "assignedPeriod"
    from cdr
    where tenant_id = ${invoice.tenantId} and account_id = ${invoice.accountId}
      and (charge_micros > 0 or version_id is not null)
      and ((assigned_period is null and occurred_at >= ${invoice.windowFrom} and occurred_at < ${invoice.windowTo})
        or (assigned_period >= ${invoice.periodFrom}::text::date
            and assigned_period < ${invoice.periodTo}::text::date))
      ${of ? tx`and class = ${of.class} and coalesce(destination_name, class) = ${of.destination}` : tx``}
      ${after ? tx`and (occurred_at, id) > (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by occurred_at, id limit ${limit + 1}`
}

/** The lines as rows of a file. */
export async function* invoiceLines({ lines }: WholeInvoice): AsyncGenerator<readonly string[]> {
  yield ['line', 'kind', 'description', 'from', 'to', 'days', 'days_of', 'quantity', 'seconds', 'amount', 'tax_code']
  const text = (value: string | number | bigint | null): string => (value === null ? '' : String(value))
  for (const one of lines) {
    const { line, kind, description, fromDay, toDay, days, daysOf, quantity, seconds, amountMicros, taxCode } = one
    const shares = [text(days), text(daysOf), text(quantity), text(seconds)]
    yield [text(line), kind, description, text(fromDay), text(toDay), ...shares, formatMicros(amountMicros), taxCode]
  }
}
