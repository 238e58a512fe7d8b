/**
 * "Ledger = invoices": the invoices of a month made again from what was known when they were drafted, and compared line
 * by line, tax by tax; their documents hashed again.
 */

import type { Tx } from '../../../platform/db/index.ts'
import { askTaxes } from '../tax/ask-taxes.ts'
import type { TaxProvider } from '../tax/provider.ts'
import { cycleOf } from '../invoices/cycle.ts'
import { draftLines } from '../invoices/draft-invoice.ts'
import { readInputs } from '../invoices/read-inputs.ts'
import { readInvoice, type WholeInvoice } from '../invoices/read-invoices.ts'
import type { InvoiceLine } from '../tables.ts'
import type { Finding } from './finding.ts'

export type InvoiceFault = { readonly invoiceId: string; readonly finding: Finding }

/** What differs in some invoices; usage of tenants in `excused` is explained by their calls already. */
export async function proveInvoices(
  tx: Tx,
  ids: readonly string[],
  { taxes, excused }: { readonly taxes: readonly TaxProvider[]; readonly excused: ReadonlySet<string> },
): Promise<readonly InvoiceFault[]> {
  const found: InvoiceFault[] = []
  for (const id of ids) {
    const invoice = await readInvoice(tx, id, true)
    const [head] = await tx<{ draftedAt: number }[]>`select drafted_at as "draftedAt" from invoice where id = ${id}`
    if (!invoice || !head) continue
    const inputs = (await readInputs(tx, [{ ...invoice, knownAt: head.draftedAt }])).get(id)!
    const billDay = Number(invoice.periodTo.slice(8))
    const made = draftLines({ ahead: cycleOf(invoice.periodTo, billDay), billDay, ...inputs })
    const isExcused = excused.has(invoice.tenantId)
    const lines = compareLines(invoice, made.lines, isExcused)
    const rest =
      lines.length > 0 || isExcused
        ? []
        : [
            ...compareTotals(invoice, made.netMicros, made.usageMicros),
            ...(await compareTaxes(invoice, made.amounts, taxes)),
            ...(await compareDocument(tx, invoice)),
          ]
    found.push(...[...lines, ...rest].map((finding) => ({ invoiceId: id, finding })))
  }
  return found
}

const nameOf = ({ number, id }: WholeInvoice): string => number ?? id

function compareLines(invoice: WholeInvoice, made: readonly InvoiceLine[], isExcused: boolean): Finding[] {
  const { tenantId } = invoice
  const found: Finding[] = []
  const tell = (line: number, message: string): void =>
    void found.push({
      equality: 'invoices',
      record: 'invoice_line',
      id: `${nameOf(invoice)}/${line}`,
      tenantId,
      message,
    })
  const stored = new Map(invoice.lines.map((line) => [line.line, line]))
  for (const [at, want] of made.entries()) {
    const { line: _, ...line } = stored.get(at + 1) ?? { line: 0 }
    if (isExcused && want.kind === 'usage') continue
    if (!stored.has(at + 1)) tell(at + 1, `the line "${want.description}" is missing`)
    else if (textOf(line) !== textOf(want)) tell(at + 1, `it is ${textOf(line)}, and should be ${textOf(want)}`)
  }
  if (isExcused) return found
  for (const line of stored.keys()) if (line > made.length) tell(line, 'nothing that was sold or used asks for it')
  return found
}

/** A line as a text that does not depend on the order of its fields. */
function textOf(line: Partial<InvoiceLine>): string {
  const { calls, ...rest } = line
  const fields = { ...rest, callClass: calls?.class ?? null, callDestination: calls?.destination ?? null }
  const sorted = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.flatMap(([name, value]) => (value === null ? [] : [`${name} ${String(value)}`])).join(', ')
}

function compareTotals(invoice: WholeInvoice, netMicros: bigint, usageMicros: bigint): Finding[] {
  const id = nameOf(invoice)
  const taxMicros = invoice.taxes.reduce((sum, tax) => sum + tax.amountMicros, 0n)
  const wrong: string[] = []
  if (invoice.netMicros !== netMicros) wrong.push(`net ${invoice.netMicros} for ${netMicros} micros`)
  if (invoice.usageMicros !== usageMicros) wrong.push(`usage ${invoice.usageMicros} for ${usageMicros} micros`)
  if (invoice.taxMicros !== taxMicros) wrong.push(`taxes ${invoice.taxMicros} for ${taxMicros} micros`)
  if (wrong.length === 0) return []
  return [{ equality: 'invoices', record: 'invoice', id, tenantId: invoice.tenantId, message: wrong.join('; ') }]
}

async function compareTaxes(
  invoice: WholeInvoice,
  amounts: Parameters<typeof askTaxes>[1][number]['amounts'],
  taxes: readonly TaxProvider[],
): Promise<Finding[]> {
  const { country, region, taxExempt: exempt } = invoice.billed
  const question = { invoiceId: invoice.id, day: invoice.periodTo, country, region, exempt, amounts }
  const [answer] = await askTaxes(taxes, [{ ...question, registrations: new Map() }])
  if (!answer?.ok) return []
  return answer.value.flatMap((want, at): Finding[] => {
    const tax = invoice.taxes[at]
    const isSame =
      tax &&
      tax.name === want.name &&
      tax.ratePpm === want.ratePpm &&
      tax.region === want.region &&
      tax.baseMicros === want.baseMicros &&
      tax.amountMicros === want.amountMicros
    if (isSame) return []
    const message = `${want.name} of ${want.region}: ${tax?.amountMicros ?? 0n} for ${want.amountMicros} micros`
    const id = `${nameOf(invoice)}/${at + 1}`
    return [{ equality: 'invoices', record: 'invoice_tax', id, tenantId: invoice.tenantId, message }]
  })
}

async function compareDocument(tx: Tx, invoice: WholeInvoice): Promise<Finding[]> {
  const [document] = await tx<{ isSame: boolean }[]>`
    select sha256(content) = sha256 as "isSame" from invoice_document where invoice_id = ${invoice.id}`
  if (document?.isSame !== false) return []
  const message = 'the document is not the one that was sent'
  return [{ equality: 'invoices', record: 'document', id: nameOf(invoice), tenantId: invoice.tenantId, message }]
}
