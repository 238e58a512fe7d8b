/** Makes the lines, taxes and totals of drafts: some hundred at a time, each portion in one transaction. */

import type { Clock, Failure } from '../../../base/index.ts'
import { insertRows, type Db, type Tx } from '../../../platform/db/index.ts'
import type { Seller } from '../policy.ts'
import type { TaxAnswer, TaxProvider, TaxQuestion } from '../tax/provider.ts'
import { askTaxes } from '../tax/ask-taxes.ts'
import type { Billed, InvoiceLine, InvoiceTax } from '../tables.ts'
import { cycleOf } from './cycle.ts'
import { draftLines, totalsOf, type DraftedLines } from './draft-invoice.ts'
import { moveInvoices } from './invoice-status.ts'
import { readInputs, type Header } from './read-inputs.ts'

export type DraftParts = { readonly db: Db; readonly clock: Clock; readonly taxes: readonly TaxProvider[] }

type Begun = Header & { readonly billed: Billed }

export type Drafted = {
  readonly drafted: number
  /** Whose taxes nobody could tell; they stay as they are. */
  readonly stuck: readonly { readonly invoiceId: string; readonly failure: Failure }[]
}

/** Makes the next drafts of a run after an id; nothing left when `last` is undefined. */
export async function draftPortion(
  { db, clock, taxes }: DraftParts,
  { seller, runId, after, limit }: { seller: Seller; runId: string; after: string; limit: number },
): Promise<Drafted & { readonly last: string | undefined }> {
  const scope = { tenantPath: seller.path }
  const { headers, drafts } = await db.as(scope, async (tx) => {
    const found = await readBegun(tx, runId, after, limit)
    const inputs = found.length === 0 ? new Map() : await readInputs(tx, found)
    const made = found.map((header) => {
      const billDay = Number(header.periodTo.slice(8))
      return draftLines({ ahead: cycleOf(header.periodTo, billDay), billDay, ...inputs.get(header.id)! })
    })
    return { headers: found, drafts: made }
  })
  if (headers.length === 0) return { drafted: 0, stuck: [], last: undefined }
  const questions = headers.map((header, at) => questionOf(header, drafts[at]!, seller))
  const answers = await askTaxes(taxes, questions)
  await db.as(scope, (tx) => writeDrafts(tx, clock, headers, drafts, answers))
  const stuck = headers.flatMap(({ id }, at) => {
    const answer = answers[at]!
    return answer.ok ? [] : [{ invoiceId: id, failure: answer.failure }]
  })
  return { drafted: headers.length - stuck.length, stuck, last: headers.at(-1)!.id }
}

function readBegun(tx: Tx, runId: string, after: string, limit: number) {
  return tx<Begun[]>`
    select id, tenant_id as "tenantId", account_id as "accountId", kind, period_from as "periodFrom",
           period_to as "periodTo", window_from as "windowFrom", window_to as "windowTo", zone, billed
    from invoice where run_id = ${runId} and status = 'draft' and drafted_at is null and id > ${after}
    order by id limit ${limit}`
}

function questionOf({ id, periodTo, billed }: Begun, { amounts }: DraftedLines, seller: Seller): TaxQuestion {
  const { country, region, taxExempt: exempt } = billed
  return { invoiceId: id, day: periodTo, country, region, exempt, registrations: seller.registrations, amounts }
}

