/**
 * Credit notes: "a negative document against invoice lines with the same tax rates, tax from the unrounded net". Taxes
 * are given back in the share in which they were due, and never more than was left.
 */

import { divideRounded, newId, ok, type Clock, type Failure, type Micros, type Result } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { BillingPosting } from '../../ledger/index.ts'
import { creditTooLarge, noSuchInvoice, notIssued } from '../errors.ts'
import { readSellers } from '../policy.ts'
import type { InvoiceTax } from '../tables.ts'
import { numberText, takeNumbers, type PostBilling } from './issue-portion.ts'
import { readInvoice } from './read-invoices.ts'

export type CreditNote = {
  readonly id: string
  readonly number: string
  readonly netMicros: Micros
  readonly taxMicros: Micros
  readonly totalMicros: Micros
  readonly issuedAt: number
}

type Asked = {
  readonly invoiceId: string
  readonly netMicros: Micros
  readonly reason: string
  readonly createdBy: string | undefined
}

type CreditFailure = Failure<'billing.no_such_invoice' | 'billing.not_issued' | 'billing.credit_too_large'>

const CENT = 10_000n

/** Issues a credit note in the caller's transaction; post it afterwards. */
export async function creditInvoice(tx: Tx, clock: Clock, asked: Asked): Promise<Result<CreditNote, CreditFailure>> {
  const { invoiceId, netMicros, reason, createdBy } = asked
  // Two notes on one invoice wait for each other, so that together they give back no more than there is.
  await tx`select id from invoice where id = ${invoiceId} for update`
  const invoice = await readInvoice(tx, invoiceId, true)
  if (!invoice) return noSuchInvoice
  if (invoice.status === 'draft' || invoice.status === 'void') return notIssued
  const [before] = await tx<{ net: Micros; tax: Micros }[]>`
    select coalesce(sum(net_micros), 0)::bigint as net, coalesce(sum(tax_micros), 0)::bigint as tax
    from credit_note where invoice_id = ${invoiceId}`
  const left = invoice.netMicros - before!.net
  if (netMicros > left) return creditTooLarge(left)
  const isAll = netMicros === left
  const taxes = invoice.taxes.map((tax) => ({ ...tax, amountMicros: shareOf(tax, netMicros, invoice.netMicros) }))
  const shared = taxes.reduce((sum, tax) => sum + tax.amountMicros, 0n)
  const taxMicros = isAll ? invoice.taxMicros - before!.tax : shared
  const [seller] = await readSellers(tx, invoice.sellerId)
  if (!seller) return noSuchInvoice
  const place = await takeNumbers(tx, seller.id, 'credit_note', 1)
  const issuedAt = clock.now()
  const note = {
    id: newId(clock),
    number: numberText(`${seller.policy.invoicePrefix}CN-`, place),
    netMicros,
    taxMicros,
    totalMicros: netMicros + taxMicros,
    issuedAt,
  }
  const kept = taxes.map(({ name, region, ratePpm, amountMicros, registration }) => {
    return { name, region, ratePpm, amountMicros: String(amountMicros), registration }
  })
  await tx`
    insert into credit_note
      (id, tenant_id, seller_id, invoice_id, account_id, number, number_in_series, currency, reason, net_micros,
       tax_micros, total_micros, taxes, created_by, issued_at)
    values
      (${note.id}, ${invoice.tenantId}, ${seller.id}, ${invoiceId}, ${invoice.accountId}, ${note.number}, ${place},
       ${invoice.currency}, ${reason}, ${netMicros}, ${taxMicros}, ${note.totalMicros},
       ${JSON.stringify(kept)}::text::jsonb, ${createdBy ?? null}, ${issuedAt})`
  return ok(note)
}

function shareOf({ amountMicros }: InvoiceTax, netMicros: Micros, ofMicros: Micros): Micros {
  return divideRounded(amountMicros * netMicros, ofMicros * CENT, 'half-up') * CENT
}

type Unposted = {
  readonly id: string
  readonly accountId: string
  readonly number: string
  readonly netMicros: Micros
  readonly taxMicros: Micros
  readonly issuedAt: number
  readonly createdBy: string | null
}

/** Posts credit notes below a path that are not in the ledger yet. */
export async function postCreditNotes(
  { db, clock, post }: { readonly db: Db; readonly clock: Clock; readonly post: PostBilling },
  tenantPath: string,
): Promise<void> {
  const rows = await db.as(
    { tenantPath },
    (tx) => tx<Unposted[]>`
    select id, account_id as "accountId", number, net_micros as "netMicros", tax_micros as "taxMicros",
           issued_at as "issuedAt", created_by as "createdBy"
    from credit_note where posted_at is null order by id limit 500`,
  )
  if (rows.length === 0) return
  const posted = await post(rows.map(postingOf))
  if (posted.length === 0) return
  await db.as(
    { tenantPath },
    (tx) => tx`
    update credit_note set posted_at = ${clock.now()} where id = any(${[...posted]}::uuid[]) and posted_at is null`,
  )
}

function postingOf({ id, accountId, number, netMicros, taxMicros, issuedAt, createdBy }: Unposted): BillingPosting {
  const net = { book: 'revenue' as const, owedMicros: -netMicros }
  const parts = taxMicros === 0n ? [net] : [net, { book: 'tax' as const, owedMicros: -taxMicros }]
  const by = createdBy ?? undefined
  return { postingId: id, accountId, kind: 'credit_note', parts, occurredAt: issuedAt, reason: number, createdBy: by }
}
