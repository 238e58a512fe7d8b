/**
 * Documents and mails of what was issued: the document is rendered once, stored with its hash in the transaction that
 * writes the mail, and given out as these bytes for ever.
 */

import { createHash } from 'node:crypto'
import type { Clock, Log } from '../../../base/index.ts'
import { composeMail, sendMail, type MailBlock } from '../../../platform/mail/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { brandOf, type ListedBrand } from '../../tenant/index.ts'
import type { Seller } from '../policy.ts'
import { invoiceDocument, type ListedCall } from './invoice-document.ts'
import { invoiceCalls } from './invoice-calls.ts'
import { amountText, dayAt, dayText, rangeText } from './invoice-words.ts'
import { readInvoice, type WholeInvoice } from './read-invoices.ts'

export type DeliveryParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  /** Address of a page of the portal that a seller's customers see. */
  readonly addressOn: (sellerPath: string, path: string) => string
}

const PORTION = 20

/** Renders and sends what has no document yet; says how many. */
export async function deliverInvoices(parts: DeliveryParts, seller: Seller, signal?: AbortSignal): Promise<number> {
  let delivered = 0
  for (;;) {
    if (signal?.aborted) return delivered
    const done = await parts.db.as({ tenantPath: seller.path }, (tx) => deliverPortion(tx, parts, seller))
    delivered += done
    if (done === 0) return delivered
  }
}

async function deliverPortion(tx: Tx, parts: DeliveryParts, seller: Seller): Promise<number> {
  const waiting = await tx<{ id: string }[]>`
    select id from invoice
    where seller_id = ${seller.id} and issued_at is not null and status not in ('draft', 'void')
      and not exists (select from invoice_document where invoice_id = invoice.id)
    order by id limit ${PORTION} for update skip locked`
  if (waiting.length === 0) return 0
  const brand = await brandOf(tx, seller.id)
  if (!brand) return 0
  for (const { id } of waiting) {
    const invoice = (await readInvoice(tx, id, true))!
    const calls = await listedCalls(tx, invoice, seller.policy.callsListedMax)
    await storeDocument(tx, parts.clock, invoice, invoiceDocument({ invoice, brand, calls }))
    await mailInvoice(tx, parts, invoice, brand, parts.addressOn(seller.path, '/billing/invoices'))
  }
  return waiting.length
}

async function storeDocument(tx: Tx, clock: Clock, invoice: WholeInvoice, content: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(content).digest()
  await tx`
    insert into invoice_document (invoice_id, tenant_id, content, sha256, created_at)
    values (${invoice.id}, ${invoice.tenantId}, ${content}, ${sha256}, ${clock.now()})`
}

/** The calls of a customer's invoice one by one, when they are not too many. */
async function listedCalls(tx: Tx, invoice: WholeInvoice, most: number): Promise<readonly ListedCall[]> {
  if (invoice.kind !== 'customer' || invoice.callCount === 0 || invoice.callCount > most) return []
  return invoiceCalls(tx, invoice, undefined, { after: undefined, limit: most })
}

async function mailInvoice(
  tx: Tx,
  parts: DeliveryParts,
  invoice: WholeInvoice,
  brand: ListedBrand,
  url: string,
): Promise<void> {
  const { billed, number, currency, totalMicros, dueAt, zone, periodFrom, periodTo } = invoice
  if (billed.email === '') return
  const due = dueAt === null ? '' : dayText(dayAt(dueAt - 1, zone))
  const blocks: MailBlock[] = [
    { kind: 'paragraph', text: `Your invoice ${number} is ready.` },
    {
      kind: 'facts',
      rows: [
        ['Amount to pay', `${currency} ${amountText(totalMicros)}`],
        ['Please pay by', due],
        ['Account ID', billed.accountCode],
        ['Calls of', rangeText(periodFrom, periodTo)],
      ],
    },
    { kind: 'action', label: 'Open the invoice', url },
    {
      kind: 'note',
      text: 'Please pay the amount of the invoice: your balance also has what came after the end of the month.',
    },
  ]
  const mail = composeMail({ brand, subject: `Invoice ${number}`, language: 'en', blocks })
  const sent = await sendMail(tx, parts.clock, {
    tenantId: invoice.tenantId,
    from: { name: brand.name, address: brand.senderEmail || brand.supportEmail },
    to: { name: billed.name, address: billed.email },
    ...(brand.billingEmail ? { replyTo: brand.billingEmail } : {}),
    ...mail,
  })
  if (!sent.ok) parts.log.warn('an invoice could not be mailed', { invoiceId: invoice.id, code: sent.failure.code })
}