async function writeDrafts(
  tx: Tx,
  clock: Clock,
  headers: readonly Begun[],
  drafts: readonly DraftedLines[],
  answers: readonly TaxAnswer[],
): Promise<void> {
  const told = headers.flatMap((header, at): Told[] => {
    const answer = answers[at]!
    return answer.ok ? [{ header, draft: drafts[at]!, taxes: answer.value }] : []
  })
  if (told.length === 0) return
  const ids = told.map(({ header }) => header.id)
  // A portion that was written and not noted is written again.
  await tx`delete from invoice_line where invoice_id = any(${ids}::uuid[])`
  await tx`delete from invoice_tax where invoice_id = any(${ids}::uuid[])`
  await insertLines(tx, told)
  await insertTaxes(tx, told)
  const totals = told.map(({ draft, taxes }) => totalsOf(draft.netMicros, taxes))
  await tx`
    update invoice set usage_micros = made.usage, call_count = made.calls, net_micros = made.net,
                       tax_micros = made.tax, total_micros = made.total, drafted_at = ${clock.now()}
    from unnest(${ids}::uuid[],
                ${told.map(({ draft }) => String(draft.usageMicros))}::text[]::bigint[],
                ${told.map(({ draft }) => String(draft.callCount))}::text[]::int[],
                ${told.map(({ draft }) => String(draft.netMicros))}::text[]::bigint[],
                ${totals.map((one) => String(one.taxMicros))}::text[]::bigint[],
                ${totals.map((one) => String(one.totalMicros))}::text[]::bigint[])
      as made (id, usage, calls, net, tax, total)
    where invoice.id = made.id`
  const empty = told.filter(({ draft }) => draft.lines.length === 0).map(({ header }) => header.id)
  if (empty.length === 0) return
  const actor = { id: undefined, role: 'system' }
  await moveInvoices(tx, clock, { ids: empty, to: 'void', actor, reason: 'there is nothing to bill' })
}

type Told = { readonly header: Begun; readonly draft: DraftedLines; readonly taxes: readonly InvoiceTax[] }

const optional = (value: number | bigint | null): string | null => (value === null ? null : String(value))

async function insertLines(tx: Tx, told: readonly Told[]): Promise<void> {
  const rows = told.flatMap(({ header, draft }) => draft.lines.map((line, at) => ({ header, line, number: at + 1 })))
  if (rows.length === 0) return
  type Row = { header: Begun; line: InvoiceLine; number: number }
  await insertRows<Row, object>(
    tx,
    'invoice_line',
    {
      invoice_id: ['uuid', ({ header }) => header.id],
      line: ['int', ({ number }) => String(number)],
      tenant_id: ['uuid', ({ header }) => header.tenantId],
      kind: ['text', ({ line }) => line.kind],
      subscription_id: ['uuid', ({ line }) => line.subscriptionId],
      source_id: ['uuid', ({ line }) => line.sourceId],
      description: ['text', ({ line }) => line.description],
      from_day: ['date', ({ line }) => line.fromDay],
      to_day: ['date', ({ line }) => line.toDay],
      days: ['int', ({ line }) => optional(line.days)],
      days_of: ['int', ({ line }) => optional(line.daysOf)],
      quantity: ['bigint', ({ line }) => String(line.quantity)],
      seconds: ['bigint', ({ line }) => optional(line.seconds)],
      amount_micros: ['bigint', ({ line }) => String(line.amountMicros)],
      tax_code: ['text', ({ line }) => line.taxCode],
      calls: ['jsonb', ({ line }) => (line.calls ? JSON.stringify(line.calls) : null)],
    },
    rows,
  )
}

async function insertTaxes(tx: Tx, told: readonly Told[]): Promise<void> {
  const rows = told.flatMap(({ header, taxes }) => taxes.map((tax, at) => ({ header, tax, number: at + 1 })))
  if (rows.length === 0) return
  type Row = { header: Begun; tax: InvoiceTax; number: number }
  await insertRows<Row, object>(
    tx,
    'invoice_tax',
    {
      invoice_id: ['uuid', ({ header }) => header.id],
      line: ['int', ({ number }) => String(number)],
      tenant_id: ['uuid', ({ header }) => header.tenantId],
      name: ['text', ({ tax }) => tax.name],
      region: ['text', ({ tax }) => tax.region],
      rate_ppm: ['int', ({ tax }) => String(tax.ratePpm)],
      base_micros: ['bigint', ({ tax }) => String(tax.baseMicros)],
      amount_micros: ['bigint', ({ tax }) => String(tax.amountMicros)],
      registration: ['text', ({ tax }) => tax.registration],
      reference: ['text', ({ tax }) => tax.reference],
    },
    rows,
  )
}
